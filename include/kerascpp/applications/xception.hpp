#pragma once

#include <kerascpp/applications/imagenet_utils.hpp>
#include <kerascpp/applications/options.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::applications {

using XceptionOptions = ImageModelOptions;
/// Separable convolutions with residual connections, for 299 x 299 images; at least 71 x 71.
///
/// Source: keras.applications.Xception; Chollet, arXiv 1610.02357.
[[nodiscard]] KCPP_API Model Xception(const XceptionOptions& options = {});

namespace xception {
using applications::Xception;
inline constexpr imagenet_utils::PreprocessInput preprocess_input{"tf"};
using imagenet_utils::decode_predictions;
}  // namespace xception

}  // namespace kerascpp::applications
