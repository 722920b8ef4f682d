#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>
#include <kerascpp/core/device.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// Another member has ended, so that no more gradients come from it.
class ExchangeEnded : public Error {
 public:
  using Error::Error;
};

/// Threads that train copies of a model, each on a device of its own, and add up their gradients step by step.
class GradientExchange {
 public:
  /// One member for each device, all of one backend.
  explicit GradientExchange(const std::vector<Device>& devices);

  [[nodiscard]] int members() const { return static_cast<int>(places_.size()); }
  /// Replaces the values of each member's variables by the sums over all members, added in their order: every member
  /// calls it with as many variables of the same shapes. Waits for the others; throws ExchangeEnded when one has ended.
  void add_up(int member, const std::vector<Variable>& variables);
  /// No member goes on.
  void end();

 private:
  void add_up_all();
  void add_up_on_host(std::size_t k);

  std::vector<std::shared_ptr<runtime::Accelerator>> places_;  // empty ones: the host
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<const std::vector<Variable>*> given_;  // by each member in this round
  int arrived_ = 0;
  long round_ = 0;
  bool ended_ = false;
};

/// While it lives, steps of training on this thread are those of a member.
class ExchangeMember {
 public:
  ExchangeMember(GradientExchange& exchange, int number);
  ~ExchangeMember();
  ExchangeMember(const ExchangeMember&) = delete;
  ExchangeMember& operator=(const ExchangeMember&) = delete;

  /// That of this thread; null: it trains by itself.
  [[nodiscard]] static const ExchangeMember* current();

  [[nodiscard]] int members() const { return exchange_.members(); }
  void add_up(const std::vector<Variable>& variables) const { exchange_.add_up(number_, variables); }

 private:
  GradientExchange& exchange_;
  int number_;
};

}  // namespace kerascpp
