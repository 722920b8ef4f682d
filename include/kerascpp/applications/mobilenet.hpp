#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

struct MobileNetOptions {
  Shape input_shape = {};
  double alpha = 1.0;                 ///< factor for the number of filters of every layer
  std::int64_t depth_multiplier = 1;  ///< of the depthwise convolutions
  double dropout = 0.001;
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};  ///< empty: "mobilenet_1.00_224", by alpha and rows
};
/// Depthwise and pointwise convolutions in turn, for 224 x 224 images; at least 32 x 32.
///
/// With weights "imagenet": alpha 0.25, 0.5, 0.75 or 1, depth_multiplier 1.
/// Source: keras.applications.MobileNet; Howard et al., arXiv 1704.04861.
[[nodiscard]] KCPP_API Model MobileNet(const MobileNetOptions& options = {});

struct MobileNetV2Options {
  Shape input_shape = {};
  double alpha = 1.0;  ///< factor for the number of filters of every layer
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  std::string pooling = {};
  std::int64_t classes = 1000;
  ActivationFunction classifier_activation = "softmax";
  std::string name = {};  ///< empty: "mobilenetv2_1.00_224", by alpha and rows
};
/// Residual blocks that are narrow between and wide inside, for 224 x 224 images; at least 32 x 32.
///
/// With weights "imagenet": alpha 0.35, 0.5, 0.75, 1, 1.3 or 1.4.
/// Source: keras.applications.MobileNetV2; Sandler et al., arXiv 1801.04381.
[[nodiscard]] KCPP_API Model MobileNetV2(const MobileNetV2Options& options = {});

struct MobileNetV3SmallOptions {
  Shape input_shape = {};
  double alpha = 1.0;         ///< factor for the number of filters of every layer
  bool minimalistic = false;  ///< without squeeze-and-excite, hard swish and 5x5 convolutions
  bool include_top = true;
  std::string weights = "imagenet";
  Symbol input_tensor = {};
  std::int64_t classes = 1000;
  std::string pooling = {};
  double dropout_rate = 0.2;
  ActivationFunction classifier_activation = "softmax";
  bool include_preprocessing = true;  ///< whether the model scales its inputs itself
  std::string name = {};              ///< empty: the factory's
};
using MobileNetV3LargeOptions = MobileNetV3SmallOptions;
/// MobileNetV2 with squeeze-and-excite, as a search found it; pixels from 0 to 255 of any size from 32 x 32.
///
/// With weights "imagenet": alpha 0.75 or 1, with `minimalistic` 1.
/// Source: keras.applications.MobileNetV3Small; Howard et al., arXiv 1905.02244.
[[nodiscard]] KCPP_API Model MobileNetV3Small(const MobileNetV3SmallOptions& options = {});
/// The larger one. Source: keras.applications.MobileNetV3Large.
[[nodiscard]] KCPP_API Model MobileNetV3Large(const MobileNetV3LargeOptions& options = {});

namespace mobilenet {
using applications::MobileNet;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace mobilenet

namespace mobilenet_v2 {
using applications::MobileNetV2;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace mobilenet_v2

namespace mobilenet_v3 {
using applications::MobileNetV3Large;
using applications::MobileNetV3Small;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"none"};
using imagenet_utils::decode_predictions;
}  // namespace mobilenet_v3

}  // namespace kerascpp::applications
