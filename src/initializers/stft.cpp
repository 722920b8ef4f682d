#include <cmath>
#include <numbers>

#include "initializers/families.hpp"
#include "initializers/windows.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::initializers {

Config to_config(const Window& window) {
  if (window.none()) return {};
  return window.values().defined() ? kerascpp::to_config(window.values()) : Config(window.name());
}

void from_config(const Config& config, Window& window) {
  if (config.is_null()) {
    window = nullptr;
  } else if (config.is_string()) {
    window = config.as_string();
  } else {
    Tensor values;
    kerascpp::from_config(config, values);
    window = values;
  }
}

namespace {

class TransformKernel final : public Configured<TransformKernel, InitializerBase, STFTOptions> {
 public:
  static constexpr const char* kClassName = "STFT";

  explicit TransformKernel(STFTOptions options) : Configured(std::move(options)) {
    KCPP_CHECK(options_.side == "real" || options_.side == "imag", ValueError,
               "[STFT] side must be \"real\" or \"imag\", received \"", options_.side, "\"");
    const std::string scaling = options_.scaling.value_or("density");
    KCPP_CHECK(scaling == "density" || scaling == "spectrum", ValueError,
               "[STFT] scaling must be \"density\", \"spectrum\" or none, received \"", scaling, "\"");
    if (!options_.window.name().empty()) (void)window_values(options_.window.name(), 1, false);  // throws when unknown
  }

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    KCPP_CHECK(shape.ndim() == 3, ShapeError,
               "[STFT] the initializer makes weights (frame length, channels, bins), received shape ", shape);
    const std::int64_t frame = shape[0], channels = shape[1], bins = shape[2];
    const std::vector<double> window = scaled_window(frame);
    Tensor kernel = Tensor::empty(shape, DType::Float64);
    double* values = kernel.data<double>();
    for (std::int64_t t = 0; t < frame; ++t)
      for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t f = 0; f < bins; ++f) {
          const double frequency = static_cast<double>(f) / static_cast<double>(2 * (bins - 1));
          const double angle = -2 * std::numbers::pi * static_cast<double>(t) * frequency;
          *values++ =
              (options_.side == "real" ? std::cos(angle) : std::sin(angle)) * window[static_cast<std::size_t>(t)];
        }
    return kernel.astype(dtype);
  }

 private:
  /// The window divided by its norm ("density") or its sum ("spectrum"); ones where there is none.
  [[nodiscard]] std::vector<double> scaled_window(std::int64_t frame) const {
    if (options_.window.none()) return std::vector<double>(static_cast<std::size_t>(frame), 1.0);
    const Tensor& given = options_.window.values();
    KCPP_CHECK(!given.defined() || given.shape() == Shape{frame}, ShapeError, "[STFT] expected a window of shape (",
               frame, ",), received ", given.shape());
    std::vector<double> values =
        given.defined() ? given.to_vector<double>() : window_values(options_.window.name(), frame, options_.periodic);
    double scale = 0;
    for (const double value : values) scale += options_.scaling == "density" ? value * value : std::abs(value);
    if (options_.scaling == "density") scale = std::sqrt(scale);
    for (double& value : values) value /= options_.scaling ? scale : 1;
    return values;
  }
};

}  // namespace

Initializer STFT(const STFTOptions& options) { return std::make_shared<TransformKernel>(options); }

void register_stft_initializer(ObjectRegistry& registry) {
  registry.add(initializer_class<TransformKernel>({"stft", "STFTInitializer"}));
}

}  // namespace kerascpp::initializers
