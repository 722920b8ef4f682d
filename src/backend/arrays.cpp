#include <kerascpp/backend/arrays.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/reductions.hpp>

namespace kerascpp::backend {
namespace {

/// Without a number the draw is of the global stream.
random::Seed seed_of(const std::optional<std::int64_t>& seed) { return seed ? random::Seed(*seed) : random::Seed(); }

}  // namespace

Symbol identity(const Operand& x, std::string name) {
  const Symbol same = make_symbol("identity", {x.symbol()}, {}, x.site());
  if (!name.empty()) same.node()->set_name(std::move(name));
  return same;
}

Symbol batch_flatten(const Operand& x) {
  const Shape shape = x.shape();
  KCPP_CHECK(shape.ndim() >= 2, ShapeError, "[batch_flatten] expected at least 2 dimensions, received ", shape);
  const Shape rest = shape.slice(1, shape.ndim());
  KCPP_CHECK(rest.is_known() || shape[0] != None, ShapeError,
             "[batch_flatten] the dimensions after the first one must be known, received ", shape);
  return rest.is_known() ? ops::reshape(x, {-1, rest.size()}) : ops::reshape(x, {shape[0], -1});
}

Symbol reverse(const Operand& x, const Axes& axes) {
  Symbol result = x.symbol();
  for (const std::int64_t axis : axes.normalized(result.ndim())) result = ops::flip(result, axis);
  return result;
}

Symbol repeat_elements(const Operand& x, std::int64_t rep, std::int64_t axis) { return ops::repeat(x, rep, axis); }

Symbol repeat(const Operand& x, std::int64_t n) {
  KCPP_CHECK(x.shape().ndim() == 2, ShapeError, "[repeat] expected (B, N), received ", x.shape());
  return ops::repeat(ops::expand_dims(x, 1), n, 1);
}

Symbol gather(const Operand& reference, const Operand& indices) { return ops::take(reference, indices, 0); }

Symbol l2_normalize(const Operand& x, const Axes& axis) {
  constexpr double kSmallestSquare = 1e-12;
  const Symbol symbol = x.symbol();
  const Symbol squares = ops::sum(ops::square(symbol), axis, true);
  return symbol * ops::rsqrt(ops::maximum(squares, kSmallestSquare));
}

Symbol switch_(const Operand& condition, const Operand& then_expression, const Operand& else_expression) {
  Symbol chooses = condition.symbol();
  if (chooses.dtype() != DType::Bool) chooses = ops::not_equal(chooses, 0);
  const DType dtype = result_type({then_expression, else_expression});
  const Symbol yes = then_expression.symbol(dtype), no = else_expression.symbol(dtype);
  if (chooses.ndim() == 0) return ifelse(chooses, yes, no).single();
  const int ndim = std::max(yes.ndim(), no.ndim());
  KCPP_CHECK(chooses.ndim() <= ndim, ShapeError, "[switch] the condition ", chooses, " has more dimensions than ", yes,
             " and ", no);
  while (chooses.ndim() < ndim) chooses = ops::expand_dims(chooses, -1);
  return ops::where(chooses, yes, no);
}

Symbol in_top_k(const Operand& predictions, const Operand& targets, std::int64_t k) {
  return ops::in_top_k(targets, predictions, k);
}

Symbol random_normal(const Shape& shape, double mean, double stddev, std::optional<DType> dtype,
                     std::optional<std::int64_t> seed) {
  return ops::random::normal(shape, {.mean = mean, .stddev = stddev, .dtype = dtype, .seed = seed_of(seed)});
}
Symbol random_uniform(const Shape& shape, double minval, double maxval, std::optional<DType> dtype,
                      std::optional<std::int64_t> seed) {
  return ops::random::uniform(shape, {.minval = minval, .maxval = maxval, .dtype = dtype, .seed = seed_of(seed)});
}
Symbol truncated_normal(const Shape& shape, double mean, double stddev, std::optional<DType> dtype,
                        std::optional<std::int64_t> seed) {
  return ops::random::truncated_normal(shape, {.mean = mean, .stddev = stddev, .dtype = dtype, .seed = seed_of(seed)});
}
Symbol dropout(const Operand& x, double level, const Shape& noise_shape, std::optional<std::int64_t> seed) {
  return ops::random::dropout(x, level, {.noise_shape = noise_shape, .seed = seed_of(seed)});
}
Symbol random_bernoulli(const Shape& shape, double p, std::optional<DType> dtype, std::optional<std::int64_t> seed) {
  return ops::random::bernoulli(shape, p, {.dtype = dtype, .seed = seed_of(seed)});
}

NormalizedInTraining normalize_batch_in_training(const Operand& x, const Operand& gamma, const Operand& beta,
                                                 const Axes& reduction_axes, double epsilon) {
  const Symbol symbol = x.symbol();
  const std::vector<std::int64_t> axes = reduction_axes.normalized(symbol.ndim());
  NormalizedInTraining result;
  const Symbol mean = ops::mean(symbol, axes, true);
  const Symbol variance = ops::var(symbol, axes, true);
  const auto broadcast = [&](const Operand& weights) {
    Symbol wide = weights.symbol(symbol.dtype());
    if (wide.ndim() == symbol.ndim()) return wide;
    KCPP_CHECK(wide.ndim() == symbol.ndim() - static_cast<int>(axes.size()), ShapeError,
               "[normalize_batch_in_training] ", wide, " does not fit ", symbol, " without ", axes.size(), " axes");
    for (const std::int64_t axis : axes) wide = ops::expand_dims(wide, axis);
    return wide;
  };
  result.normalized = (symbol - mean) * ops::rsqrt(variance + epsilon) * broadcast(gamma) + broadcast(beta);
  result.mean = ops::squeeze(mean, axes);
  result.variance = ops::squeeze(variance, axes);
  return result;
}

}  // namespace kerascpp::backend
