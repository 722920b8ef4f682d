#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  Symbol value;                ///< of the variable
  std::vector<Symbol> slots;   ///< in the order of `slot_names`
  Symbol learning_rate;        ///< scalar in the variable's dtype
  Symbol iteration;            ///< number of this step, from 1: scalar in the variable's dtype
  Variable variable;           ///< itself, for its shape
  std::vector<Symbol> shared;  ///< what `shared_step` gave
};

/// What it gives: the new value and new slots.
struct OptimizerResult {
  Symbol value;
  std::vector<Symbol> slots;
};

class Optimizer;

/// Base of optimizers; inherit from it to make your own.
///
/// The step is written in symbolic operations and becomes part of the training graph.
class KCPP_API OptimizerBase : public Object {
 public:
  OptimizerBase(LearningRate learning_rate, OptimizerArguments arguments);

  // --- what a class of its own writes

  /// The step of one variable, a pure function written in symbolic operations.
  [[nodiscard]] virtual OptimizerResult step(const OptimizerStep& step) const = 0;
  /// Names of the slots kept for each variable ("momentum", "velocity").
  [[nodiscard]] virtual std::vector<std::string> slot_names() const = 0;
  /// The same where they are not those of every variable.
  [[nodiscard]] virtual std::vector<std::string> slot_names_of(const Variable& variable) const;
  /// How many of the first slots Keras keeps together for each variable in its files; the others follow slot by slot.
  [[nodiscard]] virtual std::size_t slots_kept_together() const { return 1; }
  /// First value of a slot: zeros of the variable's shape unless overridden.
  [[nodiscard]] virtual Tensor initial_slot(std::string_view slot, const Variable& variable) const;
  /// First values of what is kept once for all variables; nothing unless overridden.
  [[nodiscard]] virtual std::vector<Tensor> initial_shared(const std::vector<Variable>& variables) const;
  /// Their values after this step, before those of the variables. iteration: its number from 1, float32.
  [[nodiscard]] virtual std::vector<Symbol> shared_step(const std::vector<Symbol>& shared,
                                                        const Symbol& iteration) const;
  /// The decay of one variable: `weight_decay` unless overridden.
  [[nodiscard]] virtual std::optional<double> weight_decay_of(const Variable& variable) const;

  // --- use

  /// Makes the slots for these variables; a second call with the same ones does nothing.
  virtual void build(const std::vector<Variable>& variables);
  /// What gradients are taken of: the loss times `loss_scale_factor`.
  [[nodiscard]] virtual Symbol scale_loss(const Symbol& loss) const;
  /// All updates of one step with the gradients of the scaled loss: accumulation, clipping, weight decay, the step
  /// itself, averages, the step counter. Throws ValueError when the variables are not those it was built for.
  [[nodiscard]] virtual std::vector<Update> apply_gradients(const std::vector<Symbol>& gradients,
                                                            const std::vector<Variable>& variables);
  /// Updates that lower `loss`, for K::function. Source: get_updates of Keras 2.
  [[nodiscard]] std::vector<Update> get_updates(const Symbol& loss, const std::vector<Variable>& variables);
  /// At the end of training: with use_ema the variables get their averages.
  virtual void finalize_variable_values();

  /// Set between steps without a new plan. Throws ValueError under a schedule.
  virtual void set_learning_rate(double value);
  /// The rate of the next step.
  [[nodiscard]] virtual double learning_rate() const;
  /// The rate as the variable that it is; undefined under a schedule.
  [[nodiscard]] virtual Variable lr() const { return rate_; }
  /// Whether the slots exist.
  [[nodiscard]] virtual bool built() const { return !tracked_.empty(); }
  /// Calls of the step so far, an int64 scalar.
  [[nodiscard]] virtual const Variable& iterations() const { return iterations_; }
  /// In the order in which Keras saves them: iterations, learning_rate, averages, accumulators, slots.
  [[nodiscard]] virtual std::vector<Variable> variables() const;
  /// Those of them that exist before `build`: what a file holds that was saved before.
  [[nodiscard]] virtual std::vector<Variable> variables_before_build() const;
  /// Optimizers inside of this one, by their paths in files.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Optimizer>> inner_optimizers() const;
  [[nodiscard]] const OptimizerArguments& arguments() const { return arguments_; }
  [[nodiscard]] Config get_config() const override;

  /// Variables, and patterns of variable paths ("bias", "norm.*/gamma"), without weight decay.
  void exclude_from_weight_decay(const std::vector<Variable>& var_list, const std::vector<std::string>& var_names = {});
  /// What the variables are called in a model: "hidden/kernel". A variable without one goes by its own name.
  virtual void set_paths(const std::vector<std::pair<Variable, std::string>>& paths);
  [[nodiscard]] std::string path_of(const Variable& variable) const;
  /// The average of a variable under use_ema, else undefined.
  [[nodiscard]] Variable average_of(const Variable& variable) const;
  /// Before the first step: an optimizer around this one scales the loss in its place, or all of them alike.
  void set_loss_scale_factor(std::optional<double> factor) { arguments_.loss_scale_factor = factor; }

