#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
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

/// What the step of one variable is a function of.
struct OptimizerStep {
  Symbol gradient;
  Symbol value;               ///< of the variable
  std::vector<Symbol> slots;  ///< in the order of `slot_names`
  Symbol learning_rate;       ///< scalar in the variable's dtype
  Symbol iteration;           ///< number of this step, from 1: scalar in the variable's dtype
};

/// What it gives: the new value and new slots.
struct OptimizerResult {
  Symbol value;
  std::vector<Symbol> slots;
};

/// Base of optimizers; inherit from it to make your own.
///
/// The step is written in symbolic operations and becomes part of the training graph.
class KCPP_API OptimizerBase : public Object {
 public:
  OptimizerBase(LearningRate learning_rate, OptimizerArguments arguments);

  /// The step of one variable, a pure function written in symbolic operations.
  [[nodiscard]] virtual OptimizerResult step(const OptimizerStep& step) const = 0;
  /// Names of the slots kept for each variable ("momentum", "velocity").
  [[nodiscard]] virtual std::vector<std::string> slot_names() const = 0;
  /// How many of the first slots Keras keeps together for each variable in its files; the others follow slot by slot.
  [[nodiscard]] virtual std::size_t slots_kept_together() const { return 1; }
  /// First value of a slot: zeros unless overridden.
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
  /// Whether the slots exist.
  [[nodiscard]] bool built() const { return !tracked_.empty(); }
  [[nodiscard]] const Variable& iterations() const { return iterations_; }
  /// In the order in which Keras saves them: iterations, learning_rate, slots.
  [[nodiscard]] std::vector<Variable> variables() const;
  [[nodiscard]] const OptimizerArguments& arguments() const { return arguments_; }
  [[nodiscard]] Config get_config() const override;

  /// Variables without weight decay.
  void exclude_from_weight_decay(const std::vector<Variable>& variables);

 private:
  struct Tracked {
    Variable variable;
    std::vector<Variable> slots;
    Variable average;      // use_ema
    Variable accumulated;  // gradient_accumulation_steps
  };
  [[nodiscard]] std::vector<Symbol> clipped(std::vector<Symbol> gradients) const;
  [[nodiscard]] Symbol rate() const;

  LearningRate learning_rate_;
  OptimizerArguments arguments_;
  Variable iterations_;
  Variable rate_;  // undefined under a schedule
  std::vector<Tracked> tracked_;
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

namespace optimizers {

struct SGDOptions {
  LearningRate learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "SGD";
  KCPP_FIELDS(learning_rate, momentum, nesterov, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
              ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Gradient descent with momentum. Without it: w -= learning_rate * g. With it: m = momentum * m - learning_rate * g,
/// w += m; Nesterov: w += momentum * m - learning_rate * g. Source: keras.optimizers.SGD.
[[nodiscard]] KCPP_API Optimizer SGD(const SGDOptions& options = {});

struct RMSpropOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-7;
  bool centered = false;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "rmsprop";
  KCPP_FIELDS(learning_rate, rho, momentum, epsilon, centered, weight_decay, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Divides the gradient by a running average of its size. Source: keras.optimizers.RMSprop; Hinton, lecture 6e, 2012.
[[nodiscard]] KCPP_API Optimizer RMSprop(const RMSpropOptions& options = {});

struct AdamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adam";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adaptive moments. Source: keras.optimizers.Adam; Kingma and Ba, arXiv 1412.6980; amsgrad: Reddi et al., 2018.
[[nodiscard]] KCPP_API Optimizer Adam(const AdamOptions& options = {});

struct AdamWOptions {
  LearningRate learning_rate = 0.001;
  double weight_decay = 0.004;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adamw";
  KCPP_FIELDS(learning_rate, weight_decay, beta_1, beta_2, epsilon, amsgrad, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adam with decoupled weight decay. Source: keras.optimizers.AdamW; Loshchilov and Hutter, arXiv 1711.05101.
[[nodiscard]] KCPP_API Optimizer AdamW(const AdamWOptions& options = {});

}  // namespace optimizers

}  // namespace kerascpp
