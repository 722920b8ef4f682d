#include "initializers/families.hpp"
#include "initializers/random_source.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::initializers {
namespace {

class RandomNormalInitializer final : public Configured<RandomNormalInitializer, InitializerBase, RandomNormalOptions> {
 public:
  static constexpr const char* kClassName = "RandomNormal";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    return with_stream(options_.seed, [&](RandomStream& stream) {
      return stream.normal(shape, options_.mean, options_.stddev, dtype);
    });
  }
};

class TruncatedNormalInitializer final
    : public Configured<TruncatedNormalInitializer, InitializerBase, RandomNormalOptions> {
 public:
  static constexpr const char* kClassName = "TruncatedNormal";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    return with_stream(options_.seed, [&](RandomStream& stream) {
      return stream.truncated_normal(shape, options_.mean, options_.stddev, dtype);
    });
  }
};

class RandomUniformInitializer final
    : public Configured<RandomUniformInitializer, InitializerBase, RandomUniformOptions> {
 public:
  static constexpr const char* kClassName = "RandomUniform";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    return with_stream(options_.seed, [&](RandomStream& stream) {
      return stream.uniform(shape, options_.minval, options_.maxval, dtype);
    });
  }
};

}  // namespace

Initializer RandomNormal(const RandomNormalOptions& options) {
  return std::make_shared<RandomNormalInitializer>(options);
}
Initializer TruncatedNormal(const RandomNormalOptions& options) {
  return std::make_shared<TruncatedNormalInitializer>(options);
}
Initializer RandomUniform(const RandomUniformOptions& options) {
  return std::make_shared<RandomUniformInitializer>(options);
}

void register_random_initializers(ObjectRegistry& registry) {
  registry.add(initializer_class<RandomNormalInitializer>({"random_normal", "normal"}));
  registry.add(initializer_class<TruncatedNormalInitializer>({"truncated_normal"}));
  registry.add(initializer_class<RandomUniformInitializer>({"random_uniform", "uniform"}));
}

}  // namespace kerascpp::initializers
