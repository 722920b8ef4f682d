// Every loss of Keras by name, by class and as a function, with weights, masks and all reductions.

#include <algorithm>
#include <limits>
#include <set>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

/// `y_pred` as it leaves a layer that hands on `mask`.
Symbol masked(const Symbol& y_pred, const Tensor& mask) {
  if (!mask.defined()) return y_pred;
  return layers::Activation("linear")(y_pred, {.mask = {constant(mask)}});
}

Loss loss_of(const Config& row, const std::string& reduction) {
  Config config = row.at("arguments");
  config.set("reduction", reduction);
  const ObjectClass& entry = ObjectRegistry::global().get("loss", row.at("class").as_string());
  return Loss(std::dynamic_pointer_cast<LossBase>(entry.make(config)));
}

/// Numbers of a field, or its default.
double number(const Config& arguments, const char* key, double fallback) {
  const Config* found = arguments.find(key);
  return found == nullptr ? fallback : found->as_double();
}
bool flag(const Config& arguments, const char* key, bool fallback = false) {
  const Config* found = arguments.find(key);
  return found == nullptr ? fallback : found->as_bool();
}
std::int64_t axis(const Config& arguments) { return static_cast<std::int64_t>(number(arguments, "axis", -1)); }
Axes axes(const Config& arguments) {
  const Config* found = arguments.find("axis");
  if (found == nullptr || found->is_null()) return {};
  std::vector<std::int64_t> values;
  for (const Config& value : found->as_list()) values.push_back(value.as_int());
  return values;
}

Tensor call_function(const std::string& name, const Config& a, const Tensor& t, const Tensor& p) {
  const bool logits = flag(a, "from_logits");
  const double smoothing = number(a, "label_smoothing", 0);
  if (name == "mean_squared_error") return losses::mean_squared_error(t, p);
  if (name == "mean_absolute_error") return losses::mean_absolute_error(t, p);
  if (name == "mean_absolute_percentage_error") return losses::mean_absolute_percentage_error(t, p);
  if (name == "mean_squared_logarithmic_error") return losses::mean_squared_logarithmic_error(t, p);
  if (name == "log_cosh") return losses::log_cosh(t, p);
  if (name == "poisson") return losses::poisson(t, p);
  if (name == "hinge") return losses::hinge(t, p);
  if (name == "squared_hinge") return losses::squared_hinge(t, p);
  if (name == "categorical_hinge") return losses::categorical_hinge(t, p);
  if (name == "kl_divergence") return losses::kl_divergence(t, p);
  if (name == "huber") return losses::huber(t, p, {.delta = number(a, "delta", 1)});
  if (name == "cosine_similarity") return losses::cosine_similarity(t, p, {.axis = axis(a)});
  if (name == "binary_crossentropy") return losses::binary_crossentropy(t, p, {logits, smoothing, axis(a)});
  if (name == "categorical_crossentropy") return losses::categorical_crossentropy(t, p, {logits, smoothing, axis(a)});
  if (name == "binary_focal_crossentropy")
    return losses::binary_focal_crossentropy(t, p,
                                             {.apply_class_balancing = flag(a, "apply_class_balancing"),
                                              .alpha = number(a, "alpha", 0.25),
                                              .gamma = number(a, "gamma", 2),
                                              .from_logits = logits,
                                              .label_smoothing = smoothing,
                                              .axis = axis(a)});
  if (name == "categorical_focal_crossentropy")
    return losses::categorical_focal_crossentropy(t, p,
                                                  {.alpha = number(a, "alpha", 0.25),
                                                   .gamma = number(a, "gamma", 2),
                                                   .from_logits = logits,
                                                   .label_smoothing = smoothing,
                                                   .axis = axis(a)});
  if (name == "sparse_categorical_crossentropy") {
    losses::SparseCrossentropyArguments arguments{.from_logits = logits};
    if (a.contains("ignore_class")) arguments.ignore_class = a.at("ignore_class").as_int();
    return losses::sparse_categorical_crossentropy(t, p, arguments);
  }
  if (name == "categorical_generalized_cross_entropy")
    return losses::categorical_generalized_cross_entropy(t, p, {.q = number(a, "q", 0.5)});
  if (name == "dice") return losses::dice(t, p, {.axis = axes(a)});
  if (name == "tversky")
    return losses::tversky(t, p, {.alpha = number(a, "alpha", 0.5), .beta = number(a, "beta", 0.5), .axis = axes(a)});
  if (name == "ctc") return losses::ctc(t, p);
  if (name == "circle")
    return losses::circle(t, p,
                          {.remove_diagonal = flag(a, "remove_diagonal", true),
                           .gamma = number(a, "gamma", 80),
                           .margin = number(a, "margin", 0.4)});
  FAIL("no function " << name);
  return {};
}

}  // namespace

