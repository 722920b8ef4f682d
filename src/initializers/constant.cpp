#include <kerascpp/ops/shape.hpp>

#include "initializers/families.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::initializers {
namespace {

/// A number, or an array to broadcast.
struct ConstantValue {
  double number = 0.0;
  Tensor array = {};
};

Config to_config(const ConstantValue& value) {
  return value.array.defined() ? kerascpp::to_config(value.array) : Config(value.number);
}

void from_config(const Config& config, ConstantValue& value) {
  if (config.is_number())
    value = {config.as_double(), {}};
  else
    kerascpp::from_config(config, value.array);
}

struct ConstantOptions {
  ConstantValue value = {};
  KCPP_FIELDS(value)
};

class ConstantInitializer final : public Configured<ConstantInitializer, InitializerBase, ConstantOptions> {
 public:
  static constexpr const char* kClassName = "Constant";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    if (!options_.value.array.defined()) return full(shape, options_.value.number, dtype);
    return ops::broadcast_to(options_.value.array.astype(dtype), shape);
  }
};

class ZerosInitializer final : public Configured<ZerosInitializer, InitializerBase, NoOptions> {
 public:
  static constexpr const char* kClassName = "Zeros";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override { return zeros(shape, dtype); }
};

class OnesInitializer final : public Configured<OnesInitializer, InitializerBase, NoOptions> {
 public:
  static constexpr const char* kClassName = "Ones";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override { return ones(shape, dtype); }
};

class IdentityMatrix final : public Configured<IdentityMatrix, InitializerBase, IdentityOptions> {
 public:
  static constexpr const char* kClassName = "Identity";
  using Configured::Configured;

  [[nodiscard]] Config get_config() const override {  // Keras forgets the gain: written when it matters
    return options_.gain == 1 ? Config::map() : Configured::get_config();
  }

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    KCPP_CHECK(shape.ndim() == 2, ShapeError, "[Identity] the initializer makes matrices, received shape ", shape);
    Tensor matrix = zeros(shape, DType::Float64);
    for (std::int64_t i = 0; i < std::min(shape[0], shape[1]); ++i)
      matrix.data<double>()[i * shape[1] + i] = options_.gain;
    return matrix.astype(dtype);
  }
};

}  // namespace

Initializer Constant(double value) { return std::make_shared<ConstantInitializer>(ConstantOptions{{value, {}}}); }
Initializer Constant(const Tensor& value) {
  return std::make_shared<ConstantInitializer>(ConstantOptions{{0.0, value.copy()}});
}
Initializer Zeros() { return std::make_shared<ZerosInitializer>(NoOptions{}); }
Initializer Ones() { return std::make_shared<OnesInitializer>(NoOptions{}); }
Initializer Identity(const IdentityOptions& options) { return std::make_shared<IdentityMatrix>(options); }

void register_constant_initializers(ObjectRegistry& registry) {
  registry.add(initializer_class<ConstantInitializer>({"constant"}));
  registry.add(initializer_class<ZerosInitializer>({"zeros", "zero"}));
  registry.add(initializer_class<OnesInitializer>({"ones", "one"}));
  registry.add(initializer_class<IdentityMatrix>({"identity", "IdentityInitializer"}));
}

}  // namespace kerascpp::initializers
