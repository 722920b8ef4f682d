#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using ResNet50Options = ImageModelOptions;
using ResNet101Options = ImageModelOptions;
using ResNet152Options = ImageModelOptions;
using ResNet50V2Options = ImageModelOptions;
using ResNet101V2Options = ImageModelOptions;
using ResNet152V2Options = ImageModelOptions;
/// Residual blocks of three convolutions, for 224 x 224 images; at least 32 x 32.
///
/// Source: keras.applications.ResNet50; He et al., arXiv 1512.03385.
[[nodiscard]] KCPP_API Model ResNet50(const ResNet50Options& options = {});
/// The same with 101 layers. Source: keras.applications.ResNet101.
[[nodiscard]] KCPP_API Model ResNet101(const ResNet101Options& options = {});
/// The same with 152 layers. Source: keras.applications.ResNet152.
[[nodiscard]] KCPP_API Model ResNet152(const ResNet152Options& options = {});

/// Residual blocks that begin with normalization and activation; at least 32 x 32.
///
/// Source: keras.applications.ResNet50V2; He et al., arXiv 1603.05027.
[[nodiscard]] KCPP_API Model ResNet50V2(const ResNet50V2Options& options = {});
/// The same with 101 layers. Source: keras.applications.ResNet101V2.
[[nodiscard]] KCPP_API Model ResNet101V2(const ResNet101V2Options& options = {});
/// The same with 152 layers. Source: keras.applications.ResNet152V2.
[[nodiscard]] KCPP_API Model ResNet152V2(const ResNet152V2Options& options = {});

namespace resnet {
using applications::ResNet101;
using applications::ResNet152;
using applications::ResNet50;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"caffe"};
using imagenet_utils::decode_predictions;
}  // namespace resnet

namespace resnet50 {
using applications::ResNet50;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"caffe"};
using imagenet_utils::decode_predictions;
}  // namespace resnet50

namespace resnet_v2 {
using applications::ResNet101V2;
using applications::ResNet152V2;
using applications::ResNet50V2;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace resnet_v2

}  // namespace kerascpp::applications
