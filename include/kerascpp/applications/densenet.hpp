#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using DenseNet121Options = ImageModelOptions;
using DenseNet169Options = ImageModelOptions;
using DenseNet201Options = ImageModelOptions;
/// Blocks in which each layer sees the outputs of all before, for 224 x 224 images; at least 32 x 32.
///
/// Throws ValueError when the image data format is "channels_first".
/// Source: keras.applications.DenseNet121; Huang et al., arXiv 1608.06993.
[[nodiscard]] KCPP_API Model DenseNet121(const DenseNet121Options& options = {});
/// The same with 169 layers. Source: keras.applications.DenseNet169.
[[nodiscard]] KCPP_API Model DenseNet169(const DenseNet169Options& options = {});
/// The same with 201 layers. Source: keras.applications.DenseNet201.
[[nodiscard]] KCPP_API Model DenseNet201(const DenseNet201Options& options = {});

namespace densenet {
using applications::DenseNet121;
using applications::DenseNet169;
using applications::DenseNet201;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"torch"};
using imagenet_utils::decode_predictions;
}  // namespace densenet

}  // namespace kerascpp::applications
