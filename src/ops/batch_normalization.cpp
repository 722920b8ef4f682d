#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/composed_gradient.hpp"
#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

// batch_normalization_training (x, gamma, beta; axis, epsilon) -> (y, mean, variance)
// batch_normalization_gradient (g, x, gamma, mean, variance; axis, epsilon) -> (gx, ggamma, gbeta)
// Vectors (C,) are in the dtype of the statistics: float64 for a float64 x, else float32. axis is in [0, ndim).
namespace kerascpp::ops {
namespace {

DType statistics_dtype(DType dtype) { return result_type(dtype, DType::Float32); }

// Checks inputs [first, last) to be vectors that fit the channels of input `x`; gives their spec.
TensorSpec vector_spec(const InferContext& context, std::size_t x, std::size_t first, std::size_t last) {
  expect_floating(context, x);
  const TensorSpec& input = context.inputs[x];
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= 0 && axis < input.shape.ndim(), ShapeError, "[", context.op, "] axis ", axis,
             " is out of range for ", input);
  TensorSpec expected{statistics_dtype(input.dtype), {input.shape[axis]}};
  for (std::size_t i = first; i < last; ++i) {
    const TensorSpec& vector = context.inputs[i];
    KCPP_CHECK(vector.dtype == expected.dtype && shapes_agree(vector.shape, expected.shape), ShapeError, "[",
               context.op, "] expected vectors ", expected, " for axis ", axis, " of ", input, ", received ", vector);
    if (expected.shape[0] == None) expected.shape[0] = vector.shape[0];
  }
  return expected;
}

void infer_training(InferContext& context) {
  const TensorSpec vector = vector_spec(context, 0, 1, 3);
  context.outputs = {context.inputs[0], vector, vector};
}

void infer_gradient(InferContext& context) {
  const TensorSpec vector = vector_spec(context, 1, 2, 5);
  expect_one_dtype(context, 2);
  expect_shape(context, "g", context.inputs[1].shape, context.inputs[0].shape);
  context.outputs = {context.inputs[1], vector, vector};
}

// What the two operations and their gradients do with vectors along one axis.
struct ChannelAxis {
  std::vector<std::int64_t> others;
  DType dtype;  // of the statistics
  Symbol count;

  ChannelAxis(const Symbol& x, std::int64_t axis) : dtype(statistics_dtype(x.dtype())) {
    for (std::int64_t i = 0; i < x.ndim(); ++i)
      if (i != axis) others.push_back(i);
    // one element for each channel when there is no other axis
    count = others.empty() ? constant(full({}, 1, dtype)) : cast(axis_size(x, others), dtype);
  }

  [[nodiscard]] Symbol broadcast(const Symbol& vector) const {
    return others.empty() ? vector : expand_dims(vector, others);
  }
  [[nodiscard]] Symbol total(const Symbol& x) const { return others.empty() ? x : sum(x, others); }
};

// xhat = (x - mean) / sqrt(variance + epsilon), gbeta = sum(g), ggamma = sum(g xhat),
// gx = gamma / sqrt(variance + epsilon) (g - gbeta / N - xhat ggamma / N)
std::vector<Symbol> compose_gradient(const Node& node, const std::vector<Symbol>& inputs) {
  const ChannelAxis channels(inputs[1], node.attributes().integer("axis"));
  const Symbol g = cast(inputs[0], channels.dtype), x = cast(inputs[1], channels.dtype);
  const Symbol scale = rsqrt(inputs[4] + node.attributes().number("epsilon"));
  const Symbol normalized = (x - channels.broadcast(inputs[3])) * channels.broadcast(scale);
  const Symbol gbeta = channels.total(g), ggamma = channels.total(g * normalized);
  const Symbol centered =
      g - channels.broadcast(gbeta / channels.count) - normalized * channels.broadcast(ggamma / channels.count);
  return {cast(channels.broadcast(inputs[2] * scale) * centered, inputs[1].dtype()), ggamma, gbeta};
}

std::vector<Symbol> gradient_of_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  return gradient_by_composition(node, output_gradients, compose_gradient);
}

