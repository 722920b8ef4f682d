#include <utility>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"

// The first input of each is the key {seed, draw}, int64 (2,). `like` gives only the shape; attribute dtype that of the
// result.
namespace kerascpp::ops {
namespace {

void expect_key(const InferContext& context) {
  const TensorSpec expected{DType::Int64, {2}};
  KCPP_CHECK(context.inputs[0].dtype == expected.dtype && shapes_agree(context.inputs[0].shape, expected.shape),
             DTypeError, "[", context.op, "] expected a key ", expected, ", received ", context.inputs[0]);
}

DType floating_result(const InferContext& context) {
  const DType dtype = context.attributes.get<DType>("dtype");
  KCPP_CHECK(is_floating(dtype), DTypeError, "[", context.op, "] expected a floating dtype, received ", dtype);
  return dtype;
}

void infer_uniform(InferContext& context) {
  expect_key(context);
  const double low = context.attributes.number("low"), high = context.attributes.number("high");
  KCPP_CHECK(low <= high, ValueError, "[", context.op, "] expected low <= high, received ", low, " and ", high);
  context.outputs = {{floating_result(context), context.inputs[1].shape}};
}

void infer_normal(InferContext& context) {
  expect_key(context);
  const double stddev = context.attributes.number("stddev");
  KCPP_CHECK(stddev >= 0, ValueError, "[", context.op, "] stddev must not be negative, received ", stddev);
  context.outputs = {{floating_result(context), context.inputs[1].shape}};
}

// The integers that a dtype holds, as far as int64 goes.
std::pair<std::int64_t, std::int64_t> range_of(DType dtype) {
  const int bits = static_cast<int>(8 * itemsize(dtype));
  const auto half = static_cast<std::int64_t>(~std::uint64_t{0} >> (65 - bits));
  if (!is_unsigned(dtype)) return {-half - 1, half};
  return {0, bits == 64 ? half : 2 * half + 1};
}

void infer_integers(InferContext& context) {
  expect_key(context);
  const DType dtype = context.attributes.get<DType>("dtype");
  KCPP_CHECK(is_integer(dtype), DTypeError, "[", context.op, "] expected an integer dtype, received ", dtype);
  const std::int64_t low = context.attributes.integer("low"), high = context.attributes.integer("high");
  KCPP_CHECK(low < high, ValueError, "[", context.op, "] expected low < high, received ", low, " and ", high);
  const auto [smallest, largest] = range_of(dtype);
  KCPP_CHECK(low >= smallest && high - 1 <= largest, ValueError, "[", context.op, "] ", dtype,
             " cannot hold all integers in [", low, ", ", high, ")");
  context.outputs = {{dtype, context.inputs[1].shape}};
}

void infer_permutation(InferContext& context) {
  expect_key(context);
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= 0 && axis < context.inputs[1].shape.ndim(), ShapeError, "[", context.op, "] axis ", axis,
             " is out of range for ", context.inputs[1]);
  context.outputs = {{DType::Int64, {context.inputs[1].shape[axis]}}};
}

// One parameter after the key, or two of one shape.
void infer_parameters(InferContext& context) {
  expect_key(context);
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    expect_floating(context, i);
    expect_shape(context, "parameters", context.inputs[1].shape, context.inputs[i].shape);
  }
  context.outputs = {{floating_result(context), context.inputs[1].shape}};
}

}  // namespace

void register_random_ops(OpRegistry& registry) {
  constexpr Traits drawn = Trait::Random | Trait::NonDifferentiable;
  constexpr Traits like = drawn | Trait::LikeLast;
  // attributes low, high
  registry.add({.name = "random_uniform", .inputs = {"key", "like"}, .traits = like, .infer = infer_uniform});
  // attributes mean, stddev
  registry.add({.name = "random_normal", .inputs = {"key", "like"}, .traits = like, .infer = infer_normal});
  registry.add({.name = "random_truncated_normal", .inputs = {"key", "like"}, .traits = like, .infer = infer_normal});
  // integers in [low, high)
  registry.add({.name = "random_integers", .inputs = {"key", "like"}, .traits = like, .infer = infer_integers});
  // 0 ... n - 1 in random order, n the length of `axis` of like
  registry.add({.name = "random_permutation", .inputs = {"key", "like"}, .traits = like, .infer = infer_permutation});
  registry.add({.name = "random_gamma", .inputs = {"key", "alpha"}, .traits = drawn, .infer = infer_parameters});
  registry.add({.name = "random_poisson", .inputs = {"key", "rate"}, .traits = drawn, .infer = infer_parameters});
  registry.add({.name = "random_binomial",
                .inputs = {"key", "count", "probability"},
                .traits = drawn,
                .infer = infer_parameters});
}

}  // namespace kerascpp::ops
