// Every metric of Keras by name, by class and as a function, over several batches, with and without weights.

#include <set>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

std::shared_ptr<MetricBase> metric_of(const Config& row) {
  const ObjectClass& entry = ObjectRegistry::global().get("metric", row.at("class").as_string());
  return std::dynamic_pointer_cast<MetricBase>(entry.make(row.at("arguments")));
}

// Differences of nearly equal sums, as R2Score takes them, lose digits; so do areas between 200 thresholds.
constexpr double kTolerance = 1e-5;

double number(const Config& arguments, const char* key, double fallback) {
  const Config* found = arguments.find(key);
  return found == nullptr ? fallback : found->as_double();
}
std::int64_t integer(const Config& arguments, const char* key, std::int64_t fallback) {
  const Config* found = arguments.find(key);
  return found == nullptr ? fallback : found->as_int();
}
bool flag(const Config& arguments, const char* key) {
  const Config* found = arguments.find(key);
  return found != nullptr && found->as_bool();
}

Tensor call_function(const std::string& name, const Config& a, const Tensor& t, const Tensor& p) {
  const bool logits = flag(a, "from_logits");
  const double smoothing = number(a, "label_smoothing", 0);
  if (name == "binary_accuracy") return metrics::binary_accuracy(t, p, {number(a, "threshold", 0.5)});
  if (name == "categorical_accuracy") return metrics::categorical_accuracy(t, p);
  if (name == "sparse_categorical_accuracy") return metrics::sparse_categorical_accuracy(t, p);
  if (name == "top_k_categorical_accuracy") return metrics::top_k_categorical_accuracy(t, p, {integer(a, "k", 5)});
  if (name == "sparse_top_k_categorical_accuracy")
    return metrics::sparse_top_k_categorical_accuracy(t, p, {integer(a, "k", 5), flag(a, "from_sorted_ids")});
  if (name == "pearson_correlation") return metrics::pearson_correlation(t, p, {integer(a, "axis", -1)});
  if (name == "concordance_correlation") return metrics::concordance_correlation(t, p, {integer(a, "axis", -1)});
  if (name == "binary_crossentropy") return metrics::binary_crossentropy(t, p, {logits, smoothing});
  if (name == "binary_focal_crossentropy")
    return metrics::binary_focal_crossentropy(t, p, {.gamma = number(a, "gamma", 2)});
  if (name == "categorical_crossentropy") return metrics::categorical_crossentropy(t, p, {logits, smoothing});
  if (name == "categorical_focal_crossentropy")
    return metrics::categorical_focal_crossentropy(t, p, {.alpha = number(a, "alpha", 0.25)});
  if (name == "sparse_categorical_crossentropy") return metrics::sparse_categorical_crossentropy(t, p, {logits});
  if (name == "categorical_hinge") return metrics::categorical_hinge(t, p);
  if (name == "hinge") return metrics::hinge(t, p);
  if (name == "squared_hinge") return metrics::squared_hinge(t, p);
  if (name == "huber") return metrics::huber(t, p, {number(a, "delta", 1)});
  if (name == "kl_divergence") return metrics::kl_divergence(t, p);
  if (name == "log_cosh") return metrics::log_cosh(t, p);
  if (name == "mean_absolute_error") return metrics::mean_absolute_error(t, p);
  if (name == "mean_absolute_percentage_error") return metrics::mean_absolute_percentage_error(t, p);
  if (name == "mean_squared_error") return metrics::mean_squared_error(t, p);
  if (name == "mean_squared_logarithmic_error") return metrics::mean_squared_logarithmic_error(t, p);
  if (name == "poisson") return metrics::poisson(t, p);
  FAIL("no function " << name);
  return {};
}

}  // namespace

