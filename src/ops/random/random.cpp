#include <kerascpp/ops/random.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops::random {
namespace {

// Something of this shape whose values nobody asks for.
Symbol shape_only(const Shape& shape) {
  KCPP_CHECK(shape.is_known(), ShapeError, "[random] expected a shape without None, received ", shape,
             "; draw with uniform_like or normal_like");
  return make_symbol("shape_only", {}, {{"dtype", DType::Float32}, {"shape", shape}});
}

// The key of another draw that goes with a draw.
Symbol companion(const Symbol& key) {
  constexpr std::int64_t kOtherStream = std::int64_t{1} << 40;
  return key + constant(Tensor(std::vector<std::int64_t>{kOtherStream, 0}));
}

Symbol uniform_draw(const Symbol& key, const Symbol& like, double low, double high, DType dtype) {
  return make_symbol("random_uniform", {key, like}, {{"low", low}, {"high", high}, {"dtype", dtype}});
}

Symbol normal_draw(std::string_view op, const Symbol& like, DType dtype, const NormalOptions& options) {
  return make_symbol(op, {options.seed.key(), like},
                     {{"mean", options.mean}, {"stddev", options.stddev}, {"dtype", dtype}});
}

DType dtype_of_draw(const DrawOptions& options) { return options.dtype.value_or(floatx()); }

// A parameter of a distribution, with a value for every element.
Symbol parameter(const Operand& x, const Shape& shape) {
  const Symbol value = is_floating(x.dtype()) ? x.symbol() : x.symbol(DType::Float64);
  return value.shape() == shape ? value : broadcast_to(value, shape);
}

Symbol gamma_draw(const Symbol& key, const Operand& alpha, const Shape& shape, DType dtype) {
  return make_symbol("random_gamma", {key, parameter(alpha, shape)}, {{"dtype", dtype}});
}

}  // namespace

Symbol uniform(const Shape& shape, const UniformOptions& options) {
  return uniform_draw(options.seed.key(), shape_only(shape), options.minval, options.maxval,
                      options.dtype.value_or(floatx()));
}

Symbol uniform_like(const Operand& x, const UniformOptions& options) {
  const SiteGuard guard(x.site());
  const Symbol like = x.symbol();
  return uniform_draw(options.seed.key(), like, options.minval, options.maxval, options.dtype.value_or(like.dtype()));
}

Symbol normal(const Shape& shape, const NormalOptions& options) {
  return normal_draw("random_normal", shape_only(shape), options.dtype.value_or(floatx()), options);
}

Symbol normal_like(const Operand& x, const NormalOptions& options) {
  const SiteGuard guard(x.site());
  const Symbol like = x.symbol();
  return normal_draw("random_normal", like, options.dtype.value_or(like.dtype()), options);
}

Symbol truncated_normal(const Shape& shape, const NormalOptions& options) {
  return normal_draw("random_truncated_normal", shape_only(shape), options.dtype.value_or(floatx()), options);
}

Symbol randint(const Shape& shape, std::int64_t minval, std::int64_t maxval, const RandintOptions& options) {
  return make_symbol("random_integers", {options.seed.key(), shape_only(shape)},
                     {{"low", minval}, {"high", maxval}, {"dtype", options.dtype}});
}

Symbol bernoulli(const Shape& shape, const Operand& p, const DrawOptions& options) {
  const SiteGuard guard(p.site());
  const Symbol draw = uniform_draw(options.seed.key(), shape_only(shape), 0, 1, DType::Float32);
  return cast(draw < parameter(p, shape), dtype_of_draw(options));
}

// The largest of logit + g is class c with probability softmax(logits)_c when the g = -log(-log(u)) are independent
// (Gumbel).
Symbol categorical(const Operand& logits, std::int64_t num_samples, const RandintOptions& options) {
  const SiteGuard guard(logits.site());
  const Symbol scores = is_floating(logits.dtype()) ? logits.symbol() : logits.symbol(floatx());
  KCPP_CHECK(scores.ndim() == 2, ShapeError, "[categorical] expected logits (B, C), received shape ", scores.shape());
  KCPP_CHECK(num_samples >= 1, ValueError, "[categorical] expected at least one sample, received ", num_samples);
  // (B, num_samples, C); the zeros give only a shape
  const Symbol rows = expand_dims(scores, 1);
  const Symbol like = rows + zeros({1, num_samples, 1}, scores.dtype());
  const Symbol u = uniform_draw(options.seed.key(), like, 0, 1, scores.dtype());
  return cast(argmax(rows - log(negative(log(u))), 2), options.dtype);
}

