#include <algorithm>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/initializers.hpp>
#include <kerascpp/layers/spectrograms.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/data_format.hpp"
#include "layers/one_of.hpp"
#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

std::int64_t next_power_of_two(std::int64_t length) {
  std::int64_t power = 1;
  while (power < length) power *= 2;
  return power;
}

class STFTSpectrogramLayer final : public OptionsLayer<STFTSpectrogramOptions> {
 public:
  explicit STFTSpectrogramLayer(STFTSpectrogramOptions options) : OptionsLayer(std::move(options)) {
    const std::int64_t length = options_.frame_length;
    KCPP_CHECK(length >= 1, ValueError, "[STFTSpectrogram] frame_length must be a positive integer, received ", length);
    step_ = options_.frame_step.value_or(std::max<std::int64_t>(length / 2, 1));
    KCPP_CHECK(step_ >= 1 && step_ <= length, ValueError,
               "[STFTSpectrogram] frame_step must be from 1 to frame_length, received frame_step ", step_,
               " and frame_length ", length);
    const std::int64_t fft_length = options_.fft_length.value_or(next_power_of_two(length));
    KCPP_CHECK(fft_length >= length, ValueError,
               "[STFTSpectrogram] fft_length must not be less than frame_length, received fft_length ", fft_length,
               " and frame_length ", length);
    bins_ = fft_length / 2 + 1;
    check_one_of("STFTSpectrogram", "mode", options_.mode,
                 {"log", "magnitude", "psd", "real", "imag", "angle", "stft"});
    check_one_of("STFTSpectrogram", "padding", options_.padding, {"valid", "same"});
    if (options_.scaling) check_one_of("STFTSpectrogram", "scaling", *options_.scaling, {"density", "spectrum"});
    options_.data_format = resolve_data_format(options_.data_format, "STFTSpectrogram");
  }

  [[nodiscard]] static std::shared_ptr<STFTSpectrogramLayer> from_config(const Config& config) {
    LayerReader reader(config, "STFTSpectrogram");
    return reader.make<STFTSpectrogramLayer>(reader.options<STFTSpectrogramOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "STFTSpectrogram"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape&) override {
    if (options_.mode != "imag") real_kernel_ = add_kernel("real");
    if (options_.mode != "real") imag_kernel_ = add_kernel("imag");
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const bool channels_last = options_.data_format == "channels_last";
    // (B, T, C, 1): every channel by itself, as the columns of an image
    const Symbol x = ops::expand_dims(channels_last ? inputs[0] : ops::transpose(inputs[0], {0, 2, 1}), -1);
    return arranged(spectra(x), channels_last);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, 3,
               options_.data_format == "channels_last" ? "(batch, time, channels)" : "(batch, channels, time)");
    KCPP_CHECK(is_floating(inputs[0].dtype()), DTypeError, message_start(*this), " expected floating input, received ",
               inputs[0].dtype());
  }

 private:
  Variable add_kernel(const std::string& side) {
    const initializers::Window window =
        options_.window ? initializers::Window(*options_.window) : initializers::Window(nullptr);
    return add_weight(
        side + "_kernel", {options_.frame_length, 1, bins_},
        {.initializer = initializers::STFT(
             {.side = side, .window = window, .scaling = options_.scaling, .periodic = options_.periodic})});
  }

  [[nodiscard]] Symbol convolved(const Symbol& x, const Variable& kernel) const {
    const Symbol columns = ops::expand_dims(autocast(kernel), 1);  // (frame_length, 1, 1, F)
    return ops::conv(x, columns, {.strides = {step_, 1}, .padding = options_.padding, .data_format = "channels_last"});
  }

  /// (B, T, C, 1) -> (B, T', C, F)
  [[nodiscard]] Symbol spectra(const Symbol& x) const {
    const std::string& mode = options_.mode;
    if (mode == "real") return convolved(x, real_kernel_);
    if (mode == "imag") return convolved(x, imag_kernel_);
    const Symbol real = convolved(x, real_kernel_), imag = convolved(x, imag_kernel_);
    if (mode == "angle") return ops::arctan2(imag, real);
    if (mode == "stft") return ops::concatenate({real, imag}, -1);
    const Symbol power = ops::square(real) + ops::square(imag);
    if (mode == "psd") {  // frequencies between the first and the last stand for two
      const Symbol inner = ops::slice_axis(power, -1, Slice(1, -1));
      return power + ops::pad(inner, std::vector<ops::PadWidth::Pair>{{0, 0}, {0, 0}, {0, 0}, {1, 1}});
    }
    const Symbol magnitude = ops::sqrt(ops::maximum(power, epsilon()));
    return mode == "magnitude" ? magnitude : ops::log(ops::maximum(magnitude, epsilon()));
  }

  /// (B, T', C, F) in the layout that the options ask for.
  [[nodiscard]] Symbol arranged(const Symbol& x, bool channels_last) const {
    if (options_.expand_dims)
      return ops::transpose(
          x, channels_last ? std::vector<std::int64_t>{0, 1, 3, 2} : std::vector<std::int64_t>{0, 2, 1, 3});
    const Symbol merged = ops::merge_axes(x, 2, 3);
    return channels_last ? merged : ops::transpose(merged, {0, 2, 1});
  }

  std::int64_t step_ = 1, bins_ = 0;
  Variable real_kernel_, imag_kernel_;
};

}  // namespace

Layer STFTSpectrogram(const STFTSpectrogramOptions& options) { return make_layer<STFTSpectrogramLayer>(options); }

ObjectClass stft_spectrogram_class() { return layer_class<STFTSpectrogramLayer>("STFTSpectrogram"); }

}  // namespace kerascpp::layers
