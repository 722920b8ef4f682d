#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/saving/object.hpp>
#include <kerascpp/schedules.hpp>

namespace kerascpp {

/// Arguments that every optimizer of Keras has, in their order.
struct OptimizerArguments {
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = {};
};

/// Base of optimizers; inherit from it to make your own.
///
/// The step is written in symbolic operations and becomes part of the training graph.
class KCPP_API OptimizerBase : public Object {
 public:
  OptimizerBase(LearningRate learning_rate, OptimizerArguments arguments);

  /// New values of `variable` and of its slots, given its gradient. `step` is the number of this step, from 1, in the
  /// variable's dtype.
  virtual void update_step(const Symbol& gradient, const Variable& variable, const std::vector<Variable>& slots,
                           const Symbol& learning_rate, const Symbol& step, std::vector<Update>& updates) const = 0;
  /// Names of the slots kept for each variable ("momentum", "velocity"); a slot starts as zeros unless
  /// `initial_slot` says otherwise.
  [[nodiscard]] virtual std::vector<std::string> slot_names() const = 0;
  [[nodiscard]] virtual Tensor initial_slot(std::string_view slot, const Variable& variable) const;

  /// Makes the slots for these variables; a second call with the same ones does nothing.
  void build(const std::vector<Variable>& variables);
  /// All updates of one step: clipping, the step itself, weight decay, averages, the step counter.
  /// Throws ValueError when the variables are not those it was built for.
  [[nodiscard]] std::vector<Update> apply_gradients(const std::vector<Symbol>& gradients,
                                                    const std::vector<Variable>& variables);
  /// Updates that lower `loss`, for K::function. Source: get_updates of Keras 2.
  [[nodiscard]] std::vector<Update> get_updates(const Symbol& loss, const std::vector<Variable>& variables);

  /// Set between steps without a new plan. Throws ValueError under a schedule.
  void set_learning_rate(double value);
  /// The rate of the next step.
  [[nodiscard]] double learning_rate() const;
  [[nodiscard]] const Variable& iterations() const { return iterations_; }
  /// In the order in which Keras saves them: iterations, learning_rate, slots.
  [[nodiscard]] std::vector<Variable> variables() const;
  [[nodiscard]] const OptimizerArguments& arguments() const { return arguments_; }
  [[nodiscard]] Config get_config() const override;

  /// Variables without weight decay.
  void exclude_from_weight_decay(const std::vector<Variable>& variables);

 private:
  struct Slots {
    Variable variable;
    std::vector<Variable> slots;
    Variable average;      // use_ema
    Variable accumulated;  // gradient_accumulation_steps
  };
  LearningRate learning_rate_;
  OptimizerArguments arguments_;
  Variable iterations_;
  Variable rate_;  // undefined under a schedule
  std::vector<Slots> slots_;
  std::vector<Variable> without_decay_;
};

/// An optimizer: an object or a name ("adam"). A handle: copies share the state.
class KCPP_API Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const char* name) : Optimizer(std::string(name)) {}  // NOLINT: implicit by design
  /// Throws LookupError for an unknown name.
  Optimizer(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<OptimizerBase, T> Optimizer(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}

  [[nodiscard]] bool defined() const { return object_ != nullptr; }
  [[nodiscard]] OptimizerBase* operator->() const { return object_.get(); }
  [[nodiscard]] const std::shared_ptr<OptimizerBase>& object() const { return object_; }

 private:
  std::shared_ptr<OptimizerBase> object_;
};

}  // namespace kerascpp