 private:
  struct Tracked {
    Variable variable;
    std::vector<Variable> slots;
    Variable average;      // use_ema
    Variable accumulated;  // gradient_accumulation_steps
  };
  void check_same_variables(const std::vector<Variable>& variables) const;
  [[nodiscard]] std::vector<Symbol> accumulated(std::vector<Symbol> gradients, const Symbol& is_step,
                                                std::vector<Update>& updates) const;
  [[nodiscard]] std::vector<Symbol> clipped(std::vector<Symbol> gradients) const;
  [[nodiscard]] Symbol decayed(const Variable& variable, const Symbol& learning_rate) const;
  [[nodiscard]] Symbol averaged(const Tracked& tracked, const Symbol& value, const Symbol& steps_done,
                                std::vector<Update>& updates) const;
  [[nodiscard]] Symbol rate() const;

  LearningRate learning_rate_;
  OptimizerArguments arguments_;
  Variable iterations_;
  Variable rate_;  // undefined under a schedule
  std::vector<Tracked> tracked_;
  std::vector<Variable> shared_;
  std::vector<Variable> without_decay_;
  std::vector<std::string> patterns_without_decay_;
  std::vector<std::pair<Variable, std::string>> paths_;
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
  std::string name = "sgd";
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
  std::string name = "rm_sprop";
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
  std::string name = "adam_w";
  KCPP_FIELDS(learning_rate, weight_decay, beta_1, beta_2, epsilon, amsgrad, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adam with decoupled weight decay. Source: keras.optimizers.AdamW; Loshchilov and Hutter, arXiv 1711.05101.
[[nodiscard]] KCPP_API Optimizer AdamW(const AdamWOptions& options = {});

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.95;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adadelta";
  KCPP_FIELDS(learning_rate, rho, epsilon, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
              ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Steps as large as earlier steps were beside earlier gradients. Source: keras.optimizers.Adadelta; Zeiler, arXiv
/// 1212.5701.
[[nodiscard]] KCPP_API Optimizer Adadelta(const AdadeltaOptions& options = {});

struct AdagradOptions {
  LearningRate learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adagrad";
  KCPP_FIELDS(learning_rate, initial_accumulator_value, epsilon, weight_decay, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Divides the gradient by the root of the sum of its squares. Source: keras.optimizers.Adagrad; Duchi et al., JMLR
/// 2011.
[[nodiscard]] KCPP_API Optimizer Adagrad(const AdagradOptions& options = {});

struct AdamaxOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adamax";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, epsilon, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
              ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adam with the largest gradient in place of their mean square. Source: keras.optimizers.Adamax; Kingma and Ba, arXiv
/// 1412.6980, section 7.
[[nodiscard]] KCPP_API Optimizer Adamax(const AdamaxOptions& options = {});

struct NadamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "nadam";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, epsilon, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
              ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adam with Nesterov momentum. Source: keras.optimizers.Nadam; Dozat, "Incorporating Nesterov momentum into Adam",
/// 2016.
[[nodiscard]] KCPP_API Optimizer Nadam(const NadamOptions& options = {});

struct FtrlOptions {
  LearningRate learning_rate = 0.001;
  double learning_rate_power = -0.5;
  double initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0.0;
  double l2_regularization_strength = 0.0;
  double l2_shrinkage_regularization_strength = 0.0;
  double beta = 0.0;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "ftrl";
  KCPP_FIELDS(learning_rate, learning_rate_power, initial_accumulator_value, l1_regularization_strength,
              l2_regularization_strength, l2_shrinkage_regularization_strength, beta, weight_decay, clipnorm, clipvalue,
              global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
              gradient_accumulation_steps, name)
};
/// Follow the regularized leader. Source: keras.optimizers.Ftrl; McMahan et al., "Ad click prediction", KDD 2013.
[[nodiscard]] KCPP_API Optimizer Ftrl(const FtrlOptions& options = {});

struct LionOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "lion";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
              ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Steps by the sign of a momentum. Source: keras.optimizers.Lion; Chen et al., arXiv 2302.06675.
[[nodiscard]] KCPP_API Optimizer Lion(const LionOptions& options = {});

struct LambOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "lamb";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, epsilon, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
              ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// Adam whose step is scaled to the norm of the variable. Source: keras.optimizers.Lamb; You et al., arXiv 1904.00962.
[[nodiscard]] KCPP_API Optimizer Lamb(const LambOptions& options = {});

struct AdafactorOptions {
  LearningRate learning_rate = 0.001;
  double beta_2_decay = -0.8;
  double epsilon_1 = 1e-30;
  double epsilon_2 = 1e-3;
  double clip_threshold = 1.0;
  bool relative_step = true;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "adafactor";
  KCPP_FIELDS(learning_rate, beta_2_decay, epsilon_1, epsilon_2, clip_threshold, relative_step, weight_decay, clipnorm,
              clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
              gradient_accumulation_steps, name)
};
/// Keeps means of squared gradients over rows and over columns only. Source: keras.optimizers.Adafactor; Shazeer and
/// Stern, arXiv 1804.04235.
[[nodiscard]] KCPP_API Optimizer Adafactor(const AdafactorOptions& options = {});

struct MuonOptions {
  LearningRate learning_rate = 0.001;
  double adam_beta_1 = 0.9;
  double adam_beta_2 = 0.999;
  std::optional<double> adam_weight_decay = 0.004;
  double epsilon = 1e-7;
  std::optional<double> weight_decay = 0.004;
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "muon";
  std::vector<std::string> exclude_layers = {};  ///< patterns of variable paths that go by AdamW
  bool exclude_embeddings = true;
  double muon_a = 3.4445;
  double muon_b = -4.775;
  double muon_c = 2.0315;
  double adam_lr_ratio = 1;
  double momentum = 0.95;
  std::int64_t ns_steps = 5;
  bool nesterov = true;
  std::optional<double> rms_rate = 0.2;
  KCPP_FIELDS(learning_rate, adam_beta_1, adam_beta_2, adam_weight_decay, epsilon, weight_decay, clipnorm, clipvalue,
              global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
              gradient_accumulation_steps, name, exclude_layers, exclude_embeddings, muon_a, muon_b, muon_c,
              adam_lr_ratio, momentum, ns_steps, nesterov, rms_rate)
};
/// Orthogonalizes the momentum of matrices by Newton-Schulz steps; other variables go by AdamW.
/// Source: keras.optimizers.Muon; Jordan, "Muon: an optimizer for hidden layers", 2024.
[[nodiscard]] KCPP_API Optimizer Muon(const MuonOptions& options = {});

struct ScheduleFreeAdamWOptions {
  LearningRate learning_rate = 0.0025;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  std::int64_t warmup_steps = 0;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = "schedule_free_adam_w";
  KCPP_FIELDS(learning_rate, beta_1, beta_2, epsilon, warmup_steps, weight_decay, clipnorm, clipvalue, global_clipnorm,
              use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name)
};
/// AdamW that averages its iterates in place of a schedule. Source: keras.optimizers.ScheduleFreeAdamW; Defazio et al.,
/// arXiv 2405.15682.
[[nodiscard]] KCPP_API Optimizer ScheduleFreeAdamW(const ScheduleFreeAdamWOptions& options = {});

struct LossScaleOptions {
  double initial_scale = 32768;  ///< 2^15
  std::int64_t dynamic_growth_steps = 2000;
  std::string name = "loss_scale_optimizer";
  KCPP_FIELDS(initial_scale, dynamic_growth_steps, name)
};
/// Multiplies the loss so that gradients of half precision do not vanish: the scale doubles after
/// `dynamic_growth_steps` steps with finite gradients; a step without is left out and halves it. Source:
/// keras.optimizers.LossScaleOptimizer.
[[nodiscard]] KCPP_API Optimizer LossScaleOptimizer(const Optimizer& inner_optimizer,
                                                    const LossScaleOptions& options = {});

/// Which optimizer trains a variable: that of the first pattern, a regular expression for the whole path
/// ("hidden/kernel"), else the default. Source: keras.optimizers.OptimizerMap.
class KCPP_API OptimizerMap {
 public:
  using Item = std::pair<std::string, Optimizer>;
  OptimizerMap(const Optimizer& default_optimizer, std::vector<Item> optimizer_map = {})  // NOLINT: implicit by design
      : default_(default_optimizer), items_(std::move(optimizer_map)) {}
  /// Throws ValueError when several patterns match.
  [[nodiscard]] const Optimizer& at(const std::string& path) const;
  [[nodiscard]] const Optimizer& default_optimizer() const { return default_; }
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  Optimizer default_;
  std::vector<Item> items_;
};

struct MultiOptimizerOptions {
  std::optional<double> loss_scale_factor = {};
  std::string name = "multi_optimizer";
  KCPP_FIELDS(loss_scale_factor, name)
};
/// One optimizer for some variables, another for others. It has no learning rate of its own (ValueError).
/// Source: keras.optimizers.MultiOptimizer.
[[nodiscard]] KCPP_API Optimizer MultiOptimizer(const OptimizerMap& optimizer_map,
                                                const MultiOptimizerOptions& options = {});

}  // namespace optimizers

}  // namespace kerascpp
