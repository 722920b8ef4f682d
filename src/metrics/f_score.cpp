#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

FBetaScoreOptions with_beta(const FBetaScoreOptions& options) { return options; }
FBetaScoreOptions with_beta(const F1ScoreOptions& options) {
  return {options.average, 1.0, options.threshold, options.name, options.dtype};
}

template <class OptionsOf>
void check_f_score(const char* metric, const OptionsOf& given) {
  const FBetaScoreOptions options = with_beta(given);
  const std::string average = options.average.value_or("macro");
  KCPP_CHECK(average == "micro" || average == "macro" || average == "weighted", ValueError, "[", metric,
             "] average must be \"micro\", \"macro\", \"weighted\" or none, received \"", average, "\"");
  KCPP_CHECK(std::isfinite(options.beta) && options.beta > 0, ValueError, "[", metric,
             "] beta must be a positive number, received ", options.beta);
  const double threshold = options.threshold.value_or(1);
  KCPP_CHECK(threshold > 0 && threshold <= 1, ValueError, "[", metric, "] threshold must be in (0, 1], received ",
             threshold);
}

struct FBetaScoreTraits {
  using Options = FBetaScoreOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "FBetaScore", *kName = "fbeta_score";
  static void check(const Options& options) { check_f_score(kClassName, options); }
};
struct F1ScoreTraits {
  using Options = F1ScoreOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "F1Score", *kName = "f1_score";
  static void check(const Options& options) { check_f_score(kClassName, options); }
};

// State, each (C,) or a scalar for "micro": true positives, false positives, false negatives, sum of targets.
template <class Traits>
class FScore final : public MetricWith<Traits> {
 public:
  explicit FScore(const typename Traits::Options& options) : MetricWith<Traits>(options), score_(with_beta(options)) {}

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape& y_pred) const override {
    KCPP_CHECK(y_pred.ndim() == 2 && y_pred[1] != None, ShapeError, "[", Traits::kClassName,
               "] expected predictions of shape (B, C) with a known C, received ", y_pred);
    return std::vector<Tensor>(4, zeros(is_micro() ? Shape{} : Shape{y_pred[1]}, dtype_of(*this)));
  }

  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const DType dtype = dtype_of(*this);
    const auto [t, p] = losses::matched(Traits::kClassName, ops::cast(y_true, dtype), ops::cast(y_pred, dtype));
    const Symbol chosen =
        score_.threshold ? p > *score_.threshold : ops::logical_and(p >= ops::max(p, -1, true), ops::abs(p) > 1e-9);
    const Symbol decided = ops::cast(chosen, dtype);
    const auto total = [&](const Symbol& values) {
      const Symbol weighted =
          sample_weight.defined() ? values * losses::aligned_weight(ops::cast(sample_weight, dtype), values) : values;
      return is_micro() ? ops::sum(weighted) : ops::sum(weighted, 0);
    };
    return {state[0] + total(decided * t), state[1] + total(decided * (1 - t)), state[2] + total((1 - decided) * t),
            state[3] + total(t)};
  }

  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    const double square = score_.beta * score_.beta;
    const Symbol precision = state[0] / (state[0] + state[1] + epsilon());
    const Symbol recall = state[0] / (state[0] + state[2] + epsilon());
    const Symbol score = precision * recall / (square * precision + recall + epsilon()) * (1 + square);
    if (!score_.average) return score;
    if (*score_.average != "weighted") return ops::mean(score);
    return ops::sum(score * (state[3] / (ops::sum(state[3]) + epsilon())));
  }

 private:
  [[nodiscard]] bool is_micro() const { return score_.average == "micro"; }

  FBetaScoreOptions score_;
};

}  // namespace

Metric FBetaScore(const FBetaScoreOptions& options) { return make_metric<FScore<FBetaScoreTraits>>(options); }
Metric F1Score(const F1ScoreOptions& options) { return make_metric<FScore<F1ScoreTraits>>(options); }

void register_f_scores(ObjectRegistry& registry) {
  register_metric<FScore<FBetaScoreTraits>>(registry, "FBetaScore", {"f_beta_score", "fbeta_score"});
  register_metric<FScore<F1ScoreTraits>>(registry, "F1Score", {"f1_score"});
}

}  // namespace kerascpp::metrics
