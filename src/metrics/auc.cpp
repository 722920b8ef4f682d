#include <algorithm>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "metrics/common.hpp"
#include "metrics/confusion.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

std::string checked_choice(const char* argument, std::string value, std::initializer_list<const char*> choices,
                           char (*change)(char)) {
  for (char& letter : value) letter = change(letter);
  for (const char* choice : choices)
    if (value == choice) return value;
  throw ValueError(text_of("[AUC] ", argument, " \"", value,
                           "\" is none of those known: ROC, PR, PRGAIN for curve; "
                           "interpolation, minoring, majoring for summation_method"));
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

AUCOptions checked(AUCOptions options) {
  options.curve = checked_choice("curve", options.curve, {"ROC", "PR", "PRGAIN"}, upper);
  options.summation_method =
      checked_choice("summation_method", options.summation_method, {"interpolation", "minoring", "majoring"}, lower);
  check_thresholds("AUC", options.thresholds);
  std::sort(options.thresholds.begin(), options.thresholds.end());
  if (!options.thresholds.empty()) options.num_thresholds = static_cast<std::int64_t>(options.thresholds.size()) + 2;
  KCPP_CHECK(options.num_thresholds > 1, ValueError, "[AUC] num_thresholds must be at least 2, received ",
             options.num_thresholds);
  KCPP_CHECK(!options.num_labels || options.multi_label, ValueError, "[AUC] num_labels goes with multi_label");
  return options;
}

struct AUCTraits {
  using Options = AUCOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "AUC", *kName = "auc";
};

// State: true positives, false positives, true negatives, false negatives, each (T,) or (T, L).
class AUCMetric final : public MetricWith<AUCTraits> {
 public:
  explicit AUCMetric(const AUCOptions& options) : MetricWith(checked(options)) {
    std::vector<double> inner = options_.thresholds;
    if (inner.empty()) {
      const std::vector<double> spaced = spaced_thresholds("AUC", options_.num_thresholds);
      inner.assign(spaced.begin() + 1, spaced.end() - 1);
      evenly_spaced_ = true;
    } else {
      std::vector<double> whole = inner;
      whole.insert(whole.begin(), 0.0);
      whole.push_back(1.0);
      evenly_spaced_ = are_evenly_spaced(whole);
    }
    thresholds_ = inner;
    thresholds_.insert(thresholds_.begin(), -epsilon());
    thresholds_.push_back(1 + epsilon());
  }

  [[nodiscard]] Config get_config() const override {
    Config config = MetricWith::get_config();
    if (options_.thresholds.empty()) config.erase("thresholds");
    if (options_.label_weights.empty()) config.set("label_weights", Config());
    return config;
  }

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape& y_pred) const override {
    Shape shape{options_.num_thresholds};
    if (options_.multi_label) {
      KCPP_CHECK(options_.num_labels || (y_pred.ndim() == 2 && y_pred[1] != None), ShapeError,
                 "[AUC] multi_label expects predictions of shape (B, labels), received ", y_pred);
      shape.push_back(options_.num_labels ? *options_.num_labels : y_pred[1]);
    }
    return std::vector<Tensor>(4, zeros(shape));
  }

  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const ConfusionCounts counts =
        confusion_counts({.metric = "AUC",
                          .thresholds = thresholds_,
                          .evenly_spaced = evenly_spaced_,
                          .multi_label = options_.multi_label,
                          .label_weights = options_.multi_label ? std::vector<double>{} : options_.label_weights},
                         y_true, options_.from_logits ? ops::sigmoid(y_pred) : y_pred, sample_weight);
    return {state[0] + counts.true_positives, state[1] + counts.false_positives, state[2] + counts.true_negatives,
            state[3] + counts.false_negatives};
  }

  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    const Symbol areas = options_.curve == "PR" && options_.summation_method == "interpolation"
                             ? interpolated_precision(state[0], state[1], state[3])
                             : riemann_terms(state[0], state[1], state[2], state[3]);
    if (!options_.multi_label) return ops::sum(areas);
    const Symbol by_label = ops::sum(areas, 0);
    if (options_.label_weights.empty()) return ops::mean(by_label);
    const Tensor weights = Tensor(options_.label_weights).astype(by_label.dtype());
    return ops::divide_no_nan(ops::sum(by_label * constant(weights)), ops::sum(constant(weights)));
  }

 private:
  // neighbours along the thresholds
  [[nodiscard]] static Symbol before(const Symbol& x) { return ops::slice_axis(x, 0, Slice(0, -1)); }
  [[nodiscard]] static Symbol after(const Symbol& x) { return ops::slice_axis(x, 0, Slice(1)); }

  /// Between two thresholds true positives grow linearly with all positives.
  /// Source: Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
  [[nodiscard]] static Symbol interpolated_precision(const Symbol& tp, const Symbol& fp, const Symbol& fn) {
    const Symbol step = before(tp) - after(tp);
    const Symbol positives = tp + fp;
    const Symbol here = before(positives), next = after(positives);
    const Symbol slope = ops::divide_no_nan(step, ops::maximum(here - next, 0));
    const Symbol intercept = after(tp) - slope * next;
    const Symbol ratio =
        ops::where(ops::logical_and(here > 0, next > 0), ops::divide_no_nan(here, ops::maximum(next, 0)), 1);
    return ops::divide_no_nan(slope * (step + intercept * ops::log(ratio)), ops::maximum(after(tp) + after(fn), 0));
  }

  [[nodiscard]] Symbol riemann_terms(const Symbol& tp, const Symbol& fp, const Symbol& tn, const Symbol& fn) const {
    const Symbol recall = ops::divide_no_nan(tp, tp + fn);
    Symbol x, y;
    if (options_.curve == "ROC") {
      x = ops::divide_no_nan(fp, fp + tn);
      y = recall;
    } else if (options_.curve == "PR") {
      x = recall;
      y = ops::divide_no_nan(tp, tp + fp);
    } else {  // Flach and Kull, "Precision-recall-gain curves", NIPS 2015
      const Symbol scale = ops::divide_no_nan(tp + fn, tn + fp), none = tp == 0;
      x = ops::maximum(ops::where(none, 0, 1 - scale * ops::divide_no_nan(fn, tp)), 0);
      y = ops::where(none, 1, 1 - scale * ops::divide_no_nan(fp, tp));
    }
    Symbol height = (before(y) + after(y)) / 2;
    if (options_.summation_method == "minoring") height = ops::minimum(before(y), after(y));
    if (options_.summation_method == "majoring") height = ops::maximum(before(y), after(y));
    return (before(x) - after(x)) * height;
  }

  std::vector<double> thresholds_;
  bool evenly_spaced_ = false;
};

}  // namespace

Metric AUC(const AUCOptions& options) { return make_metric<AUCMetric>(options); }

void register_auc(ObjectRegistry& registry) {
  registry.add({"metric", "AUC", "keras.metrics", "", {"auc"}, [](const Config& given) -> std::shared_ptr<Object> {
                  Config config = given;
                  for (const char* key : {"label_weights", "thresholds"})  // lists that Keras has as null
                    if (const Config* value = config.find(key); value != nullptr && value->is_null()) config.erase(key);
                  ConfigReader reader(config, "AUC");
                  AUCOptions options;
                  reader.fields(options);
                  reader.finish();
                  return std::make_shared<AUCMetric>(options);
                }});
}

}  // namespace kerascpp::metrics
