#include <kerascpp/optimizers.hpp>

#include <algorithm>
#include <cmath>
#include <regex>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

namespace kerascpp {
namespace {

void check_positive(const std::optional<double>& value, const char* what) {
  KCPP_CHECK(!value || (std::isfinite(*value) && *value > 0), ValueError, "[Optimizer] ", what,
             " must be a positive number, received ", *value);
}

void check_rate(double rate) {
  KCPP_CHECK(std::isfinite(rate) && rate >= 0, ValueError,
             "[Optimizer] learning_rate must be a finite number of at least 0, received ", rate);
}

void check_arguments(const OptimizerArguments& a) {
  check_positive(a.clipnorm, "clipnorm");
  check_positive(a.clipvalue, "clipvalue");
  check_positive(a.global_clipnorm, "global_clipnorm");
  check_positive(a.loss_scale_factor, "loss_scale_factor");
  const double decay = a.weight_decay.value_or(0);
  KCPP_CHECK(std::isfinite(decay) && decay >= 0, ValueError,
             "[Optimizer] weight_decay must be a finite number of at least 0, received ", decay);
  const int clips = (a.clipnorm ? 1 : 0) + (a.clipvalue ? 1 : 0) + (a.global_clipnorm ? 1 : 0);
  KCPP_CHECK(clips <= 1, ValueError,
             "[Optimizer] only one of clipnorm, clipvalue and global_clipnorm can be set, received ", clips);
  KCPP_CHECK(!a.use_ema || (a.ema_momentum >= 0 && a.ema_momentum <= 1), ValueError,
             "[Optimizer] ema_momentum must be in [0, 1], received ", a.ema_momentum);
  KCPP_CHECK(a.ema_overwrite_frequency.value_or(1) >= 1, ValueError,
             "[Optimizer] ema_overwrite_frequency must be at least 1, received ",
             a.ema_overwrite_frequency.value_or(1));
  KCPP_CHECK(a.gradient_accumulation_steps.value_or(2) >= 2, ValueError,
             "[Optimizer] gradient_accumulation_steps must be at least 2, received ",
             a.gradient_accumulation_steps.value_or(2));
}

Symbol sum_of_squares(const Symbol& x) { return ops::sum(ops::square(x)); }

}  // namespace

OptimizerBase::OptimizerBase(LearningRate learning_rate, OptimizerArguments arguments)
    : learning_rate_(std::move(learning_rate)),
      arguments_(std::move(arguments)),
      iterations_(full({}, 0, DType::Int64), "iteration") {
  check_arguments(arguments_);
  if (learning_rate_.schedule() != nullptr) return;
  check_rate(learning_rate_.value());
  rate_ = Variable(full({}, learning_rate_.value()), "learning_rate");
}

// --- what classes override

std::vector<std::string> OptimizerBase::slot_names_of(const Variable&) const { return slot_names(); }

Tensor OptimizerBase::initial_slot(std::string_view, const Variable& variable) const {
  return zeros(variable.shape(), variable.dtype());
}

std::vector<Tensor> OptimizerBase::initial_shared(const std::vector<Variable>&) const { return {}; }

std::vector<Symbol> OptimizerBase::shared_step(const std::vector<Symbol>& shared, const Symbol&) const {
  return shared;
}

std::optional<double> OptimizerBase::weight_decay_of(const Variable&) const { return arguments_.weight_decay; }

std::vector<std::pair<std::string, Optimizer>> OptimizerBase::inner_optimizers() const { return {}; }

// --- variables

void OptimizerBase::check_same_variables(const std::vector<Variable>& variables) const {
  const bool same =
      tracked_.size() == variables.size() &&
      std::equal(tracked_.begin(), tracked_.end(), variables.begin(),
                 [](const Tracked& tracked, const Variable& variable) { return tracked.variable.is(variable); });
  KCPP_CHECK(same, ValueError, "[Optimizer] was built for ", tracked_.size(), " variables and is now given ",
             variables.size(), " others; compile again with a new optimizer after changing what is trainable");
}

void OptimizerBase::build(const std::vector<Variable>& variables) {
  if (!tracked_.empty()) return check_same_variables(variables);
  for (const Variable& variable : variables) {
    const std::string name = path_of(variable);
    Tracked tracked{variable, {}, {}, {}};
    for (const std::string& slot : slot_names_of(variable))
      tracked.slots.emplace_back(initial_slot(slot, variable), name + "_" + slot);
    const Tensor zero = zeros(variable.shape(), variable.dtype());
    if (arguments_.use_ema) tracked.average = Variable(zero, name + "_average");
    if (arguments_.gradient_accumulation_steps) tracked.accumulated = Variable(zero, name + "_gradient_accumulator");
    tracked_.push_back(std::move(tracked));
  }
  for (const Tensor& value : initial_shared(variables)) shared_.emplace_back(value, arguments_.name + "_shared");
}

std::vector<Variable> OptimizerBase::variables_before_build() const {
  std::vector<Variable> all{iterations_};
  if (rate_.defined()) all.push_back(rate_);
  for (const auto& inner : inner_optimizers())
    for (const Variable& variable : inner.second->variables_before_build()) all.push_back(variable);
  return all;
}

std::vector<Variable> OptimizerBase::variables() const {
  std::vector<Variable> all{iterations_};
  if (rate_.defined()) all.push_back(rate_);
  for (const Tracked& tracked : tracked_)
    if (tracked.average.defined()) all.push_back(tracked.average);
  for (const Tracked& tracked : tracked_)
    if (tracked.accumulated.defined()) all.push_back(tracked.accumulated);
  std::size_t slots = 0;
  for (const Tracked& tracked : tracked_) slots = std::max(slots, tracked.slots.size());
  const std::size_t together = std::min(slots, slots_kept_together());
  for (const Tracked& tracked : tracked_)
    for (std::size_t s = 0; s < std::min(together, tracked.slots.size()); ++s) all.push_back(tracked.slots[s]);
  for (std::size_t s = together; s < slots; ++s)
    for (const Tracked& tracked : tracked_)
      if (s < tracked.slots.size()) all.push_back(tracked.slots[s]);
  all.insert(all.end(), shared_.begin(), shared_.end());
  return all;
}

void OptimizerBase::set_paths(const std::vector<std::pair<Variable, std::string>>& paths) { paths_ = paths; }

std::string OptimizerBase::path_of(const Variable& variable) const {
  for (const auto& [known, path] : paths_)
    if (known.is(variable)) return path;
  return variable.name();
}

Variable OptimizerBase::average_of(const Variable& variable) const {
  for (const Tracked& tracked : tracked_)
    if (tracked.variable.is(variable)) return tracked.average;
  return {};
}

void OptimizerBase::finalize_variable_values() {
  for (Tracked& tracked : tracked_)
    if (tracked.average.defined()) tracked.variable.set_value(tracked.average.get_value());
}

// --- the step

Symbol OptimizerBase::scale_loss(const Symbol& loss) const {
  return arguments_.loss_scale_factor ? ops::multiply(loss, *arguments_.loss_scale_factor) : loss;
}

/// Sums over the calls between steps; at a step their means, while the sums start anew.
std::vector<Symbol> OptimizerBase::accumulated(std::vector<Symbol> gradients, const Symbol& is_step,
                                               std::vector<Update>& updates) const {
  const auto every = static_cast<double>(*arguments_.gradient_accumulation_steps);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Symbol sum = ops::add(tracked_[i].accumulated, gradients[i]);
    updates.push_back({tracked_[i].accumulated, ops::where(is_step, 0, sum)});
    gradients[i] = ops::divide(sum, every);
  }
  return gradients;
}

