// needs: base special philox
// Element i of draws from the distributions whose parameters are tensors, as src/ops/random/distributions.cpp defines
// it.

// The uniform numbers of one element, four from each attempt.
struct UniformSequence {
  Draw draw;
  uint64 i, used;
  RandomBlock block;
  double last;
  __device__ UniformSequence(const Draw& draw_, uint64 i_) : draw(draw_), i(i_), used(0), last(0.5) {}
  __device__ bool exhausted() const { return used == 1024; }
  __device__ double next() {
    if (!exhausted()) {
      if (used % 4 == 0) block = random_block(draw, i, used / 4);
      last = open_unit(block.word[used % 4]);
      ++used;
    }
    return last;
  }
};

__device__ inline double random_gamma(const Draw& draw, uint64 i, double alpha) {
  if (!(alpha > 0) || alpha == Type<double>::highest()) return not_a_number();
  const double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (uint64 attempt = 0;; ++attempt) {
    const RandomBlock block = random_block(draw, i, attempt);
    const bool last = attempt == 255;
    const double z = last ? 0 : normal_of<float>(block, 0);
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (!last && log_unit(open_unit(block.word[2])) >= 0.5 * z * z + d - d * v + d * log(v)) continue;
    return alpha < 1 ? d * v * exp(log_unit(open_unit(block.word[3])) / alpha) : d * v;
  }
}

__device__ inline double random_poisson(const Draw& draw, uint64 i, double rate) {
  if (!(rate >= 0) || rate == Type<double>::highest()) return not_a_number();
  UniformSequence uniform(draw, i);
  if (rate < 10) {
    const double limit = exp(-rate);
    double events = 0, product = uniform.next();
    while (product > limit && !uniform.exhausted()) {
      product *= uniform.next();
      ++events;
    }
    return events;
  }
  const double root = sqrt(rate), log_rate = log(rate);
  const double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform.next() - 0.5, v = uniform.next();
    const double us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= v_r) return k;
    if (uniform.exhausted()) return floor(rate);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double bound = log(v) + log(inverse_alpha) - log(a / (us * us) + b);
    if (bound <= k * log_rate - rate - lgamma(k + 1)) return k;
  }
}

__device__ inline double binomial_events(const Draw& draw, uint64 i, double count, double probability) {
  UniformSequence uniform(draw, i);
  if (count * probability < 10) {
    const double log_failure = log1p(-probability);
    double successes = 0, place = 0;
    for (;;) {
      place += floor(log(uniform.next()) / log_failure) + 1;
      if (place > count || uniform.exhausted()) return successes;
      ++successes;
    }
  }
  const double spread = sqrt(count * probability * (1 - probability));
  const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const double c = count * probability + 0.5, v_r = 0.92 - 4.2 / b;
  const double r = probability / (1 - probability), alpha = (2.83 + 5.1 / b) * spread;
  const double mode = floor((count + 1) * probability);
  const double at_mode = lgamma(mode + 1) + lgamma(count - mode + 1);
  for (;;) {
    const double u = uniform.next() - 0.5, v = uniform.next();
    const double us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= v_r) return k;
    if (uniform.exhausted()) return mode;
    if (k < 0 || k > count) continue;
    const double bound = log(v * alpha / (a / (us * us) + b));
    if (bound <= at_mode - lgamma(k + 1) - lgamma(count - k + 1) + (k - mode) * log(r)) return k;
  }
}

__device__ inline double random_binomial(const Draw& draw, uint64 i, double count, double probability) {
  if (!(count >= 0) || count == Type<double>::highest() || !(probability >= 0 && probability <= 1))
    return not_a_number();
  count = floor(count);
  // the rarer of success and failure is counted
  const double rare = probability > 0.5 ? 1 - probability : probability;
  if (rare == 0) return probability > 0.5 ? count : 0;
  const double events = binomial_events(draw, i, count, rare);
  return probability > 0.5 ? count - events : events;
}
