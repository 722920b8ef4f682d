#pragma once

#include <cstdint>
#include <string>

#include "applications/image_model.hpp"

/// What both versions of EfficientNet are made of.
namespace kerascpp::applications {

/// Truncated normal with variance 2 / fan_out, and uniform with 1 / (3 fan_out).
[[nodiscard]] Initializer convolution_initializer();
[[nodiscard]] Initializer classifier_initializer();

/// Scales each channel by a number between 0 and 1 that two layers find from the averages of all channels.
[[nodiscard]] Symbol excite_channels(const Symbol& x, std::int64_t squeezed, const std::string& name);

/// Dropout of whole samples, unless `rate` is 0, then the sum with `input`.
[[nodiscard]] Symbol drop_and_add(const Symbol& x, const Symbol& input, double rate, const std::string& name);

/// Average, dropout and classifier, or pooling alone.
[[nodiscard]] Symbol efficientnet_head(const ImageModel& model, Symbol x, double dropout_rate,
                                       const layers::DenseOptions& classifier);

/// ceil(coefficient * repeats)
[[nodiscard]] int round_repeats(int repeats, double coefficient);
/// "block2c_": block and repeat count from 0.
[[nodiscard]] std::string block_name(std::size_t block, int repeat);

}  // namespace kerascpp::applications