TEST_CASE("losses give Keras's values with every reduction, weight and mask", "[losses][keras]") {
  std::set<std::string> seen;
  for (const Config& row : function_fixtures("losses").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    seen.insert(row.at("class").as_string());
    const Tensor y_true = fixture_tensor(row.at("y_true")), y_pred = fixture_tensor(row.at("y_pred"));
    const Tensor weight = fixture_tensor(row.at("sample_weight")), mask = fixture_tensor(row.at("mask"));
    for (const auto& [reduction, expected] : row.at("values").as_map()) {
      INFO("reduction " << reduction);
      const Loss loss = loss_of(row, reduction);
      const Symbol value =
          loss(constant(y_true), masked(constant(y_pred), mask), weight.defined() ? constant(weight) : Symbol());
      check_close(compute_now(value), fixture_tensor(expected));
      if (!mask.defined()) check_close(loss(y_true, y_pred, weight), fixture_tensor(expected));
    }
  }
  for (const ObjectClass* entry : ObjectRegistry::global().all("loss")) {
    INFO("loss " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("gradients of losses are Keras's", "[losses][keras]") {
  for (const Config& row : function_fixtures("losses").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    const Tensor weight = fixture_tensor(row.at("sample_weight"));
    const Variable y_pred(fixture_tensor(row.at("y_pred")));
    const Loss loss = loss_of(row, "sum_over_batch_size");
    const Symbol value =
        loss(constant(fixture_tensor(row.at("y_true"))), masked(y_pred.symbol(), fixture_tensor(row.at("mask"))),
             weight.defined() ? constant(weight) : Symbol());
    check_close(compute_now(gradients(value, y_pred)[0]), fixture_tensor(row.at("gradient")), 1e-5);
  }
}

TEST_CASE("losses as functions are Keras's functions", "[losses][keras]") {
  for (const Config& row : function_fixtures("losses").at("cases").as_list()) {
    INFO("case " << row.at("name").as_string());
    check_close(call_function(row.at("function").as_string(), row.at("arguments"), fixture_tensor(row.at("y_true")),
                              fixture_tensor(row.at("y_pred"))),
                fixture_tensor(row.at("function_values")));
  }
}

TEST_CASE("every loss that Keras knows is known by the same names", "[losses][names]") {
  check_names("losses", "loss", " Loss LossFunctionWrapper ");
}

TEST_CASE("losses save what Keras saves", "[losses][config]") {
  check_configs("losses", "loss");
  // arguments that Keras forgets are kept when they are not the default
  CHECK(losses::Huber({.delta = 0.3})->get_config().at("delta") == Config(0.3));
  CHECK(losses::CosineSimilarity({.axis = 1})->get_config().at("axis") == Config(1));
}

TEST_CASE("a loss is given as an object, a name, a function or a callable", "[losses]") {
  const Tensor t{{1.0, 2.0}}, p{{3.0, 5.0}};
  const Loss by_object = losses::MeanSquaredError(), by_name = "mse", by_function = losses::mean_squared_error;
  const Loss by_callable = [](const Symbol& y_true, const Symbol& y_pred) {
    return ops::mean(ops::square(y_true - y_pred), -1);
  };
  for (const Loss& loss : {by_object, by_name, by_function, by_callable}) CHECK(loss(t, p).item<double>() == 6.5);
  CHECK(by_function.identifier() == "mean_squared_error");
  CHECK_FALSE(Loss().defined());
  CHECK_THROWS_WITH(Loss()(t, p), ContainsSubstring("undefined loss"));
  CHECK_THROWS_WITH(Loss("mean_cubed_error"), ContainsSubstring("no loss named \"mean_cubed_error\""));
}

TEST_CASE("a crossentropy of saturated probabilities keeps the gradient of its logits", "[losses]") {
  const Variable logits(Tensor{{90.0, -90.0, 0.0}, {-90.0, 90.0, 0.0}}.astype(DType::Float32));
  const Symbol one_hot = constant(Tensor{{0.0, 1.0, 0.0}, {0.0, 1.0, 0.0}});
  const Symbol labels = constant(Tensor({1, 1}));
  for (const auto& [loss, target] :
       {std::pair<Loss, Symbol>{"categorical_crossentropy", one_hot}, {"sparse_categorical_crossentropy", labels}}) {
    const Symbol value = loss(target, ops::softmax(logits.symbol()));
    CHECK(compute_now(value).item<double>() == Approx(90));
    CHECK(compute_now(gradients(value, logits)[0]).to_vector<double>()[0] == Approx(0.5));
  }
  // the logits of another axis are none
  const Symbol other = losses::CategoricalCrossentropy()(one_hot, ops::softmax(logits.symbol(), 0));
  CHECK(compute_now(other).item<double>() < 60);
  const Symbol binary = losses::BinaryCrossentropy()(one_hot, ops::sigmoid(logits.symbol()));
  CHECK(compute_now(binary).item<double>() == Approx((90 + 90 + 2 * 0.693147) / 6 / 1).epsilon(0.3));
}

TEST_CASE("losses of half precision are computed in float32", "[losses]") {
  const Tensor t = full({3, 2}, 1.0), p = full({3, 2}, 2.0, DType::BFloat16);
  CHECK(losses::MeanSquaredError()(t, p).dtype() == DType::Float32);
  CHECK(losses::MeanSquaredError({.dtype = "float64"})(t, p).dtype() == DType::Float64);
}

TEST_CASE("losses refuse what they cannot mean", "[losses][errors]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(losses::MeanSquaredError({.reduction = "median"}), ContainsSubstring("\"median\" is no reduction"));
  CHECK_THROWS_WITH(losses::MeanSquaredError({.dtype = "int32"}), ContainsSubstring("\"int32\" is not floating"));
  CHECK_THROWS_WITH(losses::Huber({.delta = nan}), ContainsSubstring("[Huber] delta"));
  CHECK_THROWS_WITH(losses::BinaryCrossentropy({.label_smoothing = 1.5}),
                    ContainsSubstring("label_smoothing must be in [0, 1], received 1.5"));
  CHECK_THROWS_WITH(losses::CategoricalFocalCrossentropy({.gamma = nan}), ContainsSubstring("must be finite"));
  CHECK_THROWS_WITH(losses::BinaryFocalCrossentropy({.alpha = nan}), ContainsSubstring("must be finite"));
  CHECK_THROWS_WITH(losses::CategoricalGeneralizedCrossEntropy({.q = 1}), ContainsSubstring("q must be in (0, 1)"));
  CHECK_THROWS_WITH(losses::Tversky({.alpha = nan}), ContainsSubstring("[Tversky] alpha and beta must be finite"));
  CHECK_THROWS_WITH(losses::Circle({.margin = nan}), ContainsSubstring("[Circle] gamma and margin must be finite"));

  CHECK_THROWS_WITH(losses::MeanSquaredError()(zeros({3, 4}), zeros({3, 5})),
                    ContainsSubstring("expected y_true of the shape of y_pred, (3, 5), received (3, 4)") &&
                        ContainsSubstring("while making loss \"mean_squared_error\""));
  CHECK_THROWS_WITH(losses::CategoricalCrossentropy()(zeros({3}), zeros({3, 5})),
                    ContainsSubstring("integer labels go with sparse_categorical_crossentropy"));
  CHECK_THROWS_WITH(losses::SparseCategoricalCrossentropy()(zeros({3, 5}), zeros({3, 5})),
                    ContainsSubstring("one-hot targets go with categorical_crossentropy"));
  CHECK_THROWS_WITH(losses::MeanSquaredError()(zeros({3, 4}), zeros({3, 4}), zeros({5})),
                    ContainsSubstring("sample_weight of shape (5,) does not fit losses of shape (3,)"));
  CHECK_THROWS_WITH(losses::Circle()(zeros({3}), zeros({3, 4, 5})), ContainsSubstring("embeddings y_pred"));
  CHECK_THROWS_WITH(deserialize_object("loss", parse_json(R"({"class_name": "Huber", "config": {"delt": 1}})")),
                    ContainsSubstring("delt"));
}

}  // namespace kerascpp::test
