#include <kerascpp/schedules.hpp>

#include <cmath>
#include <numbers>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "optimizers/families.hpp"
#include "saving/configured.hpp"

namespace kerascpp {
namespace {

/// A user's function of the step.
class FunctionSchedule final : public ScheduleBase {
 public:
  explicit FunctionSchedule(Callable<Symbol(const Symbol&)> function) : function_(std::move(function)) {}
  [[nodiscard]] std::string class_name() const override { return "function"; }
  [[nodiscard]] Symbol operator()(const Symbol& step) const override { return function_(step); }
  [[nodiscard]] Config get_config() const override {
    throw ValueError(
        "a learning rate that is a plain callable cannot be saved; derive a class from ScheduleBase and "
        "register it");
  }

 private:
  Callable<Symbol(const Symbol&)> function_;
};

}  // namespace

LearningRate LearningRate::from_function(Callable<Symbol(const Symbol&)> function) {
  return LearningRate(std::make_shared<FunctionSchedule>(std::move(function)));
}

double LearningRate::operator()(std::int64_t step) const {
  if (schedule_ == nullptr) return value_;
  return compute_now((*schedule_)(constant(full({}, static_cast<double>(step))))).item<double>();
}

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

namespace optimizers::schedules {
namespace {

void check_finite(const char* schedule, std::initializer_list<double> numbers) {
  for (const double number : numbers)
    KCPP_CHECK(std::isfinite(number), ValueError, "[", schedule, "] expected finite numbers, received ", number);
}

void check_steps(const char* schedule, const char* what, std::int64_t steps) {
  KCPP_CHECK(steps > 0, ValueError, "[", schedule, "] ", what, " must be at least 1, received ", steps);
}

/// step / steps, in whole numbers with `staircase`.
Symbol progress(const Symbol& step, std::int64_t steps, bool staircase) {
  const Symbol share = step / static_cast<double>(steps);
  return staircase ? ops::floor(share) : share;
}

struct DecayFields {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 1;
  double decay_rate = 0;
  bool staircase = false;
  std::string name = {};
  KCPP_FIELDS(initial_learning_rate, decay_steps, decay_rate, staircase, name)
};

/// The two decays that share their arguments.
template <class Derived>
class Decay : public Configured<Derived, ScheduleBase, DecayFields> {
 public:
  explicit Decay(DecayFields options) : Configured<Derived, ScheduleBase, DecayFields>(std::move(options)) {
    DecayFields& o = this->options_;
    if (o.name.empty()) o.name = Derived::kClassName;
    check_finite(Derived::kClassName, {o.initial_learning_rate, o.decay_rate});
    check_steps(Derived::kClassName, "decay_steps", o.decay_steps);
  }
};

class ExponentialDecaySchedule final : public Decay<ExponentialDecaySchedule> {
 public:
  static constexpr const char* kClassName = "ExponentialDecay";
  using Decay::Decay;
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    return options_.initial_learning_rate *
           ops::power(options_.decay_rate, progress(step, options_.decay_steps, options_.staircase));
  }
};

class InverseTimeDecaySchedule final : public Decay<InverseTimeDecaySchedule> {
 public:
  static constexpr const char* kClassName = "InverseTimeDecay";
  using Decay::Decay;
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    return options_.initial_learning_rate /
           (1 + options_.decay_rate * progress(step, options_.decay_steps, options_.staircase));
  }
};

struct PiecewiseConstantFields {
  std::vector<double> boundaries = {};
  std::vector<double> values = {};
  std::string name = "PiecewiseConstant";
  KCPP_FIELDS(boundaries, values, name)
};

class PiecewiseConstantDecaySchedule final
    : public Configured<PiecewiseConstantDecaySchedule, ScheduleBase, PiecewiseConstantFields> {
 public:
  static constexpr const char* kClassName = "PiecewiseConstantDecay";
  explicit PiecewiseConstantDecaySchedule(PiecewiseConstantFields options) : Configured(std::move(options)) {
    KCPP_CHECK(options_.boundaries.size() + 1 == options_.values.size() && !options_.boundaries.empty(), ValueError,
               "[PiecewiseConstantDecay] expected one value more than boundaries, received ", options_.values.size(),
               " values and ", options_.boundaries.size(), " boundaries");
    for (const double value : options_.values) check_finite(kClassName, {value});
    for (std::size_t i = 1; i < options_.boundaries.size(); ++i)
      KCPP_CHECK(options_.boundaries[i - 1] < options_.boundaries[i], ValueError,
                 "[PiecewiseConstantDecay] boundaries must grow, received ", options_.boundaries[i - 1], " before ",
                 options_.boundaries[i]);
  }
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    Symbol rate = constant(full({}, options_.values.back()));
    for (std::size_t i = options_.boundaries.size(); i-- > 0;)
      rate = ops::where(step <= options_.boundaries[i], options_.values[i], rate);
    return rate;
  }
};

