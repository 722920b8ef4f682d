#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kerascpp/applications/options.hpp>
#include <kerascpp/layers.hpp>
#include <kerascpp/models/model.hpp>

/// What the applications share: reading their options, their input, their head and their weights.
namespace kerascpp::applications {

/// Axis of the channels by the settings: 3 or 1, as some of Keras's applications write it, or -1 or 1, as others do.
[[nodiscard]] std::int64_t channel_axis();
[[nodiscard]] std::int64_t last_or_first_channel_axis();
/// The number of channels of `x`.
[[nodiscard]] std::int64_t channels_of(const Symbol& x);
/// `shape` of an image, without the batch axis: rows, columns.
[[nodiscard]] std::int64_t rows_of(const Shape& shape);
[[nodiscard]] std::int64_t columns_of(const Shape& shape);

/// The padding after which a convolution with stride 2 and padding "valid" looks at what TensorFlow's "same" does.
[[nodiscard]] layers::Margins correct_pad(const Symbol& x, std::int64_t kernel_size);

/// `value` as the nearest multiple of `divisor`, at least one, and not below 90 % of it.
[[nodiscard]] std::int64_t make_divisible(double value, std::int64_t divisor = 8);

/// A file of weights: its URL and its hash; the name in the cache is the last part of the URL unless given.
struct PretrainedFile {
  std::string url;
  std::string hash;
  std::string name = {};
};

struct ImageModelLimits {
  std::int64_t preferred_size = 224;  ///< of images, with top
  std::int64_t smallest_size = 32;
  bool channels_first = true;  ///< whether the model exists in that data format
  bool any_size = false;       ///< whether the size need not be known with top
  const char* name = nullptr;  ///< unless given; by default the class name in small letters
};

/// One application while it is made: checked options, the input, then the model.
class ImageModel {
 public:
  /// Checks what all applications check. Options of any application.
  template <class Options>
  ImageModel(const char* class_name, const Options& options, const ImageModelLimits& limits)
      : ImageModel(class_name,
                   ImageModelOptions{options.include_top, options.weights, options.input_tensor, options.input_shape,
                                     options.pooling, options.classes, options.classifier_activation, options.name},
                   limits) {}
  ImageModel(const char* class_name, const ImageModelOptions& options, const ImageModelLimits& limits);

  /// Where the layers start.
  [[nodiscard]] Symbol input();
  [[nodiscard]] const ImageModelOptions& options() const { return options_; }
  [[nodiscard]] bool include_top() const { return options_.include_top; }
  [[nodiscard]] bool imagenet() const { return options_.weights == "imagenet"; }
  [[nodiscard]] const std::string& class_name() const { return class_name_; }
  void set_default_name(const std::string& name);

  /// A dense layer "predictions" behind an average over the image, or pooling alone, by the options. Names of the
  /// pooling layers: empty for automatic ones.
  struct PoolingNames {
    std::string top, average, maximum;
  };
  [[nodiscard]] Symbol head(const Symbol& x, const PoolingNames& names) const;
  /// `head` in two parts.
  [[nodiscard]] Symbol predictions(const Symbol& x, const layers::DenseOptions& options = {}) const;
  [[nodiscard]] Symbol pooled(const Symbol& x, const std::string& average = {}, const std::string& maximum = {}) const;

  /// The model with its weights. files: with top, without.
  [[nodiscard]] Model finish(const Symbol& output, const PretrainedFile& with_top,
                             const PretrainedFile& without_top) const;

 private:
  void check_weights() const;
  void check_classifier_activation() const;
  [[nodiscard]] Shape obtained_input_shape(const ImageModelLimits& limits) const;

  std::string class_name_;
  ImageModelOptions options_;
  Symbol input_;
};

}  // namespace kerascpp::applications