std::vector<Symbol> OptimizerBase::clipped(std::vector<Symbol> gradients) const {
  if (arguments_.clipvalue) {
    for (Symbol& gradient : gradients) gradient = ops::clip(gradient, -*arguments_.clipvalue, *arguments_.clipvalue);
  } else if (arguments_.clipnorm) {
    for (Symbol& gradient : gradients) {
      const Symbol norm = ops::sqrt(sum_of_squares(gradient));
      gradient = ops::multiply(gradient, ops::divide(*arguments_.clipnorm, ops::maximum(norm, *arguments_.clipnorm)));
    }
  } else if (arguments_.global_clipnorm) {
    Symbol total;
    for (const Symbol& gradient : gradients) {
      const Symbol part = ops::cast(sum_of_squares(gradient), DType::Float32);
      total = total.defined() ? ops::add(total, part) : part;
    }
    const double limit = *arguments_.global_clipnorm;
    const Symbol norm = ops::sqrt(total);
    // the difference is 0 but for a norm that is not finite: then all gradients become NaN, as in Keras
    const Symbol scale = ops::divide(limit, ops::maximum(norm, limit)) + (norm - norm);
    for (Symbol& gradient : gradients) gradient = ops::multiply(gradient, ops::cast(scale, gradient.dtype()));
  }
  return gradients;
}

