#include <kerascpp/optimizers.hpp>

#include <algorithm>
#include <cmath>

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

Symbol cast(const Symbol& x, DType dtype) {
  return x.dtype() == dtype ? x : make_symbol("cast", {x}, {{"dtype", dtype}});
}

Symbol sum_of_squares(const Symbol& x) { return ops::sum(ops::square(x)); }

}  // namespace

OptimizerBase::OptimizerBase(LearningRate learning_rate, OptimizerArguments arguments)
    : learning_rate_(std::move(learning_rate)),
      arguments_(std::move(arguments)),
      iterations_(full({}, 0, DType::Int64), "iteration") {
  const double rate = learning_rate_.value();
  KCPP_CHECK(learning_rate_.schedule() != nullptr || (std::isfinite(rate) && rate >= 0), ValueError,
             "[Optimizer] learning_rate must be a finite number of at least 0, received ", rate);
  check_positive(arguments_.clipnorm, "clipnorm");
  check_positive(arguments_.clipvalue, "clipvalue");
  check_positive(arguments_.global_clipnorm, "global_clipnorm");
  const int clips =
      (arguments_.clipnorm ? 1 : 0) + (arguments_.clipvalue ? 1 : 0) + (arguments_.global_clipnorm ? 1 : 0);
  KCPP_CHECK(clips <= 1, ValueError,
             "[Optimizer] only one of clipnorm, clipvalue and global_clipnorm can be set, received ", clips);
  KCPP_CHECK(!arguments_.use_ema || (arguments_.ema_momentum >= 0 && arguments_.ema_momentum <= 1), ValueError,
             "[Optimizer] ema_momentum must be in [0, 1], received ", arguments_.ema_momentum);
  KCPP_CHECK(!arguments_.gradient_accumulation_steps || *arguments_.gradient_accumulation_steps >= 2, ValueError,
             "[Optimizer] gradient_accumulation_steps must be at least 2, received ",
             *arguments_.gradient_accumulation_steps);
  if (learning_rate_.schedule() == nullptr) rate_ = Variable(full({}, rate), "learning_rate");
}

Tensor OptimizerBase::initial_slot(std::string_view, const Variable& variable) const {
  return zeros(variable.shape(), variable.dtype());
}

void OptimizerBase::build(const std::vector<Variable>& variables) {
  if (!tracked_.empty()) {
    const bool same =
        tracked_.size() == variables.size() &&
        std::equal(tracked_.begin(), tracked_.end(), variables.begin(),
                   [](const Tracked& tracked, const Variable& variable) { return tracked.variable.is(variable); });
    KCPP_CHECK(same, ValueError, "[Optimizer] was built for ", tracked_.size(), " variables and is now given ",
               variables.size(), " others; compile again with a new optimizer after changing what is trainable");
    return;
  }
  for (const Variable& variable : variables) {
    Tracked tracked{variable, {}, {}, {}};
    for (const std::string& slot : slot_names())
      tracked.slots.emplace_back(initial_slot(slot, variable), variable.name() + "_" + slot);
    if (arguments_.use_ema) tracked.average = Variable(variable.get_value(), variable.name() + "_average");
    if (arguments_.gradient_accumulation_steps)
      tracked.accumulated = Variable(zeros(variable.shape(), variable.dtype()), variable.name() + "_accumulator");
    tracked_.push_back(std::move(tracked));
  }
}

std::vector<Symbol> OptimizerBase::clipped(std::vector<Symbol> gradients) const {
  if (arguments_.clipvalue) {
    for (Symbol& gradient : gradients)
      gradient = ops::minimum(ops::maximum(gradient, -*arguments_.clipvalue), *arguments_.clipvalue);
  } else if (arguments_.clipnorm) {
    for (Symbol& gradient : gradients) {
      const Symbol norm = ops::sqrt(sum_of_squares(gradient));
      gradient = ops::multiply(gradient, ops::divide(*arguments_.clipnorm, ops::maximum(norm, *arguments_.clipnorm)));
    }
  } else if (arguments_.global_clipnorm) {
    Symbol total;
    for (const Symbol& gradient : gradients) {
      const Symbol part = cast(sum_of_squares(gradient), DType::Float32);
      total = total.defined() ? ops::add(total, part) : part;
    }
    const double limit = *arguments_.global_clipnorm;
    const Symbol scale = ops::divide(limit, ops::maximum(ops::sqrt(total), limit));
    for (Symbol& gradient : gradients) gradient = ops::multiply(gradient, cast(scale, gradient.dtype()));
  }
  return gradients;
}

Symbol OptimizerBase::rate() const {
  if (learning_rate_.schedule() == nullptr) return rate_.symbol();
  return (*learning_rate_.schedule())(cast(iterations_.symbol(), DType::Float32));
}