TEST_CASE("metrics give Keras's results after each batch, with weights and without", "[metrics][keras]") {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("metrics").at("classes").as_list()) {
    INFO("case " << row.at("name").as_string());
    seen.insert(row.at("class").as_string());
    const auto metric = metric_of(row);
    CHECK(metric->name() == row.at("metric_name").as_string());
    Tensor first;
    for (const Config& batch : row.at("updates").as_list()) {
      metric->update_state(fixture_tensor(batch.at("y_true")), fixture_tensor(batch.at("y_pred")),
                           fixture_tensor(batch.at("sample_weight")));
      check_close(metric->result(), fixture_tensor(batch.at("result")), kTolerance);
      if (!first.defined()) first = metric->result();
    }
    // after a reset everything starts anew
    metric->reset_state();
    const Config& batch = row.at("updates").as_list().front();
    const Tensor again = (*metric)(fixture_tensor(batch.at("y_true")), fixture_tensor(batch.at("y_pred")),
                                   fixture_tensor(batch.at("sample_weight")));
    CHECK(identical(again, first));
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all("metric")) {
    INFO("metric " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("metrics as functions are Keras's functions", "[metrics][keras]") {
  for (const Config& row : function_fixtures("metrics").at("functions").as_list()) {
    INFO("case " << row.at("name").as_string());
    check_close(call_function(row.at("function").as_string(), row.at("arguments"), fixture_tensor(row.at("y_true")),
                              fixture_tensor(row.at("y_pred"))),
                fixture_tensor(row.at("values")));
  }
}

TEST_CASE("every metric that Keras knows is known by the same names", "[metrics][names]") {
  // functions that are no metrics by name in Keras either
  check_names("metrics", "metric", " Metric metric binary_focal_crossentropy categorical_focal_crossentropy huber ");
}

TEST_CASE("metrics save what Keras saves", "[metrics][config]") {
  check_configs("metrics", "metric");
  CHECK(metrics::CosineSimilarity({.axis = 1})->get_config().at("axis") == Config(1));
  CHECK(metrics::AUC({.thresholds = {0.7, 0.2}})->get_config().at("thresholds") == Config::list({0.2, 0.7}));
  CHECK(metrics::Precision({.thresholds = {0.2, 0.6}})->get_config().at("thresholds") == Config::list({0.2, 0.6}));
  CHECK(metrics::Precision({.thresholds = 0.2})->get_config().at("thresholds") == Config(0.2));
}

TEST_CASE("results before the first update are those of nothing", "[metrics]") {
  CHECK(metrics::MeanSquaredError()->result().item<double>() == 0);
  CHECK(metrics::Precision()->result().item<double>() == 0);
  CHECK_THROWS_WITH(metrics::F1Score()->result(), ContainsSubstring("has no result yet"));
}

TEST_CASE("a metric is given as an object, a name, a function or a callable", "[metrics]") {
  const Tensor t{{1.0, 2.0}}, p{{3.0, 5.0}};
  const Metric by_object = metrics::MeanSquaredError(), by_name = "mse", by_function = metrics::mean_squared_error;
  const Metric by_callable = [](const Symbol& y_true, const Symbol& y_pred) {
    return ops::mean(ops::square(y_true - y_pred), -1);
  };
  const Metric wrapped = metrics::MeanMetricWrapper(losses::huber);
  for (const Metric& metric : {by_object, by_name, by_function, by_callable})
    CHECK((*metric.object())(t, p).item<double>() == 6.5);
  CHECK(wrapped->operator()(t, p).item<double>() == 2.0);
  CHECK(by_name->name() == "mse");
  CHECK(by_object->name() == "mean_squared_error");
  CHECK_THROWS_WITH(by_callable->get_config(), ContainsSubstring("cannot be saved"));
  CHECK_THROWS_WITH(Metric("mean_cubed_error"), ContainsSubstring("no metric named \"mean_cubed_error\""));
  CHECK_FALSE(Metric().defined());
}

TEST_CASE("accuracy and crossentropy mean what fits the output", "[metrics]") {
  const auto resolved = [](const char* name, const Shape& y_true, const Shape& y_pred) {
    return Metric(name).resolve({DType::Float32, y_true}, {DType::Float32, y_pred})->class_name();
  };
  CHECK(resolved("accuracy", {None, 1}, {None, 1}) == "BinaryAccuracy");
  CHECK(resolved("acc", {None}, {None, 5}) == "SparseCategoricalAccuracy");
  CHECK(resolved("accuracy", {None, 1}, {None, 5}) == "SparseCategoricalAccuracy");
  CHECK(resolved("accuracy", {None, 5}, {None, 5}) == "CategoricalAccuracy");
  CHECK(resolved("ce", {None, 5}, {None, 5}) == "CategoricalCrossentropy");
}

TEST_CASE("a mask on the predictions takes samples out of a mean", "[metrics]") {
  const Tensor t{{1.0, 2.0, 3.0}}, p{{2.0, 4.0, 30.0}};
  const Metric metric = metrics::MeanAbsoluteError();
  const Symbol masked = layers::Activation("linear")(constant(p.reshape({1, 3, 1})),
                                                     {.mask = {constant(Tensor({true, true, false}).reshape({1, 3}))}});
  const std::vector<Symbol> state{constant(zeros({})), constant(zeros({}))};
  const Symbol mean = metric->result(metric->update(state, constant(t.reshape({1, 3, 1})), masked, {}));
  CHECK(compute_now(mean).item<double>() == Approx(1.5));
}

TEST_CASE("metrics refuse what they cannot mean", "[metrics][errors]") {
  using namespace metrics;
  CHECK_THROWS_WITH(metrics::Mean({.dtype = "bool"}), ContainsSubstring("dtype \"bool\" is no number's"));
  CHECK_THROWS_WITH(BinaryAccuracy({.threshold = 1}), ContainsSubstring("threshold must be in (0, 1), received 1"));
  CHECK_THROWS_WITH(TopKCategoricalAccuracy({.k = 0}), ContainsSubstring("k must be at least 1"));
  CHECK_THROWS_WITH(Precision({.thresholds = 1.5}), ContainsSubstring("[Precision] thresholds must be in [0, 1]"));
  CHECK_THROWS_WITH(Recall({.top_k = 0}), ContainsSubstring("[Recall] top_k must be at least 1"));
  CHECK_THROWS_WITH(SensitivityAtSpecificity(1.2), ContainsSubstring("specificity must be in [0, 1], received 1.2"));
  CHECK_THROWS_WITH(PrecisionAtRecall(0.5, {.num_thresholds = 0}),
                    ContainsSubstring("num_thresholds must be at least 1"));
  CHECK_THROWS_WITH(AUC({.num_thresholds = 1}), ContainsSubstring("num_thresholds must be at least 2"));
  CHECK_THROWS_WITH(AUC({.curve = "XY"}), ContainsSubstring("curve \"XY\" is none of those known"));
  CHECK_THROWS_WITH(AUC({.num_labels = 3}), ContainsSubstring("num_labels goes with multi_label"));
  CHECK_THROWS_WITH(F1Score({.average = "mean"}), ContainsSubstring("average must be \"micro\""));
  CHECK_THROWS_WITH(FBetaScore({.beta = -1}), ContainsSubstring("beta must be a positive number"));
  CHECK_THROWS_WITH(R2Score({.class_aggregation = "sum"}), ContainsSubstring("class_aggregation must be"));
  CHECK_THROWS_WITH(IoU(2, {2}), ContainsSubstring("target class 2 is out of range for 2 classes"));
  CHECK_THROWS_WITH(metrics::Mean()->update_state(zeros({2}), zeros({2})), ContainsSubstring("takes values alone"));
  CHECK_THROWS_WITH(metrics::MeanSquaredError()->update_state(zeros({3, 4}), zeros({3, 5})),
                    ContainsSubstring("expected y_true of the shape of y_pred, (3, 5), received (3, 4)"));
  CHECK_THROWS_WITH(metrics::CategoricalAccuracy()->update_state(zeros({3}), zeros({3, 5})),
                    ContainsSubstring("integer labels go with sparse_categorical_accuracy"));
  CHECK_THROWS_WITH(Recall({.class_id = 7})->update_state(zeros({3, 4}), zeros({3, 4})),
                    ContainsSubstring("class_id 7 needs predictions"));
  CHECK_THROWS_WITH(Recall({.top_k = 7})->update_state(zeros({3, 4}), zeros({3, 4})),
                    ContainsSubstring("top_k 7 needs as many classes"));
}

}  // namespace kerascpp::test
