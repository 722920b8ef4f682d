#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

struct Audio {
  Tensor samples;            ///< (T, channels) float32, from -1 to 1
  std::int64_t sample_rate;  ///< samples per second
};
/// The sound of a .wav file: integers of 8, 16, 24 or 32 bits, or floats.
///
/// Throws IoError for a file that cannot be read, FormatError naming it and the chunk for one that is damaged or holds
/// another encoding. Source: tf.audio.decode_wav.
[[nodiscard]] KCPP_API Audio load_wav(const std::string& path);
/// Writes integers of 16 bits; samples beyond -1 and 1 become the nearest of these. Throws ShapeError unless `samples`
/// is (T, channels), IoError naming the file. Source: tf.audio.encode_wav.
KCPP_API void save_wav(const std::string& path, const Tensor& samples, std::int64_t sample_rate);
/// Samples (T, channels) at another rate, (ceil(T * rate_out / rate_in), channels) float32, through a low-pass filter
/// that takes out what the lower of the two rates cannot hold. Throws ShapeError, ValueError for rates below 1.
/// Source: tfio.audio.resample; filter of scipy.signal.resample_poly.
[[nodiscard]] KCPP_API Tensor resample(const Tensor& samples, std::int64_t rate_in, std::int64_t rate_out);

}  // namespace kerascpp::utils