struct PolynomialDecayFields {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 1;
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;
  std::string name = "PolynomialDecay";
  KCPP_FIELDS(initial_learning_rate, decay_steps, end_learning_rate, power, cycle, name)
};

class PolynomialDecaySchedule final : public Configured<PolynomialDecaySchedule, ScheduleBase, PolynomialDecayFields> {
 public:
  static constexpr const char* kClassName = "PolynomialDecay";
  explicit PolynomialDecaySchedule(PolynomialDecayFields options) : Configured(std::move(options)) {
    check_finite(kClassName, {options_.initial_learning_rate, options_.end_learning_rate, options_.power});
    check_steps(kClassName, "decay_steps", options_.decay_steps);
  }
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    const auto steps = static_cast<double>(options_.decay_steps);
    Symbol share = ops::minimum(step, steps) / steps;
    if (options_.cycle)  // the whole is as many times decay_steps as have begun
      share = step / (steps * ops::where(ops::equal(step, 0), 1, ops::ceil(step / steps)));
    return (options_.initial_learning_rate - options_.end_learning_rate) * ops::power(1 - share, options_.power) +
           options_.end_learning_rate;
  }
};

/// 1 at the start of a period and alpha at its end, along half a cosine.
Symbol cosine(const Symbol& share, double alpha) {
  return (1 - alpha) * (0.5 * (1 + ops::cos(std::numbers::pi * share))) + alpha;
}

struct CosineDecayFields {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 1;
  double alpha = 0.0;
  std::string name = "CosineDecay";
  std::optional<double> warmup_target = {};
  std::int64_t warmup_steps = 0;
  KCPP_FIELDS(initial_learning_rate, decay_steps, alpha, name, warmup_target, warmup_steps)
};

class CosineDecaySchedule final : public Configured<CosineDecaySchedule, ScheduleBase, CosineDecayFields> {
 public:
  static constexpr const char* kClassName = "CosineDecay";
  explicit CosineDecaySchedule(CosineDecayFields options) : Configured(std::move(options)) {
    check_finite(kClassName, {options_.initial_learning_rate, options_.alpha, options_.warmup_target.value_or(0)});
    check_steps(kClassName, "decay_steps", options_.decay_steps);
    KCPP_CHECK(options_.warmup_steps >= 0, ValueError, "[CosineDecay] warmup_steps must not be negative, received ",
               options_.warmup_steps);
  }
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    const auto steps = static_cast<double>(options_.decay_steps), first = options_.initial_learning_rate;
    if (!options_.warmup_target) return first * cosine(ops::minimum(step, steps) / steps, options_.alpha);
    const auto warmup = static_cast<double>(options_.warmup_steps);
    const double target = *options_.warmup_target;
    const Symbol decayed = target * cosine((ops::minimum(step, steps + warmup) - warmup) / steps, options_.alpha);
    if (warmup == 0) return decayed;
    return ops::where(step < warmup, (target - first) * (step / warmup) + first, decayed);
  }
};

struct CosineDecayRestartsFields {
  double initial_learning_rate = 0;
  std::int64_t first_decay_steps = 1;
  double t_mul = 2.0;
  double m_mul = 1.0;
  double alpha = 0.0;
  std::string name = "SGDRDecay";
  KCPP_FIELDS(initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha, name)
};

