#include "ops/random/distributions.hpp"

#include <cmath>
#include <limits>

namespace kerascpp {
namespace {

using philox_detail::kMaxAttempts;
using philox_detail::log_unit;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Uniform in (0, 1), never an end.
double open_unit(std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; }

/// The uniform numbers of one element, four from each attempt.
class UniformSequence {
 public:
  UniformSequence(const RandomDraw& draw, std::uint64_t i) : draw_(draw), i_(i) {}
  /// Whether all attempts are used up; then the last number repeats.
  [[nodiscard]] bool exhausted() const { return used_ == 4 * kMaxAttempts; }
  double next() {
    if (!exhausted()) {
      if (used_ % 4 == 0) block_ = random_block(draw_, i_, used_ / 4);
      last_ = open_unit(block_.word[used_ % 4]);
      ++used_;
    }
    return last_;
  }

 private:
  RandomDraw draw_;
  std::uint64_t i_;
  std::uint64_t used_ = 0;
  PhiloxBlock block_{};
  double last_ = 0.5;
};

// Multiplication of uniform numbers until they fall below exp(-rate) (Knuth), for small rates.
double poisson_by_products(UniformSequence uniform, double rate) {
  const double limit = std::exp(-rate);
  double events = 0, product = uniform.next();
  while (product > limit && !uniform.exhausted()) {
    product *= uniform.next();
    ++events;
  }
  return events;
}

// Transformed rejection PTRS: Hoermann, "The transformed rejection method for generating Poisson random variables",
// 1993.
double poisson_by_rejection(UniformSequence uniform, double rate) {
  const double root = std::sqrt(rate), log_rate = std::log(rate);
  const double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform.next() - 0.5, v = uniform.next();
    const double us = 0.5 - std::fabs(u), k = std::floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= v_r) return k;
    if (uniform.exhausted()) return std::floor(rate);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double bound = std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b);
    if (bound <= k * log_rate - rate - std::lgamma(k + 1)) return k;
  }
}

// Gaps between successes are geometric; for few expected successes.
double binomial_by_gaps(UniformSequence uniform, double count, double probability) {
  const double log_failure = std::log1p(-probability);
  double successes = 0, place = 0;
  for (;;) {
    place += std::floor(std::log(uniform.next()) / log_failure) + 1;
    if (place > count || uniform.exhausted()) return successes;
    ++successes;
  }
}

// Transformed rejection BTRS: Hoermann, "The generation of binomial random variates", 1993.
double binomial_by_rejection(UniformSequence uniform, double count, double probability) {
  const double spread = std::sqrt(count * probability * (1 - probability));
  const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const double c = count * probability + 0.5, v_r = 0.92 - 4.2 / b;
  const double r = probability / (1 - probability), alpha = (2.83 + 5.1 / b) * spread;
  const double mode = std::floor((count + 1) * probability);
  const double at_mode = std::lgamma(mode + 1) + std::lgamma(count - mode + 1);
  for (;;) {
    const double u = uniform.next() - 0.5, v = uniform.next();
    const double us = 0.5 - std::fabs(u), k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= v_r) return k;
    if (uniform.exhausted()) return mode;
    if (k < 0 || k > count) continue;
    const double bound = std::log(v * alpha / (a / (us * us) + b));
    if (bound <= at_mode - std::lgamma(k + 1) - std::lgamma(count - k + 1) + (k - mode) * std::log(r)) return k;
  }
}

}  // namespace

// Marsaglia and Tsang, "A simple method for generating gamma variables", 2000: d (1 + c z)^3 with d = alpha - 1/3,
// c = 1 / sqrt(9 d). An alpha below 1 takes gamma(alpha + 1) u^(1 / alpha). Of a block, words 0 and 1 give z, word 2
// decides, word 3 is u.
double random_gamma(const RandomDraw& draw, std::uint64_t i, double alpha) {
  if (!(alpha > 0) || std::isinf(alpha)) return kNaN;
  const double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (std::uint64_t attempt = 0;; ++attempt) {
    const PhiloxBlock block = random_block(draw, i, attempt);
    const bool last = attempt == kMaxAttempts - 1;
    const double z = last ? 0 : normal_block32(block).value[0];
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (!last && log_unit(open_unit(block.word[2])) >= 0.5 * z * z + d - d * v + d * std::log(v)) continue;
    return alpha < 1 ? d * v * std::exp(log_unit(open_unit(block.word[3])) / alpha) : d * v;
  }
}

double random_poisson(const RandomDraw& draw, std::uint64_t i, double rate) {
  if (!(rate >= 0) || std::isinf(rate)) return kNaN;
  const UniformSequence uniform(draw, i);
  return rate < 10 ? poisson_by_products(uniform, rate) : poisson_by_rejection(uniform, rate);
}

double random_binomial(const RandomDraw& draw, std::uint64_t i, double count, double probability) {
  if (!(count >= 0) || std::isinf(count) || !(probability >= 0 && probability <= 1)) return kNaN;
  count = std::floor(count);
  // the rarer of success and failure is counted
  const double rare = probability > 0.5 ? 1 - probability : probability;
  if (rare == 0) return probability > 0.5 ? count : 0;
  const UniformSequence uniform(draw, i);
  const double events =
      count * rare < 10 ? binomial_by_gaps(uniform, count, rare) : binomial_by_rejection(uniform, count, rare);
  return probability > 0.5 ? count - events : events;
}

}  // namespace kerascpp
