#include "layers/weight_substitution.hpp"

#include <utility>

namespace kerascpp {
namespace {

thread_local WeightSubstitution* innermost = nullptr;

}  // namespace

WeightSubstitution::WeightSubstitution(Variable variable, Symbol symbol)
    : variable_(std::move(variable)), symbol_(std::move(symbol)), outer_(std::exchange(innermost, this)) {}

WeightSubstitution::~WeightSubstitution() { innermost = outer_; }

Symbol WeightSubstitution::of(const Variable& variable) {
  for (const WeightSubstitution* scope = innermost; scope != nullptr; scope = scope->outer_)
    if (scope->variable_.is(variable)) return scope->symbol_;
  return variable.symbol();
}

}  // namespace kerascpp
