#include <kerascpp/metrics.hpp>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "layers/naming.hpp"
#include "losses/output_kind.hpp"
#include "metrics/wrapper.hpp"

namespace kerascpp {
namespace {

bool is_accuracy(const std::string& name) { return name == "accuracy" || name == "acc"; }
bool is_crossentropy(const std::string& name) { return name == "crossentropy" || name == "ce"; }

std::shared_ptr<MetricBase> make_metric(const std::string& name) {
  return std::dynamic_pointer_cast<MetricBase>(deserialize_object("metric", Config(name)));
}

std::vector<Symbol> symbols_of(const std::vector<Variable>& variables) {
  std::vector<Symbol> symbols;
  for (const Variable& variable : variables) symbols.push_back(variable.symbol());
  return symbols;
}

Symbol constant_or_none(const Tensor& tensor) { return tensor.defined() ? constant(tensor) : Symbol(); }

}  // namespace

MetricBase::MetricBase(std::string name, std::string dtype)
    : name_(std::move(name)), dtype_(dtype.empty() ? std::string(kerascpp::name(floatx())) : std::move(dtype)) {
  if (dtype_ == "int") dtype_ = "int64";
  const DType known = dtype_from_name(dtype_);  // throws for an unknown one
  KCPP_CHECK(is_floating(known) || is_integer(known), DTypeError, "[metric] dtype \"", dtype_, "\" is no number's");
}

std::string MetricBase::name() const { return name_.empty() ? to_snake_case(class_name()) : name_; }

Config MetricBase::get_config() const { return Config::map({{"name", name()}, {"dtype", dtype_}}); }

void MetricBase::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  if (variables_.empty()) {
    initial_ = initial_state(y_true.shape(), y_pred.defined() ? y_pred.shape() : Shape{});
    for (std::size_t i = 0; i < initial_.size(); ++i)
      variables_.emplace_back(initial_[i].copy(), text_of(name(), "_state_", i));
  }
  const std::vector<Tensor> values = compute_now(
      update(symbols_of(variables_), constant(y_true), constant_or_none(y_pred), constant_or_none(sample_weight)));
  for (std::size_t i = 0; i < values.size(); ++i) variables_[i].set_value(values[i]);
}

Tensor MetricBase::result() const {
  if (!variables_.empty()) return compute_now(result(symbols_of(variables_)));
  std::vector<Symbol> state;
  try {
    for (const Tensor& value : initial_state({}, {})) state.push_back(constant(value));
  } catch (const Error&) {
    throw ValueError(text_of("[", class_name(), "] metric \"", name(),
                             "\" has no result yet: its first update_state decides the shape of its state"));
  }
  return compute_now(result(state));
}

void MetricBase::reset_state() {
  for (std::size_t i = 0; i < variables_.size(); ++i) variables_[i].set_value(initial_[i]);
}

Tensor MetricBase::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  update_state(y_true, y_pred, sample_weight);
  return result();
}

MetricBase& Metric::alone() const {
  KCPP_CHECK(object_ != nullptr, ValueError, "[Metric] ", identifier_.empty() ? "no metric" : identifier_,
             " has no state of its own: which metric it is follows from an output; take one such as ",
             "metrics::BinaryAccuracy()");
  return *object_;
}

Metric::Metric(const std::string& name) : identifier_(name) {
  if (is_accuracy(name) || is_crossentropy(name)) return;  // settled when the output is known
  object_ = make_metric(name);
  object_->set_name(name);  // Keras names it as the user did
}

Metric Metric::from_function(Callable<Symbol(Symbol, Symbol)> function) {
  return Metric(std::make_shared<metrics::WrapperMetric>(std::move(function), Config(),
                                                         metrics::MetricOptions{.name = "metric"}));
}

std::shared_ptr<MetricBase> Metric::resolve(const TensorSpec& y_true, const TensorSpec& y_pred) const {
  if (object_ != nullptr) return object_;
  KCPP_CHECK(defined(), ValueError, "an undefined metric was used");
  const std::string kind = losses::output_kind(y_true.shape, y_pred.shape);
  auto metric = make_metric(kind + (is_accuracy(identifier_) ? "_accuracy" : "_crossentropy"));
  metric->set_name(identifier_);
  return metric;
}

}  // namespace kerascpp
