#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace kerascpp::compiler {

/// The times of a plan's steps. Calls from several threads at once are added up.
class StepTimes {
 public:
  using Clock = std::chrono::steady_clock;

  struct Step {
    std::atomic<std::int64_t> calls{0}, nanoseconds{0};  // of all calls
    std::atomic<std::int64_t> start{0}, last{0};         // of the last call
  };

  explicit StepTimes(std::size_t count) : steps_(count) {}

  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

  /// Measures a step from its making to its end. Does nothing without `times`.
  class Timer {
   public:
    Timer(StepTimes* times, std::size_t step, Clock::time_point call) : times_(times), step_(step), call_(call) {
      if (times_ != nullptr) start_ = Clock::now();
    }
    ~Timer() {
      if (times_ == nullptr) return;
      Step& step = times_->steps_[step_];
      const std::int64_t took = (Clock::now() - start_) / std::chrono::nanoseconds(1);
      ++step.calls;
      step.nanoseconds += took;
      step.start = (start_ - call_) / std::chrono::nanoseconds(1);
      step.last = took;
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    StepTimes* times_;
    std::size_t step_;
    Clock::time_point call_, start_;
  };

 private:
  std::vector<Step> steps_;
};

}  // namespace kerascpp::compiler
