#pragma once

#include <type_traits>
#include <utility>

#include <kerascpp/models/arguments.hpp>

namespace kerascpp {

/// What a file keeps of a model to prove itself by: a sample and what the model computes of it.
///
/// `true` draws a sample of two rows, the same for every model of equal inputs; data of your own stands for itself:
/// `model.save("m.keras", {.self_check = x.rows(0, 4)})`.
class SelfCheck {
 public:
  /// Nothing is kept.
  SelfCheck() = default;
  SelfCheck(bool draws) : draws_(draws) {}  // NOLINT: implicit by design
  template <class T>
  requires(std::is_convertible_v<const T&, DataArgument> && !std::is_arithmetic_v<T> && !std::is_same_v<T, SelfCheck>)
      SelfCheck(const T& sample)  // NOLINT: implicit by design
      : sample_(sample) {}
  SelfCheck(std::initializer_list<Tensor> sample) : sample_(sample) {}

  [[nodiscard]] bool wanted() const { return draws_ || !sample_.empty(); }
  /// Empty: one is drawn.
  [[nodiscard]] const DataArgument& sample() const { return sample_; }

 private:
  bool draws_ = false;
  DataArgument sample_;
};

}  // namespace kerascpp