std::vector<Update> OptimizerBase::apply_gradients(const std::vector<Symbol>& given,
                                                   const std::vector<Variable>& variables) {
  build(variables);
  KCPP_CHECK(given.size() == variables.size(), ValueError, "[Optimizer] received ", given.size(), " gradients for ",
             variables.size(), " variables");
  std::vector<Update> updates;
  std::vector<Symbol> gradients = given;
  const Symbol next = ops::add(iterations_, 1);
  Symbol is_step;  // with accumulation: whether this call changes the variables
  Symbol steps_done = iterations_.symbol();
  if (arguments_.gradient_accumulation_steps) {
    const std::int64_t every = *arguments_.gradient_accumulation_steps;
    is_step = ops::equal(ops::mod(next, every), 0);
    steps_done = ops::floor_divide(iterations_, every);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      const Symbol sum = ops::add(tracked_[i].accumulated, gradients[i]);
      updates.push_back({tracked_[i].accumulated, ops::where(is_step, ops::multiply(sum, 0), sum)});
      gradients[i] = ops::divide(sum, static_cast<double>(every));
    }
  }
  gradients = clipped(std::move(gradients));
  const Symbol learning_rate = rate();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Tracked& tracked = tracked_[i];
    const Variable& variable = tracked.variable;
    const Symbol old = variable.symbol();
    OptimizerStep step{
        gradients[i], old, {}, cast(learning_rate, variable.dtype()), cast(ops::add(steps_done, 1), variable.dtype())};
    const bool decayed = arguments_.weight_decay && std::none_of(without_decay_.begin(), without_decay_.end(),
                                                                 [&](const Variable& v) { return v.is(variable); });
    // as Keras: w -= w * weight_decay * learning_rate comes before the step
    if (decayed)
      step.value = ops::subtract(old, ops::multiply(ops::multiply(old, *arguments_.weight_decay), step.learning_rate));
    for (const Variable& slot : tracked.slots) step.slots.push_back(slot.symbol());
    OptimizerResult result = this->step(step);
    if (is_step.defined()) {
      result.value = ops::where(is_step, result.value, old);
      for (std::size_t s = 0; s < result.slots.size(); ++s)
        result.slots[s] = ops::where(is_step, result.slots[s], step.slots[s]);
    }
    if (arguments_.use_ema) {
      const double momentum = arguments_.ema_momentum;
      const Symbol average =
          ops::add(ops::multiply(tracked.average, momentum), ops::multiply(result.value, 1 - momentum));
      updates.push_back({tracked.average, average});
      if (arguments_.ema_overwrite_frequency)
        result.value =
            ops::where(ops::equal(ops::mod(next, *arguments_.ema_overwrite_frequency), 0), average, result.value);
    }
    updates.push_back({variable, result.value});
    for (std::size_t s = 0; s < result.slots.size(); ++s) updates.push_back({tracked.slots[s], result.slots[s]});
  }
  updates.push_back({iterations_, next});
  return updates;
}

std::vector<Update> OptimizerBase::get_updates(const Symbol& loss, const std::vector<Variable>& variables) {
  return apply_gradients(gradients(loss, SymbolList(variables)), variables);
}

void OptimizerBase::set_learning_rate(double value) {
  KCPP_CHECK(rate_.defined(), ValueError,
             "[Optimizer] the learning rate follows a schedule and cannot be set to a number");
  KCPP_CHECK(std::isfinite(value) && value >= 0, ValueError,
             "[Optimizer] learning_rate must be a finite number of at least 0, received ", value);
  rate_.set_value(full({}, value));
}

double OptimizerBase::learning_rate() const { return compute_now(rate()).item<double>(); }

std::vector<Variable> OptimizerBase::variables() const {
  std::vector<Variable> all{iterations_};
  if (rate_.defined()) all.push_back(rate_);
  const std::size_t slots = slot_names().size(), together = std::min(slots, slots_kept_together());
  for (const Tracked& tracked : tracked_)
    for (std::size_t s = 0; s < together; ++s) all.push_back(tracked.slots[s]);
  for (std::size_t s = together; s < slots; ++s)
    for (const Tracked& tracked : tracked_) all.push_back(tracked.slots[s]);
  for (const Tracked& tracked : tracked_)
    if (tracked.average.defined()) all.push_back(tracked.average);
  for (const Tracked& tracked : tracked_)
    if (tracked.accumulated.defined()) all.push_back(tracked.accumulated);
  return all;
}

Config OptimizerBase::get_config() const {
  const OptimizerArguments& a = arguments_;
  Config config = Config::map({{"name", a.name}});
  const Config rate = rate_.defined() ? Config(learning_rate()) : to_config(learning_rate_);
  config.set("learning_rate", rate);
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

void OptimizerBase::exclude_from_weight_decay(const std::vector<Variable>& variables) {
  without_decay_.insert(without_decay_.end(), variables.begin(), variables.end());
}

Optimizer::Optimizer(const std::string& name)
    : object_(std::dynamic_pointer_cast<OptimizerBase>(deserialize_object("optimizer", Config(name)))) {}

// --- learning rates

Config to_config(const LearningRate& learning_rate) {
  return learning_rate.schedule() == nullptr ? Config(learning_rate.value())
                                             : serialize_object("schedule", *learning_rate.schedule());
}

void from_config(const Config& config, LearningRate& learning_rate) {
  if (config.is_number()) {
    learning_rate = config.as_double();
    return;
  }
  auto schedule = std::dynamic_pointer_cast<ScheduleBase>(deserialize_object("schedule", config));
  KCPP_CHECK(schedule != nullptr, FormatError, "expected a learning rate or a schedule, received ", config);
  learning_rate = LearningRate(std::move(schedule));
}

}  // namespace kerascpp
