#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using EfficientNetB0Options = ImageModelOptions;
using EfficientNetB1Options = ImageModelOptions;
using EfficientNetB2Options = ImageModelOptions;
using EfficientNetB3Options = ImageModelOptions;
using EfficientNetB4Options = ImageModelOptions;
using EfficientNetB5Options = ImageModelOptions;
using EfficientNetB6Options = ImageModelOptions;
using EfficientNetB7Options = ImageModelOptions;
/// Inverted residual blocks with squeeze-and-excite, for 224 x 224 images with pixels from 0 to 255; at least
/// 32 x 32.
///
/// Source: keras.applications.EfficientNetB0; Tan and Le, arXiv 1905.11946.
[[nodiscard]] KCPP_API Model EfficientNetB0(const EfficientNetB0Options& options = {});
/// The same, larger, for 240 x 240 images. Source: keras.applications.EfficientNetB1.
[[nodiscard]] KCPP_API Model EfficientNetB1(const EfficientNetB1Options& options = {});
/// The same, larger, for 260 x 260 images. Source: keras.applications.EfficientNetB2.
[[nodiscard]] KCPP_API Model EfficientNetB2(const EfficientNetB2Options& options = {});
/// The same, larger, for 300 x 300 images. Source: keras.applications.EfficientNetB3.
[[nodiscard]] KCPP_API Model EfficientNetB3(const EfficientNetB3Options& options = {});
/// The same, larger, for 380 x 380 images. Source: keras.applications.EfficientNetB4.
[[nodiscard]] KCPP_API Model EfficientNetB4(const EfficientNetB4Options& options = {});
/// The same, larger, for 456 x 456 images. Source: keras.applications.EfficientNetB5.
[[nodiscard]] KCPP_API Model EfficientNetB5(const EfficientNetB5Options& options = {});
/// The same, larger, for 528 x 528 images. Source: keras.applications.EfficientNetB6.
[[nodiscard]] KCPP_API Model EfficientNetB6(const EfficientNetB6Options& options = {});
/// The same, larger, for 600 x 600 images. Source: keras.applications.EfficientNetB7.
[[nodiscard]] KCPP_API Model EfficientNetB7(const EfficientNetB7Options& options = {});

struct EfficientNetV2B0Options {
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  Shape input_shape = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  bool include_preprocessing = true;  ///< whether the model scales its inputs itself
  std::string name = {};              ///< empty: "efficientnetv2-b0", ...
};
using EfficientNetV2B1Options = EfficientNetV2B0Options;
using EfficientNetV2B2Options = EfficientNetV2B0Options;
using EfficientNetV2B3Options = EfficientNetV2B0Options;
using EfficientNetV2SOptions = EfficientNetV2B0Options;
using EfficientNetV2MOptions = EfficientNetV2B0Options;
using EfficientNetV2LOptions = EfficientNetV2B0Options;
/// EfficientNet with plain convolutions in its first stages, for 224 x 224 images with pixels from 0 to 255.
///
/// Without `include_preprocessing` it takes numbers from -1 to 1.
/// Source: keras.applications.EfficientNetV2B0; Tan and Le, arXiv 2104.00298.
[[nodiscard]] KCPP_API Model EfficientNetV2B0(const EfficientNetV2B0Options& options = {});
/// The same, larger, for 240 x 240 images. Source: keras.applications.EfficientNetV2B1.
[[nodiscard]] KCPP_API Model EfficientNetV2B1(const EfficientNetV2B1Options& options = {});
/// The same, larger, for 260 x 260 images. Source: keras.applications.EfficientNetV2B2.
[[nodiscard]] KCPP_API Model EfficientNetV2B2(const EfficientNetV2B2Options& options = {});
/// The same, larger, for 300 x 300 images. Source: keras.applications.EfficientNetV2B3.
[[nodiscard]] KCPP_API Model EfficientNetV2B3(const EfficientNetV2B3Options& options = {});
/// The same, larger, for 384 x 384 images. Source: keras.applications.EfficientNetV2S.
[[nodiscard]] KCPP_API Model EfficientNetV2S(const EfficientNetV2SOptions& options = {});
/// The same, larger, for 480 x 480 images. Source: keras.applications.EfficientNetV2M.
[[nodiscard]] KCPP_API Model EfficientNetV2M(const EfficientNetV2MOptions& options = {});
/// The same, larger, for 480 x 480 images. Source: keras.applications.EfficientNetV2L.
[[nodiscard]] KCPP_API Model EfficientNetV2L(const EfficientNetV2LOptions& options = {});

namespace efficientnet {
using applications::EfficientNetB0;
using applications::EfficientNetB1;
using applications::EfficientNetB2;
using applications::EfficientNetB3;
using applications::EfficientNetB4;
using applications::EfficientNetB5;
using applications::EfficientNetB6;
using applications::EfficientNetB7;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"none"};
using imagenet_utils::decode_predictions;
}  // namespace efficientnet

namespace efficientnet_v2 {
using applications::EfficientNetV2B0;
using applications::EfficientNetV2B1;
using applications::EfficientNetV2B2;
using applications::EfficientNetV2B3;
using applications::EfficientNetV2L;
using applications::EfficientNetV2M;
using applications::EfficientNetV2S;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"none"};
using imagenet_utils::decode_predictions;
}  // namespace efficientnet_v2

}  // namespace kerascpp::applications
