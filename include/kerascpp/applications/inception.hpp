#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using InceptionV3Options = ImageModelOptions;
using InceptionResNetV2Options = ImageModelOptions;
/// Blocks of parallel convolutions, for 299 x 299 images; at least 75 x 75.
///
/// Source: keras.applications.InceptionV3; Szegedy et al., arXiv 1512.00567.
[[nodiscard]] KCPP_API Model InceptionV3(const InceptionV3Options& options = {});
/// The same with residual connections around the blocks.
///
/// Source: keras.applications.InceptionResNetV2; Szegedy et al., arXiv 1602.07261.
[[nodiscard]] KCPP_API Model InceptionResNetV2(const InceptionResNetV2Options& options = {});

namespace inception_v3 {
using applications::InceptionV3;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace inception_v3

namespace inception_resnet_v2 {
using applications::InceptionResNetV2;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace inception_resnet_v2

}  // namespace kerascpp::applications
