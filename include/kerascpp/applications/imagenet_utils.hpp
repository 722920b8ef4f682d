#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::applications {

/// One class of ImageNet and how probable a model holds it to be.
struct DecodedPrediction {
  std::string class_name;   ///< WordNet's number: "n02504458"
  std::string description;  ///< "African_elephant"
  float score = 0;
};

namespace imagenet_utils {

struct PreprocessInputOptions {
  std::string data_format = {};  ///< empty: `image_data_format()`
  /// "caffe": RGB becomes BGR, the mean of ImageNet is subtracted; "tf": to [-1, 1]; "torch": to [0, 1], then to
  /// ImageNet's mean 0 and deviation 1 in each channel.
  std::string mode = "caffe";
};

/// Images with RGB values from 0 to 255 as a model wants them; `x` stays as it is.
///
/// x (H, W, 3) or (B, H, W, 3), channels first accordingly; integers become floatx
/// Throws ValueError for another mode or data format, ShapeError for another shape.
/// Source: keras.applications.imagenet_utils.preprocess_input.
[[nodiscard]] KCPP_API Tensor preprocess_input(const Tensor& x, const PreprocessInputOptions& options = {});
[[nodiscard]] KCPP_API Symbol preprocess_input(const Symbol& x, const PreprocessInputOptions& options = {});

struct DecodePredictionsOptions {
  std::int64_t top = 5;
  /// Path of imagenet_class_index.json; empty: from the cache, downloaded at the first time.
  std::string class_index = {};
};

/// For each sample the most probable classes, the best one first.
///
/// preds (B, 1000). Throws ShapeError for another shape, IoError when the list of classes cannot be had.
/// Source: keras.applications.imagenet_utils.decode_predictions.
[[nodiscard]] KCPP_API std::vector<std::vector<DecodedPrediction>> decode_predictions(
    const Tensor& preds, const DecodePredictionsOptions& options = {});
[[nodiscard]] inline std::vector<std::vector<DecodedPrediction>> decode_predictions(const Tensor& preds,
                                                                                    std::int64_t top) {
  return decode_predictions(preds, {.top = top, .class_index = {}});
}

/// `preprocess_input` in the mode of one application, which its module has under that name. "none": it scales its
/// inputs itself, and gets them as they are.
class KCPP_API PreprocessInput {
 public:
  constexpr explicit PreprocessInput(const char* mode) : mode_(mode) {}
  [[nodiscard]] Tensor operator()(const Tensor& x, const std::string& data_format = {}) const;
  [[nodiscard]] Symbol operator()(const Symbol& x, const std::string& data_format = {}) const;
  [[nodiscard]] const char* mode() const { return mode_; }

 private:
  const char* mode_;
};

}  // namespace imagenet_utils
}  // namespace kerascpp::applications
