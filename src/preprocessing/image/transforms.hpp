#pragma once

#include <kerascpp/preprocessing/image.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::preprocessing::image {

/// In [low, high), as numpy.random.uniform.
[[nodiscard]] inline double uniform(utils::NumpyRandom& random, double low, double high) {
  return low + (high - low) * random.random();
}

/// Whether a data format has its channels first; empty: image_data_format(). Throws ValueError.
[[nodiscard]] bool has_channels_first(const std::string& data_format);

/// Draws in the order of Keras.
[[nodiscard]] TransformParameters draw_transform(const ImageDataGeneratorOptions& options, std::int64_t height,
                                                 std::int64_t width, utils::NumpyRandom& random);

/// The seed given, or one of the global stream.
[[nodiscard]] std::uint32_t seed_or_next(const TransformSeed& seed);

}  // namespace kerascpp::preprocessing::image
