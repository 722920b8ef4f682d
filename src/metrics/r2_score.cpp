#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

struct R2ScoreTraits {
  using Options = R2ScoreOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "R2Score", *kName = "r2_score";
  static void check(const Options& options) {
    const auto& way = options.class_aggregation;
    KCPP_CHECK(!way || *way == "uniform_average" || *way == "variance_weighted_average", ValueError,
               "[R2Score] class_aggregation must be \"uniform_average\", \"variance_weighted_average\" or none, "
               "received \"",
               way.value_or(""), "\"");
    KCPP_CHECK(options.num_regressors >= 0, ValueError, "[R2Score] num_regressors must not be negative, received ",
               options.num_regressors);
  }
};

// State: number of values, then for each of C outputs: sum of squared targets, sum of targets, sum of squared errors,
// sum of weights.
class R2ScoreMetric final : public MetricWith<R2ScoreTraits> {
 public:
  using MetricWith::MetricWith;

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape& y_pred) const override {
    KCPP_CHECK((y_pred.ndim() == 2 && y_pred[1] != None) || y_pred.ndim() == 1, ShapeError,
               "[R2Score] expected predictions of shape (B, C) with a known C, received ", y_pred);
    const DType dtype = dtype_of(*this);
    const Tensor each = zeros({y_pred.ndim() == 2 ? y_pred[1] : 1}, dtype);
    return {zeros({}, dtype), each, each, each, each};
  }

  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const DType dtype = dtype_of(*this);
    const auto [t, p] = losses::matched("R2Score", ops::cast(y_true, dtype), ops::cast(y_pred, dtype));
    KCPP_CHECK(t.ndim() == 2, ShapeError, "[R2Score] expected targets of shape (B, C), received ", y_true.shape());
    Symbol weight = ops::ones_like(t);
    if (sample_weight.defined())
      weight = ops::broadcast_like(losses::aligned_weight(ops::cast(sample_weight, dtype), t), t);
    const Symbol weighted = t * weight;
    return {state[0] + ops::cast(ops::axis_size(t), dtype), state[1] + ops::sum(t * weighted, 0),
            state[2] + ops::sum(weighted, 0), state[3] + ops::sum(ops::square(t - p) * weight, 0),
            state[4] + ops::sum(weight, 0)};
  }

  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    const Symbol &squares = state[1], &sums = state[2], &errors = state[3], &count = state[4];
    const Symbol total = squares - sums * (sums / count);
    const Symbol scores = 1 - errors / total;
    const Symbol raw = ops::where(ops::isinf(scores), 0, scores);
    if (!options_.class_aggregation) return adjusted(raw, state[0]);
    if (*options_.class_aggregation == "uniform_average") return adjusted(ops::mean(raw), state[0]);
    return adjusted(ops::sum(total * raw) / ops::sum(total), state[0]);
  }

 private:
  /// 1 - (1 - score) (n - 1) / (n - p - 1); with too few values the score itself, as in Keras.
  [[nodiscard]] Symbol adjusted(const Symbol& score, const Symbol& n) const {
    if (options_.num_regressors == 0) return score;
    const Symbol rest = n - static_cast<double>(options_.num_regressors) - 1;
    const Symbol enough = rest > 0;
    return ops::where(enough, 1 - (1 - score) * (n - 1) / ops::where(enough, rest, 1), score);
  }
};

}  // namespace

Metric R2Score(const R2ScoreOptions& options) { return make_metric<R2ScoreMetric>(options); }

void register_r2_score(ObjectRegistry& registry) { register_metric<R2ScoreMetric>(registry, "R2Score", {"r2_score"}); }

}  // namespace kerascpp::metrics