/// w - w weight_decay learning_rate, which comes before the step.
Symbol OptimizerBase::decayed(const Variable& variable, const Symbol& learning_rate) const {
  const Symbol value = variable.symbol();
  const std::optional<double> decay = weight_decay_of(variable);
  if (!decay) return value;
  if (std::any_of(without_decay_.begin(), without_decay_.end(), [&](const Variable& v) { return v.is(variable); }))
    return value;
  const std::string path = path_of(variable);
  for (const std::string& pattern : patterns_without_decay_)
    if (std::regex_search(path, std::regex(pattern))) return value;
  return value - value * *decay * learning_rate;
}

/// The value of a variable after its average took it in, and every `ema_overwrite_frequency` steps overwrites it.
Symbol OptimizerBase::averaged(const Tracked& tracked, const Symbol& value, const Symbol& steps_done,
                               std::vector<Update>& updates) const {
  const Symbol later = ops::cast(ops::not_equal(steps_done, 0), value.dtype());  // the first step starts the average
  const Symbol momentum = later * arguments_.ema_momentum;
  const Symbol average = momentum * tracked.average.symbol() + (1 - momentum) * value;
  updates.push_back({tracked.average, average});
  if (!arguments_.ema_overwrite_frequency) return value;
  const Symbol overwrites = ops::equal(ops::mod(steps_done + 1, *arguments_.ema_overwrite_frequency), 0);
  return ops::where(overwrites, average, value);
}

Symbol OptimizerBase::rate() const {
  if (learning_rate_.schedule() == nullptr) return rate_.symbol();
  return (*learning_rate_.schedule())(ops::cast(iterations_, DType::Float32));
}

