#pragma once

#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// While it lives, layers called on this thread read `symbol` in place of `variable`.
class WeightSubstitution {
 public:
  WeightSubstitution(Variable variable, Symbol symbol);
  ~WeightSubstitution();
  WeightSubstitution(const WeightSubstitution&) = delete;
  WeightSubstitution& operator=(const WeightSubstitution&) = delete;

  /// What stands for a variable now: the innermost substitution, or the variable itself.
  [[nodiscard]] static Symbol of(const Variable& variable);

 private:
  Variable variable_;
  Symbol symbol_;
  WeightSubstitution* outer_;
};

}  // namespace kerascpp