std::vector<Symbol> gradient_of_training(const Node& node, const std::vector<Symbol>& output_gradients) {
  static const OpDef& op = OpRegistry::global().get("batch_normalization_gradient");
  const Symbol &x = node.input(0), mean = node.output(1), variance = node.output(2);
  std::vector<Symbol> gradients(3);
  if (output_gradients[0].defined())
    gradients = make_node(op, {output_gradients[0], x, node.input(1), mean, variance}, node.attributes(), node.site());
  if (!output_gradients[1].defined() && !output_gradients[2].defined()) return gradients;
  // d mean / dx = 1 / N, d variance / dx = 2 (x - mean) / N
  const ChannelAxis channels(x, node.attributes().integer("axis"));
  Symbol gx;
  if (output_gradients[1].defined()) gx = broadcast_like(channels.broadcast(output_gradients[1] / channels.count), x);
  if (output_gradients[2].defined()) {
    const Symbol centered = cast(x, channels.dtype) - channels.broadcast(mean);
    const Symbol part = channels.broadcast(output_gradients[2] * 2 / channels.count) * centered;
    gx = gx.defined() ? gx + part : part;
  }
  gx = cast(gx, x.dtype());
  gradients[0] = gradients[0].defined() ? gradients[0] + gx : gx;
  return gradients;
}

}  // namespace

void register_batch_normalization_ops(OpRegistry& registry) {
  registry.add({.name = "batch_normalization_training",
                .inputs = {"x", "gamma", "beta"},
                .infer = infer_training,
                .gradient = gradient_of_training});
  registry.add({.name = "batch_normalization_gradient",
                .inputs = {"g", "x", "gamma", "mean", "variance"},
                .infer = infer_gradient,
                .gradient = gradient_of_gradient});
}

NormalizedBatch<Symbol> batch_normalization_training(const Operand& x, const Operand& gamma, const Operand& beta,
                                                     std::int64_t axis, double epsilon) {
  const SiteGuard guard(x.site());
  static const OpDef& op = OpRegistry::global().get("batch_normalization_training");
  const Symbol input = x.symbol();
  const DType dtype = statistics_dtype(input.dtype());
  const std::vector<Symbol> outputs = make_node(
      op, {input, gamma.symbol(dtype), beta.symbol(dtype)},
      {{"axis", static_cast<std::int64_t>(normalize_axis(axis, input.ndim()))}, {"epsilon", epsilon}}, x.site());
  return {outputs[0], outputs[1], outputs[2]};
}

Symbol batch_normalization(const Operand& x, const Operand& mean, const Operand& variance, std::int64_t axis,
                           const BatchNormalizationOptions& options) {
  const SiteGuard guard(x.site());
  const Symbol input = x.symbol();
  KCPP_CHECK(is_floating(input.dtype()), DTypeError, "[batch_normalization] expected a floating input, received ",
             input.spec());
  const std::int64_t channel_axis = normalize_axis(axis, input.ndim());
  const ChannelAxis channels(input, channel_axis);
  const auto along_axis = [&](const Operand& vector) {
    KCPP_CHECK(vector.shape().ndim() == 1 && may_equal(vector.shape()[0], input.shape()[channel_axis]), ShapeError,
               "[batch_normalization] expected a vector of shape (", input.shape()[channel_axis], ",) for axis ", axis,
               " of shape ", input.shape(), ", received ", vector.shape());
    return vector.symbol(channels.dtype);
  };
  // y = x s + (offset - mean s): the vectors are combined before they meet x
  Symbol scale = rsqrt(along_axis(variance) + options.epsilon);
  if (options.scale) scale = scale * along_axis(*options.scale);
  Symbol shift = negative(along_axis(mean) * scale);
  if (options.offset) shift = shift + along_axis(*options.offset);
  return cast(cast(input, channels.dtype) * channels.broadcast(scale) + channels.broadcast(shift), input.dtype());
}

NormalizedBatch<Tensor> batch_normalization_training(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                                     std::int64_t axis, double epsilon) {
  const NormalizedBatch<Symbol> result =
      batch_normalization_training(immediate(x), immediate(gamma), immediate(beta), axis, epsilon);
  const std::vector<Tensor> values = compute_now({result.y, result.mean, result.variance});
  return {values[0], values[1], values[2]};
}
Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance, std::int64_t axis,
                           const BatchNormalizationOptions& options) {
  return compute_now(batch_normalization(immediate(x), immediate(mean), immediate(variance), axis, options));
}

}  // namespace kerascpp::ops
