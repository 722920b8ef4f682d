#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

struct ConvNeXtTinyOptions {
  bool include_top = true;
  bool include_preprocessing = true;  ///< whether the model scales its inputs itself
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  Shape input_shape = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};  ///< empty: "convnext_tiny", ...
};
using ConvNeXtSmallOptions = ConvNeXtTinyOptions;
using ConvNeXtBaseOptions = ConvNeXtTinyOptions;
using ConvNeXtLargeOptions = ConvNeXtTinyOptions;
using ConvNeXtXLargeOptions = ConvNeXtTinyOptions;
/// Depthwise 7 x 7 convolutions and dense layers, for 224 x 224 images with pixels from 0 to 255; at least 32 x 32.
///
/// Throws ValueError when the image data format is "channels_first".
/// Source: keras.applications.ConvNeXtTiny; Liu et al., arXiv 2201.03545.
[[nodiscard]] KCPP_API Model ConvNeXtTiny(const ConvNeXtTinyOptions& options = {});
/// The same, larger. Source: keras.applications.ConvNeXtSmall.
[[nodiscard]] KCPP_API Model ConvNeXtSmall(const ConvNeXtSmallOptions& options = {});
/// The same, larger. Source: keras.applications.ConvNeXtBase.
[[nodiscard]] KCPP_API Model ConvNeXtBase(const ConvNeXtBaseOptions& options = {});
/// The same, larger. Source: keras.applications.ConvNeXtLarge.
[[nodiscard]] KCPP_API Model ConvNeXtLarge(const ConvNeXtLargeOptions& options = {});
/// The same, larger. Source: keras.applications.ConvNeXtXLarge.
[[nodiscard]] KCPP_API Model ConvNeXtXLarge(const ConvNeXtXLargeOptions& options = {});

namespace convnext {
using applications::ConvNeXtBase;
using applications::ConvNeXtLarge;
using applications::ConvNeXtSmall;
using applications::ConvNeXtTiny;
using applications::ConvNeXtXLarge;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"none"};
using imagenet_utils::decode_predictions;
}  // namespace convnext

}  // namespace kerascpp::applications
