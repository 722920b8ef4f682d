#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of metrics; inherit from it to make your own.
///
/// A metric is written as pure functions of its state, so that it becomes part of the training graph.
class KCPP_API MetricBase : public Object {
 public:
  explicit MetricBase(std::string name, std::string dtype = {});

  /// Initial values of the state, such as {total, count}; the shape of `y_pred` may decide its shape.
  [[nodiscard]] virtual std::vector<Tensor> initial_state(const Shape& y_true, const Shape& y_pred) const = 0;
  /// The state after a batch. `sample_weight` is undefined where there is none.
  [[nodiscard]] virtual std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true,
                                                   const Symbol& y_pred, const Symbol& sample_weight) const = 0;
  /// The value, a scalar (or a vector for those of Keras that give one).
  [[nodiscard]] virtual Symbol result(const std::vector<Symbol>& state) const = 0;

  [[nodiscard]] const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  [[nodiscard]] const std::string& dtype() const { return dtype_; }
  [[nodiscard]] Config get_config() const override;

  // --- stand-alone use, as in Keras

  /// Adds a batch to the metric's own state.
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {});
  [[nodiscard]] Tensor result() const;
  void reset_state();
  /// The metric's own state; made at the first update.
  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }

 private:
  std::string name_;
  std::string dtype_;
  std::vector<Variable> variables_;
  std::vector<Tensor> initial_;
};

/// A metric: an object, a name ("accuracy", "mae"), or a callable (y_true, y_pred) -> values per sample, whose mean is
/// taken. "accuracy" and "crossentropy" are resolved by the shapes of the output they watch.
class KCPP_API Metric {
 public:
  Metric() = default;
  Metric(const char* name) : Metric(std::string(name)) {}  // NOLINT: implicit by design
  /// Throws LookupError for an unknown name.
  Metric(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<MetricBase, T> Metric(std::shared_ptr<T> object) : object_(std::move(object)) {}  // NOLINT
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, Symbol, Symbol> &&
      (!std::is_base_of_v<Metric, std::remove_cvref_t<F>>)Metric(F function)  // NOLINT
      : Metric(from_function(std::move(function))) {}

  [[nodiscard]] bool defined() const { return object_ != nullptr || !identifier_.empty(); }
  /// The object for an output of this shape: settles what "accuracy" and "crossentropy" mean. Throws LookupError.
  [[nodiscard]] std::shared_ptr<MetricBase> resolve(const TensorSpec& y_true, const TensorSpec& y_pred) const;
  [[nodiscard]] const std::shared_ptr<MetricBase>& object() const { return object_; }
  [[nodiscard]] MetricBase* operator->() const { return object_.get(); }
  [[nodiscard]] const std::string& identifier() const { return identifier_; }

 private:
  static Metric from_function(Callable<Symbol(Symbol, Symbol)> function);
  std::shared_ptr<MetricBase> object_;
  std::string identifier_;
};

}  // namespace kerascpp
