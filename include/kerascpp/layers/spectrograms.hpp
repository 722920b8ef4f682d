#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>

/// Layers that turn sounds into spectra over time.
namespace kerascpp::layers {

struct STFTSpectrogramOptions {
  std::string mode = "log";  ///< "log", "magnitude", "psd" (power), "real", "imag", "angle" or "stft" (real, then imag)
  std::int64_t frame_length = 256;
  std::optional<std::int64_t> frame_step = {};     ///< none: half of frame_length
  std::optional<std::int64_t> fft_length = {};     ///< none: the next power of 2 from frame_length on
  std::optional<std::string> window = "hann";      ///< a name of scipy.signal.get_window, or none
  bool periodic = false;                           ///< of the window; otherwise it is symmetric
  std::optional<std::string> scaling = "density";  ///< "density", "spectrum" or none
  std::string padding = "valid";                   ///< or "same"
  bool expand_dims = false;                        ///< spectra of several channels along an axis of their own
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(mode, frame_length, frame_step, fft_length, window, periodic, scaling, padding, expand_dims, data_format)
};
/// Short-time Fourier transforms by convolutions, whose kernels can be trained.
///
/// x (B, T, C) -> (B, T', C F), F = fft_length / 2 + 1 (twice that with "stft"); with expand_dims (B, T', F, C).
/// "channels_first": (B, C, T) -> (B, C F, T'), with expand_dims (B, C, T', F).
/// Weights: kernels (frame_length, 1, fft_length / 2 + 1) of the real and of the imaginary part.
/// Throws ValueError unless 1 <= frame_step <= frame_length <= fft_length, or for unknown names.
/// Source: keras.layers.STFTSpectrogram.
[[nodiscard]] KCPP_API Layer STFTSpectrogram(const STFTSpectrogramOptions& options = {});

struct MelSpectrogramOptions {
  std::int64_t fft_length = 2048;
  std::int64_t sequence_stride = 512;
  std::optional<std::int64_t> sequence_length = {};  ///< none: fft_length
  std::string window = "hann";
  double sampling_rate = 16000;  ///< Hz
  std::int64_t num_mel_bins = 128;
  double min_freq = 20;                 ///< Hz
  std::optional<double> max_freq = {};  ///< Hz; none: half of the sampling rate
  bool power_to_db = true;
  double top_db = 80;  ///< what lies further below the largest value of the batch is raised to there
  double mag_exp = 2;  ///< 2: power, 1: magnitude
  double min_power = 1e-10;
  double ref_power = 1;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(fft_length, sequence_stride, sequence_length, window, sampling_rate, num_mel_bins, min_freq, max_freq,
              power_to_db, top_db, mag_exp, min_power, ref_power)
};
/// Spectra over time in bands that are equally wide to the ear, in decibels unless told otherwise.
///
/// x (B, T) or (T,) -> (B, num_mel_bins, T') or (num_mel_bins, T'), T' = T / sequence_stride + 1
/// Throws ValueError when sequence_length is above fft_length. Source: keras.layers.MelSpectrogram; Stevens et al.
/// 1937.
[[nodiscard]] KCPP_API Layer MelSpectrogram(const MelSpectrogramOptions& options = {});

}  // namespace kerascpp::layers