std::vector<Update> OptimizerBase::apply_gradients(const std::vector<Symbol>& given,
                                                   const std::vector<Variable>& variables) {
  build(variables);
  KCPP_CHECK(given.size() == variables.size(), ValueError, "[Optimizer] received ", given.size(), " gradients for ",
             variables.size(), " variables");
  std::vector<Update> updates;
  std::vector<Symbol> gradients;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Symbol gradient = ops::cast(given[i], variables[i].dtype());
    gradients.push_back(arguments_.loss_scale_factor ? gradient / *arguments_.loss_scale_factor : gradient);
  }
  const Symbol next = ops::add(iterations_, 1);
  Symbol is_step;  // with accumulation: whether this call changes the variables
  Symbol steps_done = iterations_.symbol();
  if (arguments_.gradient_accumulation_steps) {
    const std::int64_t every = *arguments_.gradient_accumulation_steps;
    is_step = ops::equal(ops::mod(next, every), 0);
    steps_done = ops::floor_divide(iterations_, every);
    gradients = accumulated(std::move(gradients), is_step, updates);
  }
  gradients = clipped(std::move(gradients));
  const Symbol learning_rate = rate();
  const auto only_at_steps = [&is_step](const Symbol& changed, const Symbol& old) {
    return is_step.defined() ? ops::where(is_step, changed, old) : changed;
  };

  std::vector<Symbol> shared;
  for (const Variable& variable : shared_) shared.push_back(variable.symbol());
  shared = shared_step(shared, ops::cast(steps_done + 1, DType::Float32));
  for (std::size_t i = 0; i < shared_.size(); ++i)
    updates.push_back({shared_[i], only_at_steps(shared[i], shared_[i].symbol())});

  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Tracked& tracked = tracked_[i];
    const DType dtype = tracked.variable.dtype();
    const Symbol local_rate = ops::cast(learning_rate, dtype);
    OptimizerStep step{.gradient = gradients[i],
                       .value = decayed(tracked.variable, local_rate),
                       .slots = {},
                       .learning_rate = local_rate,
                       .iteration = ops::cast(steps_done + 1, dtype),
                       .variable = tracked.variable,
                       .shared = shared};
    for (const Variable& slot : tracked.slots) step.slots.push_back(slot.symbol());
    const OptimizerResult result = this->step(step);
    Symbol value = only_at_steps(result.value, tracked.variable.symbol());
    for (std::size_t s = 0; s < tracked.slots.size(); ++s)
      updates.push_back({tracked.slots[s], only_at_steps(result.slots.at(s), step.slots[s])});
    if (arguments_.use_ema) value = averaged(tracked, value, steps_done, updates);
    updates.push_back({tracked.variable, value});
  }
  updates.push_back({iterations_, next});
  return updates;
}

std::vector<Update> OptimizerBase::get_updates(const Symbol& loss, const std::vector<Variable>& variables) {
  build(variables);
  return apply_gradients(gradients(scale_loss(loss), SymbolList(variables), {.disconnected_inputs = "ignore"}),
                         variables);
}

// --- the learning rate

void OptimizerBase::set_learning_rate(double value) {
  KCPP_CHECK(rate_.defined(), ValueError,
             "[Optimizer] the learning rate follows a schedule and cannot be set to a number");
  check_rate(value);
  rate_.set_value(full({}, value));
}

double OptimizerBase::learning_rate() const { return compute_now(rate()).item<double>(); }

// --- config

Config OptimizerBase::get_config() const {
  const OptimizerArguments& a = arguments_;
  Config config = Config::map({{"name", a.name}});
  config.set("learning_rate", rate_.defined() ? Config(rate_.get_value().item<double>()) : to_config(learning_rate_));
  config.set("weight_decay", to_config(a.weight_decay));
  config.set("clipnorm", to_config(a.clipnorm));
  config.set("global_clipnorm", to_config(a.global_clipnorm));
  config.set("clipvalue", to_config(a.clipvalue));
  config.set("use_ema", a.use_ema);
  config.set("ema_momentum", a.ema_momentum);
  config.set("ema_overwrite_frequency", to_config(a.ema_overwrite_frequency));
  config.set("loss_scale_factor", to_config(a.loss_scale_factor));
  config.set("gradient_accumulation_steps", to_config(a.gradient_accumulation_steps));
  return config;
}

void OptimizerBase::exclude_from_weight_decay(const std::vector<Variable>& var_list,
                                              const std::vector<std::string>& var_names) {
  without_decay_.insert(without_decay_.end(), var_list.begin(), var_list.end());
  patterns_without_decay_.insert(patterns_without_decay_.end(), var_names.begin(), var_names.end());
}

Optimizer::Optimizer(const std::string& name)
    : object_(std::dynamic_pointer_cast<OptimizerBase>(deserialize_object("optimizer", Config(name)))) {}

}  // namespace kerascpp