class CosineDecayRestartsSchedule final
    : public Configured<CosineDecayRestartsSchedule, ScheduleBase, CosineDecayRestartsFields> {
 public:
  static constexpr const char* kClassName = "CosineDecayRestarts";
  explicit CosineDecayRestartsSchedule(CosineDecayRestartsFields options) : Configured(std::move(options)) {
    check_finite(kClassName, {options_.initial_learning_rate, options_.t_mul, options_.m_mul, options_.alpha});
    check_steps(kClassName, "first_decay_steps", options_.first_decay_steps);
    KCPP_CHECK(options_.t_mul > 0, ValueError, "[CosineDecayRestarts] t_mul must be positive, received ",
               options_.t_mul);
  }
  [[nodiscard]] Symbol operator()(const Symbol& step) const override {
    const double t = options_.t_mul;
    const Symbol share = step / static_cast<double>(options_.first_decay_steps);
    Symbol restarts = ops::floor(share), within = share - restarts;
    if (t != 1) {  // periods 1, t, t^2, ... begin at (t^i - 1) / (t - 1)
      restarts = ops::floor(ops::log(1 - share * (1 - t)) / std::log(t));
      const Symbol length = ops::power(t, restarts);
      within = (share - (1 - length) / (1 - t)) / length;
    }
    const Symbol factor = 0.5 * ops::power(options_.m_mul, restarts) * (1 + ops::cos(std::numbers::pi * within));
    return options_.initial_learning_rate * ((1 - options_.alpha) * factor + options_.alpha);
  }
};

template <class T>
void add(ObjectRegistry& registry) {
  registry.add(configured_class<T>("schedule", "keras.optimizers.schedules", {}));
}

}  // namespace

LearningRate ExponentialDecay(double initial_learning_rate, std::int64_t decay_steps, double decay_rate,
                              const DecayOptions& options) {
  return std::make_shared<ExponentialDecaySchedule>(
      DecayFields{initial_learning_rate, decay_steps, decay_rate, options.staircase, options.name});
}
LearningRate InverseTimeDecay(double initial_learning_rate, std::int64_t decay_steps, double decay_rate,
                              const DecayOptions& options) {
  return std::make_shared<InverseTimeDecaySchedule>(
      DecayFields{initial_learning_rate, decay_steps, decay_rate, options.staircase, options.name});
}
LearningRate PiecewiseConstantDecay(const std::vector<std::int64_t>& boundaries, const std::vector<double>& values,
                                    const PiecewiseConstantOptions& options) {
  return std::make_shared<PiecewiseConstantDecaySchedule>(
      PiecewiseConstantFields{{boundaries.begin(), boundaries.end()}, values, options.name});
}
LearningRate PolynomialDecay(double initial_learning_rate, std::int64_t decay_steps,
                             const PolynomialDecayOptions& options) {
  return std::make_shared<PolynomialDecaySchedule>(PolynomialDecayFields{
      initial_learning_rate, decay_steps, options.end_learning_rate, options.power, options.cycle, options.name});
}
LearningRate CosineDecay(double initial_learning_rate, std::int64_t decay_steps, const CosineDecayOptions& options) {
  return std::make_shared<CosineDecaySchedule>(CosineDecayFields{
      initial_learning_rate, decay_steps, options.alpha, options.name, options.warmup_target, options.warmup_steps});
}
LearningRate CosineDecayRestarts(double initial_learning_rate, std::int64_t first_decay_steps,
                                 const CosineDecayRestartsOptions& options) {
  return std::make_shared<CosineDecayRestartsSchedule>(CosineDecayRestartsFields{
      initial_learning_rate, first_decay_steps, options.t_mul, options.m_mul, options.alpha, options.name});
}

void register_schedules(ObjectRegistry& registry) {
  add<ExponentialDecaySchedule>(registry);
  add<InverseTimeDecaySchedule>(registry);
  add<PiecewiseConstantDecaySchedule>(registry);
  add<PolynomialDecaySchedule>(registry);
  add<CosineDecaySchedule>(registry);
  add<CosineDecayRestartsSchedule>(registry);
}

}  // namespace optimizers::schedules
}  // namespace kerascpp
