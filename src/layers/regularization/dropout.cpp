#include <cmath>

#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/random.hpp>

#include "layers/regularization/families.hpp"
#include "layers/regularization/noise_layer.hpp"

namespace kerascpp::layers {
namespace {

/// Dropout and AlphaDropout: a rate, and a noise shape.
template <class Derived>
class DropoutBase : public NoiseLayer<DropoutOptions> {
 public:
  DropoutBase(double rate, DropoutOptions options) : NoiseLayer(Derived::kClassName, "rate", rate, std::move(options)) {
    for (const std::int64_t length : options_.noise_shape)
      KCPP_CHECK(length > 0 || length == None, ValueError, "[", Derived::kClassName,
                 "] noise_shape holds positive lengths and None, received ", options_.noise_shape);
  }

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    const auto rate = reader.required<double>("rate");
    auto options = reader.options<DropoutOptions>();
    std::optional<Shape> noise_shape;
    reader.optional("noise_shape", noise_shape);
    options.noise_shape = noise_shape.value_or(Shape());
    return reader.make<Derived>(rate, options);
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({{"rate", amount_}});
    config.set("noise_shape", options_.noise_shape.empty() ? Config() : to_config(options_.noise_shape));
    return config;
  }

 protected:
  [[nodiscard]] Symbol dropped(const Symbol& x) const {
    return ops::random::dropout(x, amount_, {.noise_shape = options_.noise_shape, .seed = generator()});
  }
};

class DropoutLayer final : public DropoutBase<DropoutLayer> {
 public:
  static constexpr const char* kClassName = "Dropout";
  using DropoutBase::DropoutBase;

 protected:
  [[nodiscard]] Symbol disturbed(const Symbol& x) const override { return dropped(x); }
};

class AlphaDropoutLayer final : public DropoutBase<AlphaDropoutLayer> {
 public:
  static constexpr const char* kClassName = "AlphaDropout";
  using DropoutBase::DropoutBase;

 protected:
  [[nodiscard]] Symbol disturbed(const Symbol& x) const override {
    // elements are dropped to selu(-infinity); a and b then bring mean and variance back
    constexpr double kFloor = -1.7580993408473766;
    const double a = 1 / std::sqrt((1 - amount_) * (1 + amount_ * kFloor * kFloor)), b = -a * kFloor * amount_;
    const Symbol kept = dropped(ops::broadcast_like(ones({}, x.dtype()), x)) > 0;
    return a * ops::where(kept, x, kFloor) + b;
  }
};

}  // namespace

Layer Dropout(double rate, const DropoutOptions& options) { return make_layer<DropoutLayer>(rate, options); }
Layer AlphaDropout(double rate, const AlphaDropoutOptions& options) {
  return make_layer<AlphaDropoutLayer>(rate, options);
}

ObjectClass dropout_class() { return layer_class<DropoutLayer>("Dropout"); }
ObjectClass alpha_dropout_class() { return layer_class<AlphaDropoutLayer>("AlphaDropout"); }

}  // namespace kerascpp::layers
