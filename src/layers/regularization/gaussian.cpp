#include <cmath>

#include <kerascpp/ops/random.hpp>

#include "layers/regularization/families.hpp"
#include "layers/regularization/noise_layer.hpp"

namespace kerascpp::layers {
namespace {

template <class Derived>
class GaussianBase : public NoiseLayer<GaussianDropoutOptions> {
 public:
  GaussianBase(double amount, GaussianDropoutOptions options)
      : NoiseLayer(Derived::kClassName, Derived::kArgument, amount, std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    const auto amount = reader.required<double>(Derived::kArgument);
    return reader.make<Derived>(amount, reader.options<GaussianDropoutOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override { return config_with({{Derived::kArgument, amount_}}); }
};

class GaussianDropoutLayer final : public GaussianBase<GaussianDropoutLayer> {
 public:
  static constexpr const char *kClassName = "GaussianDropout", *kArgument = "rate";

  GaussianDropoutLayer(double rate, GaussianDropoutOptions options) : GaussianBase(rate, std::move(options)) {
    KCPP_CHECK(rate < 1, ValueError, "[GaussianDropout] rate must be below 1, received ", rate);
  }

 protected:
  [[nodiscard]] Symbol disturbed(const Symbol& x) const override {
    const double stddev = std::sqrt(amount_ / (1 - amount_));
    return x * ops::random::normal_like(x, {.mean = 1, .stddev = stddev, .seed = generator()});
  }
};

class GaussianNoiseLayer final : public GaussianBase<GaussianNoiseLayer> {
 public:
  static constexpr const char *kClassName = "GaussianNoise", *kArgument = "stddev";
  using GaussianBase::GaussianBase;

 protected:
  [[nodiscard]] Symbol disturbed(const Symbol& x) const override {
    return x + ops::random::normal_like(x, {.stddev = amount_, .seed = generator()});
  }
};

}  // namespace

Layer GaussianDropout(double rate, const GaussianDropoutOptions& options) {
  return make_layer<GaussianDropoutLayer>(rate, options);
}
Layer GaussianNoise(double stddev, const GaussianNoiseOptions& options) {
  return make_layer<GaussianNoiseLayer>(stddev, options);
}

ObjectClass gaussian_dropout_class() { return layer_class<GaussianDropoutLayer>("GaussianDropout"); }
ObjectClass gaussian_noise_class() { return layer_class<GaussianNoiseLayer>("GaussianNoise"); }

}  // namespace kerascpp::layers
