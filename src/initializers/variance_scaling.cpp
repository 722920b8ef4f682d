#include <algorithm>
#include <cmath>

#include "initializers/families.hpp"
#include "initializers/random_source.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::initializers {
namespace {

struct Fans {
  double in = 1, out = 1;
};

double product_over(const Shape& shape, const Sizes& axes) {
  double product = 1;
  for (const std::int64_t axis : axes.values()) product *= static_cast<double>(shape.dim(axis));
  return product;
}

/// How many values enter and leave a unit. Weights with more than two axes are kernels (K..., C, F).
Fans compute_fans(const Shape& shape, const Sizes& input_axes, const Sizes& output_axes) {
  if (!input_axes.empty() && !output_axes.empty())
    return {product_over(shape, input_axes), product_over(shape, output_axes)};
  if (shape.empty()) return {};
  if (shape.ndim() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double field = 1;
  for (int axis = 0; axis < shape.ndim() - 2; ++axis) field *= static_cast<double>(shape[axis]);
  return {static_cast<double>(shape.dim(-2)) * field, static_cast<double>(shape.dim(-1)) * field};
}

// the standard deviation of a standard normal distribution that is cut off at two
constexpr double kTruncatedStddev = 0.87962566103423978;

Tensor draw_scaled(const VarianceScalingOptions& options, const Shape& shape, DType dtype) {
  const Fans fans = compute_fans(shape, options.input_axes, options.output_axes);
  const double count = options.mode == "fan_in"    ? fans.in
                       : options.mode == "fan_out" ? fans.out
                                                   : (fans.in + fans.out) / 2;
  const double variance = options.scale / std::max(1.0, count);
  return with_stream(options.seed, [&](RandomStream& stream) {
    if (options.distribution == "uniform") {
      const double limit = std::sqrt(3 * variance);
      return stream.uniform(shape, -limit, limit, dtype);
    }
    if (options.distribution == "untruncated_normal") return stream.normal(shape, 0, std::sqrt(variance), dtype);
    return stream.truncated_normal(shape, 0, std::sqrt(variance) / kTruncatedStddev, dtype);
  });
}

class VarianceScalingInitializer final
    : public Configured<VarianceScalingInitializer, InitializerBase, VarianceScalingOptions> {
 public:
  static constexpr const char* kClassName = "VarianceScaling";

  explicit VarianceScalingInitializer(VarianceScalingOptions options) : Configured(std::move(options)) {
    KCPP_CHECK(options_.scale > 0, ValueError, "[VarianceScaling] scale must be positive, received ", options_.scale);
    KCPP_CHECK(options_.mode == "fan_in" || options_.mode == "fan_out" || options_.mode == "fan_avg", ValueError,
               "[VarianceScaling] mode must be \"fan_in\", \"fan_out\" or \"fan_avg\", received \"", options_.mode,
               "\"");
    if (options_.distribution == "normal") options_.distribution = "truncated_normal";
    KCPP_CHECK(options_.distribution == "truncated_normal" || options_.distribution == "untruncated_normal" ||
                   options_.distribution == "uniform",
               ValueError,
               "[VarianceScaling] distribution must be \"truncated_normal\", \"untruncated_normal\" or \"uniform\", "
               "received \"",
               options_.distribution, "\"");
  }

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    return draw_scaled(options_, shape, dtype);
  }
};

/// One of the named settings of VarianceScaling.
template <class Derived>
class NamedScaling : public Configured<Derived, InitializerBase, FanOptions> {
 public:
  using Configured<Derived, InitializerBase, FanOptions>::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    const FanOptions& options = this->options_;
    return draw_scaled({.scale = Derived::kScale,
                        .mode = Derived::kMode,
                        .distribution = Derived::kDistribution,
                        .seed = options.seed,
                        .input_axes = options.input_axes,
                        .output_axes = options.output_axes},
                       shape, dtype);
  }
};

struct GlorotNormalInitializer final : NamedScaling<GlorotNormalInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "GlorotNormal", *kMode = "fan_avg", *kDistribution = "truncated_normal";
  static constexpr double kScale = 1;
};
struct GlorotUniformInitializer final : NamedScaling<GlorotUniformInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "GlorotUniform", *kMode = "fan_avg", *kDistribution = "uniform";
  static constexpr double kScale = 1;
};
struct HeNormalInitializer final : NamedScaling<HeNormalInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "HeNormal", *kMode = "fan_in", *kDistribution = "truncated_normal";
  static constexpr double kScale = 2;
};
struct HeUniformInitializer final : NamedScaling<HeUniformInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "HeUniform", *kMode = "fan_in", *kDistribution = "uniform";
  static constexpr double kScale = 2;
};
struct LecunNormalInitializer final : NamedScaling<LecunNormalInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "LecunNormal", *kMode = "fan_in", *kDistribution = "truncated_normal";
  static constexpr double kScale = 1;
};
struct LecunUniformInitializer final : NamedScaling<LecunUniformInitializer> {
  using NamedScaling::NamedScaling;
  static constexpr const char *kClassName = "LecunUniform", *kMode = "fan_in", *kDistribution = "uniform";
  static constexpr double kScale = 1;
};

}  // namespace

Initializer VarianceScaling(const VarianceScalingOptions& options) {
  return std::make_shared<VarianceScalingInitializer>(options);
}
Initializer GlorotNormal(const FanOptions& options) { return std::make_shared<GlorotNormalInitializer>(options); }
Initializer GlorotUniform(const FanOptions& options) { return std::make_shared<GlorotUniformInitializer>(options); }
Initializer HeNormal(const FanOptions& options) { return std::make_shared<HeNormalInitializer>(options); }
Initializer HeUniform(const FanOptions& options) { return std::make_shared<HeUniformInitializer>(options); }
Initializer LecunNormal(const FanOptions& options) { return std::make_shared<LecunNormalInitializer>(options); }
Initializer LecunUniform(const FanOptions& options) { return std::make_shared<LecunUniformInitializer>(options); }

void register_variance_scaling_initializers(ObjectRegistry& registry) {
  registry.add(initializer_class<VarianceScalingInitializer>({"variance_scaling"}));
  registry.add(initializer_class<GlorotNormalInitializer>({"glorot_normal"}));
  registry.add(initializer_class<GlorotUniformInitializer>({"glorot_uniform"}));
  registry.add(initializer_class<HeNormalInitializer>({"he_normal"}));
  registry.add(initializer_class<HeUniformInitializer>({"he_uniform"}));
  registry.add(initializer_class<LecunNormalInitializer>({"lecun_normal"}));
  registry.add(initializer_class<LecunUniformInitializer>({"lecun_uniform"}));
}

}  // namespace kerascpp::initializers
