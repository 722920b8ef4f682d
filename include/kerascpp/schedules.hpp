#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of learning-rate schedules; inherit from it to make your own.
class KCPP_API ScheduleBase : public Object {
 public:
  /// The rate as a function of the step, a float32 scalar counted from 0.
  [[nodiscard]] virtual Symbol operator()(const Symbol& step) const = 0;
};

/// A number, a schedule, or a callable step -> rate on symbols.
class KCPP_API LearningRate {
 public:
  LearningRate(double value) : value_(value) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_base_of_v<ScheduleBase, T> LearningRate(std::shared_ptr<T> schedule)  // NOLINT
      : schedule_(std::move(schedule)) {}
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, const Symbol&> &&
      (!std::is_base_of_v<LearningRate, std::remove_cvref_t<F>>)LearningRate(F function)  // NOLINT
      : LearningRate(from_function(std::move(function))) {}

  /// Without a schedule.
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] const std::shared_ptr<const ScheduleBase>& schedule() const { return schedule_; }
  /// The rate at a step.
  [[nodiscard]] double operator()(std::int64_t step) const;

 private:
  static LearningRate from_function(Callable<Symbol(const Symbol&)> function);
  double value_ = 0;
  std::shared_ptr<const ScheduleBase> schedule_;
};

[[nodiscard]] KCPP_API Config to_config(const LearningRate& learning_rate);
KCPP_API void from_config(const Config& config, LearningRate& learning_rate);

/// Schedules under their Keras names; they count steps from 0. All throw ValueError for numbers that are not finite and
/// for steps below 1. Source: keras.optimizers.schedules.
namespace optimizers::schedules {

using LearningRateSchedule = ScheduleBase;

struct DecayOptions {
  bool staircase = false;  ///< whole steps of step / decay_steps only
  std::string name = {};
  KCPP_FIELDS(staircase, name)
};
/// initial * decay_rate^(step / decay_steps).
[[nodiscard]] KCPP_API LearningRate ExponentialDecay(double initial_learning_rate, std::int64_t decay_steps,
                                                     double decay_rate, const DecayOptions& options = {});
/// initial / (1 + decay_rate step / decay_steps).
[[nodiscard]] KCPP_API LearningRate InverseTimeDecay(double initial_learning_rate, std::int64_t decay_steps,
                                                     double decay_rate, const DecayOptions& options = {});

struct PiecewiseConstantOptions {
  std::string name = "PiecewiseConstant";
  KCPP_FIELDS(name)
};
/// values[i] up to and at step boundaries[i], the last one beyond. Throws ValueError unless there is one value more
/// than there are boundaries.
[[nodiscard]] KCPP_API LearningRate PiecewiseConstantDecay(const std::vector<std::int64_t>& boundaries,
                                                           const std::vector<double>& values,
                                                           const PiecewiseConstantOptions& options = {});

struct PolynomialDecayOptions {
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;  ///< starts again, each time over one more decay_steps
  std::string name = "PolynomialDecay";
  KCPP_FIELDS(end_learning_rate, power, cycle, name)
};
/// (initial - end) (1 - step / decay_steps)^power + end.
[[nodiscard]] KCPP_API LearningRate PolynomialDecay(double initial_learning_rate, std::int64_t decay_steps,
                                                    const PolynomialDecayOptions& options = {});

struct CosineDecayOptions {
  double alpha = 0.0;  ///< the share of the rate that is left in the end
  std::string name = "CosineDecay";
  std::optional<double> warmup_target = {};  ///< the rate goes up to it first
  std::int64_t warmup_steps = 0;
  KCPP_FIELDS(alpha, name, warmup_target, warmup_steps)
};
/// Down half a cosine over decay_steps. Source: Loshchilov and Hutter, arXiv 1608.03983.
[[nodiscard]] KCPP_API LearningRate CosineDecay(double initial_learning_rate, std::int64_t decay_steps,
                                                const CosineDecayOptions& options = {});

struct CosineDecayRestartsOptions {
  double t_mul = 2.0;  ///< each period is longer by this factor
  double m_mul = 1.0;  ///< and starts at this factor of the one before
  double alpha = 0.0;
  std::string name = "SGDRDecay";
  KCPP_FIELDS(t_mul, m_mul, alpha, name)
};
/// CosineDecay that starts again. Source: Loshchilov and Hutter, arXiv 1608.03983.
[[nodiscard]] KCPP_API LearningRate CosineDecayRestarts(double initial_learning_rate, std::int64_t first_decay_steps,
                                                        const CosineDecayRestartsOptions& options = {});

}  // namespace optimizers::schedules

}  // namespace kerascpp