Symbol binomial(const Shape& shape, const Operand& counts, const Operand& probabilities, const DrawOptions& options) {
  const SiteGuard guard(counts.site());
  return make_symbol("random_binomial", {options.seed.key(), parameter(counts, shape), parameter(probabilities, shape)},
                     {{"dtype", dtype_of_draw(options)}});
}

Symbol beta(const Shape& shape, const Operand& alpha, const Operand& beta, const DrawOptions& options) {
  const SiteGuard guard(alpha.site());
  const Symbol key = options.seed.key();
  const DType dtype = dtype_of_draw(options);
  const Symbol a = gamma_draw(key, alpha, shape, dtype), b = gamma_draw(companion(key), beta, shape, dtype);
  return a / (a + b);
}

Symbol gamma(const Shape& shape, const Operand& alpha, const DrawOptions& options) {
  const SiteGuard guard(alpha.site());
  return gamma_draw(options.seed.key(), alpha, shape, dtype_of_draw(options));
}

Symbol poisson(const Shape& shape, const Operand& rate, const DrawOptions& options) {
  const SiteGuard guard(rate.site());
  return make_symbol("random_poisson", {options.seed.key(), parameter(rate, shape)},
                     {{"dtype", dtype_of_draw(options)}});
}

Symbol permutation(std::int64_t n, const Seed& seed) {
  KCPP_CHECK(n >= 0, ValueError, "[permutation] expected a length of at least 0, received ", n);
  return make_symbol("random_permutation", {seed.key(), shape_only({n})}, {{"axis", std::int64_t{0}}});
}

Symbol shuffle(const Operand& x, std::int64_t axis, const Seed& seed) {
  const SiteGuard guard(x.site());
  const Symbol value = x.symbol();
  const std::int64_t items = normalize_axis(axis, value.ndim());
  return take(value, make_symbol("random_permutation", {seed.key(), value}, {{"axis", items}}), items);
}

Symbol dropout(const Operand& inputs, double rate, const DropoutOptions& options) {
  const SiteGuard guard(inputs.site());
  KCPP_CHECK(rate >= 0 && rate <= 1, ValueError, "[dropout] expected a rate in [0, 1], received ", rate);
  const Symbol x = inputs.symbol();
  KCPP_CHECK(is_floating(x.dtype()), DTypeError, "[dropout] expected a floating input, received ", x.spec());
  if (rate == 0) return x;
  if (rate == 1) return zeros_as(x);
  const Shape& noise = options.noise_shape;
  KCPP_CHECK(noise.empty() || noise.ndim() == x.ndim(), ShapeError, "[dropout] expected a noise_shape with ", x.ndim(),
             " lengths for an input of shape ", x.shape(), ", received ", noise);
  Symbol like = x;
  for (int axis = 0; axis < noise.ndim(); ++axis) {
    if (noise[axis] == 1 && x.dim(axis) != 1)
      like = slice_axis(like, axis, Slice(0, 1));
    else
      KCPP_CHECK(may_equal(noise[axis], x.dim(axis)), ShapeError, "[dropout] noise_shape ", noise,
                 " cannot be broadcast to the input's shape ", x.shape());
  }
  // drawn in float32 at least: float16 has too few values below 1 for a rate
  const DType dtype = x.dtype() == DType::Float64 ? DType::Float64 : DType::Float32;
  const Symbol kept = uniform_draw(options.seed.key(), like, 0, 1, dtype) >= rate;
  return where(kept, x * (1 / (1 - rate)), 0);
}

Tensor categorical(const Tensor& logits, std::int64_t num_samples, const RandintOptions& options) {
  return compute_now(
      categorical(immediate(logits), num_samples, {.dtype = options.dtype, .seed = constant(options.seed.take())}));
}
Tensor shuffle(const Tensor& x, std::int64_t axis, const Seed& seed) {
  return compute_now(shuffle(immediate(x), axis, constant(seed.take())));
}
Tensor dropout(const Tensor& inputs, double rate, const DropoutOptions& options) {
  return compute_now(
      dropout(immediate(inputs), rate, {.noise_shape = options.noise_shape, .seed = constant(options.seed.take())}));
}

}  // namespace kerascpp::ops::random
