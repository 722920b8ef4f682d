#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/random.hpp>

#include "ops/shape_support.hpp"

// Each takes a key, moving a generator on, and computes the graph's operation with it.
namespace kerascpp::random {
namespace {

using ops::immediate;

template <class Options>
Options now(Options options) {
  options.seed = constant(options.seed.take());
  return options;
}

}  // namespace

Tensor uniform(const Shape& shape, const UniformOptions& options) {
  return compute_now(ops::random::uniform(shape, now(options)));
}
Tensor normal(const Shape& shape, const NormalOptions& options) {
  return compute_now(ops::random::normal(shape, now(options)));
}
Tensor truncated_normal(const Shape& shape, const NormalOptions& options) {
  return compute_now(ops::random::truncated_normal(shape, now(options)));
}
Tensor randint(const Shape& shape, std::int64_t minval, std::int64_t maxval, const RandintOptions& options) {
  return compute_now(ops::random::randint(shape, minval, maxval, now(options)));
}
Tensor bernoulli(const Shape& shape, const Tensor& p, const DrawOptions& options) {
  return compute_now(ops::random::bernoulli(shape, immediate(p), now(options)));
}
Tensor binomial(const Shape& shape, const Tensor& counts, const Tensor& probabilities, const DrawOptions& options) {
  return compute_now(ops::random::binomial(shape, immediate(counts), immediate(probabilities), now(options)));
}
Tensor beta(const Shape& shape, const Tensor& alpha, const Tensor& beta, const DrawOptions& options) {
  return compute_now(ops::random::beta(shape, immediate(alpha), immediate(beta), now(options)));
}
Tensor gamma(const Shape& shape, const Tensor& alpha, const DrawOptions& options) {
  return compute_now(ops::random::gamma(shape, immediate(alpha), now(options)));
}
Tensor poisson(const Shape& shape, const Tensor& rate, const DrawOptions& options) {
  return compute_now(ops::random::poisson(shape, immediate(rate), now(options)));
}

}  // namespace kerascpp::random
