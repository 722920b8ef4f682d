#pragma once

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// Arguments of functions that have none.
struct NoArguments {};

/// The values of targets and predictions that a TargetFunction computes.
template <class Arguments>
using TargetValues = Symbol(const Symbol& y_true, const Symbol& y_pred, const Arguments& arguments);

/// A loss or a metric as a function, one value per sample: `losses::huber(y_true, y_pred, {.delta = 0.5})` on symbols
/// or tensors, and `.loss = losses::huber` in compile.
template <class Arguments>
class TargetFunction {
 public:
  constexpr TargetFunction(const char* name, TargetValues<Arguments>* values) : name_(name), values_(values) {}
  [[nodiscard]] Symbol operator()(const Operand& y_true, const Operand& y_pred, const Arguments& arguments = {}) const {
    return values_(y_true.symbol(), y_pred.symbol(), arguments);
  }
  [[nodiscard]] Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Arguments& arguments = {}) const {
    return compute_now((*this)(Operand(y_true), Operand(y_pred), arguments));
  }
  /// As in Keras: "huber".
  [[nodiscard]] constexpr const char* name() const { return name_; }

 private:
  const char* name_;
  TargetValues<Arguments>* values_;
};

}  // namespace kerascpp
