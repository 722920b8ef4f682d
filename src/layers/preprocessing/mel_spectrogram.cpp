#include <algorithm>
#include <cmath>

#include <kerascpp/layers/spectrograms.hpp>
#include <kerascpp/ops/conversion.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/fft.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

double mel_of_hertz(double frequency) { return 1127.0 * std::log(1.0 + frequency / 700.0); }

class MelSpectrogramLayer final : public OptionsLayer<MelSpectrogramOptions> {
 public:
  explicit MelSpectrogramLayer(MelSpectrogramOptions options) : OptionsLayer(std::move(options)) {
    if (!options_.sequence_length) options_.sequence_length = options_.fft_length;
    if (!options_.max_freq) options_.max_freq = std::floor(options_.sampling_rate / 2);
    KCPP_CHECK(*options_.sequence_length <= options_.fft_length, ValueError,
               "[MelSpectrogram] sequence_length must not be above fft_length, received sequence_length ",
               *options_.sequence_length, " and fft_length ", options_.fft_length);
    KCPP_CHECK(options_.num_mel_bins > 0, ValueError,
               "[MelSpectrogram] num_mel_bins must be a positive integer, received ", options_.num_mel_bins);
  }

  [[nodiscard]] static std::shared_ptr<MelSpectrogramLayer> from_config(const Config& config) {
    LayerReader reader(config, "MelSpectrogram");
    return reader.make<MelSpectrogramLayer>(reader.options<MelSpectrogramOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "MelSpectrogram"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const DType dtype = compute_dtype() == DType::Float64 ? DType::Float64 : DType::Float32;
    const auto [real, imag] = ops::stft(ops::cast(inputs[0], dtype), *options_.sequence_length,
                                        options_.sequence_stride, options_.fft_length, {.window = options_.window});
    const Symbol magnitude = ops::sqrt(ops::square(real) + ops::square(imag));
    const Symbol bands = ops::matmul(ops::power(magnitude, options_.mag_exp), constant(band_weights().astype(dtype)));
    return ops::cast(ops::swapaxes(options_.power_to_db ? in_decibels(bands) : bands, -1, -2), compute_dtype());
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_single_input(*this, inputs);
    KCPP_CHECK(inputs[0].ndim() == 1 || inputs[0].ndim() == 2, ShapeError, message_start(*this),
               " expected an input (time,) or (batch, time), received ", inputs[0].shape());
  }

 private:
  /// How much each frequency belongs to each band: triangles (frequencies, bands) over equal steps on the mel scale.
  [[nodiscard]] Tensor band_weights() const {
    const std::int64_t frequencies = options_.fft_length / 2 + 1, bands = options_.num_mel_bins;
    const double lowest = mel_of_hertz(options_.min_freq), highest = mel_of_hertz(*options_.max_freq);
    const double width = (highest - lowest) / static_cast<double>(bands + 1);
    Tensor matrix = zeros({frequencies, bands}, DType::Float64);
    for (std::int64_t f = 1; f < frequencies; ++f) {  // the constant part belongs to none
      const double hertz = options_.sampling_rate / 2 * static_cast<double>(f) / static_cast<double>(frequencies - 1);
      const double place = (mel_of_hertz(hertz) - lowest) / width;
      for (std::int64_t band = 0; band < bands; ++band)
        matrix.data<double>()[f * bands + band] = std::max(0.0, 1 - std::abs(place - static_cast<double>(band + 1)));
    }
    return matrix;
  }

  [[nodiscard]] Symbol in_decibels(const Symbol& power) const {
    const double reference = 10 * std::log10(std::max(std::abs(options_.ref_power), options_.min_power));
    const Symbol decibels = ops::log10(ops::maximum(power, options_.min_power)) * 10.0 - reference;
    return ops::maximum(decibels, ops::max(decibels) - options_.top_db);
  }
};

}  // namespace

Layer MelSpectrogram(const MelSpectrogramOptions& options) { return make_layer<MelSpectrogramLayer>(options); }

ObjectClass mel_spectrogram_class() { return layer_class<MelSpectrogramLayer>("MelSpectrogram"); }

}  // namespace kerascpp::layers
