#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

struct NASNetMobileOptions {
  Shape input_shape = {};
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};  ///< empty: "nasnet_mobile", "nasnet_large"
};
using NASNetLargeOptions = NASNetMobileOptions;
/// Cells that a search found, for 224 x 224 images; at least 32 x 32.
///
/// Throws ValueError when the image data format is "channels_first".
/// Source: keras.applications.NASNetMobile; Zoph et al., arXiv 1707.07012.
[[nodiscard]] KCPP_API Model NASNetMobile(const NASNetMobileOptions& options = {});
/// The larger one, for 331 x 331 images. Source: keras.applications.NASNetLarge.
[[nodiscard]] KCPP_API Model NASNetLarge(const NASNetLargeOptions& options = {});

namespace nasnet {
using applications::NASNetLarge;
using applications::NASNetMobile;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace nasnet

}  // namespace kerascpp::applications
