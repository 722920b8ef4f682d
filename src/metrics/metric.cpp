#include <kerascpp/metrics.hpp>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "metrics/mean.hpp"

namespace kerascpp {

MetricBase::MetricBase(std::string name, std::string dtype) : name_(std::move(name)), dtype_(std::move(dtype)) {}

Config MetricBase::get_config() const {
  return Config::map({{"name", name_}, {"dtype", dtype_.empty() ? "float32" : dtype_}});
}

void MetricBase::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  if (variables_.empty()) {
    initial_ = initial_state(y_true.shape(), y_pred.shape());
    for (const Tensor& value : initial_) variables_.emplace_back(value.copy(), name_ + "_state");
  }
  std::vector<Symbol> state;
  for (const Variable& variable : variables_) state.push_back(variable.symbol());
  const std::vector<Tensor> values = compute_now(
      update(state, constant(y_true), constant(y_pred), sample_weight.defined() ? constant(sample_weight) : Symbol()));
  for (std::size_t i = 0; i < values.size(); ++i) variables_[i].set_value(values[i]);
}

Tensor MetricBase::result() const {
  KCPP_CHECK(!variables_.empty(), ValueError, "[", class_name(), "] metric \"", name_,
             "\" has no result yet: call update_state first");
  std::vector<Symbol> state;
  for (const Variable& variable : variables_) state.push_back(variable.symbol());
  return compute_now(result(state));
}

void MetricBase::reset_state() {
  for (std::size_t i = 0; i < variables_.size(); ++i) variables_[i].set_value(initial_[i]);
}

namespace {

bool is_accuracy(const std::string& name) { return name == "accuracy" || name == "acc"; }
bool is_crossentropy(const std::string& name) { return name == "crossentropy" || name == "ce"; }

/// Which of the three kinds an output of this shape has. Source: keras.src.trainers.compile_utils.
std::string kind_prefix(const TensorSpec& y_true, const TensorSpec& y_pred) {
  if (y_pred.shape.ndim() > 0 && y_pred.shape.back() == 1) return "binary";
  const bool same_rank = y_true.shape.ndim() == y_pred.shape.ndim();
  const bool labels =
      y_true.shape.ndim() < y_pred.shape.ndim() || (same_rank && y_true.shape.back() == 1 && y_pred.shape.back() != 1);
  return labels ? "sparse_categorical" : "categorical";
}

}  // namespace

Metric::Metric(const std::string& name) : identifier_(name) {
  if (is_accuracy(name) || is_crossentropy(name)) return;  // settled when the output is known
  object_ = std::dynamic_pointer_cast<MetricBase>(deserialize_object("metric", Config(name)));
}

Metric Metric::from_function(Callable<Symbol(Symbol, Symbol)> function) {
  return Metric(std::make_shared<metrics::FunctionMetric>(std::move(function)));
}

std::shared_ptr<MetricBase> Metric::resolve(const TensorSpec& y_true, const TensorSpec& y_pred) const {
  if (object_ != nullptr) return object_;
  const std::string name = kind_prefix(y_true, y_pred) + (is_accuracy(identifier_) ? "_accuracy" : "_crossentropy");
  auto metric = std::dynamic_pointer_cast<MetricBase>(deserialize_object("metric", Config(name)));
  metric->set_name(identifier_);
  return metric;
}

}  // namespace kerascpp
