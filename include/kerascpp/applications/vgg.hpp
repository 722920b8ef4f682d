#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using VGG16Options = ImageModelOptions;
using VGG19Options = ImageModelOptions;
/// 13 convolutions and three dense layers for 224 x 224 images; at least 32 x 32.
///
/// Source: keras.applications.VGG16; Simonyan and Zisserman, arXiv 1409.1556.
[[nodiscard]] KCPP_API Model VGG16(const VGG16Options& options = {});
/// The same with 16 convolutions. Source: keras.applications.VGG19.
[[nodiscard]] KCPP_API Model VGG19(const VGG19Options& options = {});

namespace vgg16 {
using applications::VGG16;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"caffe"};
using imagenet_utils::decode_predictions;
}  // namespace vgg16

namespace vgg19 {
using applications::VGG19;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"caffe"};
using imagenet_utils::decode_predictions;
}  // namespace vgg19

}  // namespace kerascpp::applications
