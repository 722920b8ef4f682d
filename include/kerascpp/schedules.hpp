#pragma once

#include <memory>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of learning-rate schedules; inherit from it to make your own.
class KCPP_API ScheduleBase : public Object {
 public:
  /// The rate as a function of the step, a float32 scalar counted from 0.
  [[nodiscard]] virtual Symbol operator()(const Symbol& step) const = 0;
};

/// A number or a schedule.
class KCPP_API LearningRate {
 public:
  LearningRate(double value) : value_(value) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_base_of_v<ScheduleBase, T> LearningRate(std::shared_ptr<T> schedule)  // NOLINT
      : schedule_(std::move(schedule)) {}

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] const std::shared_ptr<const ScheduleBase>& schedule() const { return schedule_; }

 private:
  double value_ = 0;
  std::shared_ptr<const ScheduleBase> schedule_;
};

[[nodiscard]] KCPP_API Config to_config(const LearningRate& learning_rate);
KCPP_API void from_config(const Config& config, LearningRate& learning_rate);

}  // namespace kerascpp
