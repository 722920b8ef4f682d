#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// A symbol of which the gradient is given.
struct KnownGradient {
  Symbol symbol;
  Operand gradient;
};

struct GradientOptions {
  /// Symbols through which no gradient flows, as if they were constants.
  SymbolList consider_constant = {};
  /// What to do when the loss does not depend on one of `wrt`: "raise" a ValueError, "warn" on standard error, or
  /// "ignore" it; with the latter two its gradient is zeros.
  std::string disconnected_inputs = "raise";
  /// Gradients from which to go on: those of the symbols are not computed from the loss, which may be left out.
  std::vector<KnownGradient> known_grads = {};
};

/// Gradients as above, with Theano's options. What has derivative zero wherever it has one (comparisons, roundings,
/// stop_gradient) gives zeros; an input is disconnected when its values do not matter at all.
/// Throws ValueError naming the symbol that is disconnected, or the op on the way that is not differentiable;
/// DTypeError or ShapeError for a known gradient that does not fit. Source: theano.grad.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients(const SymbolList& loss, const SymbolList& wrt,
                                                     const GradientOptions& options);

/// The same of one scalar, in the form of `wrt`: one gradient for one symbol. Throws ShapeError when `cost` is no
/// scalar. Source: theano.grad.
[[nodiscard]] KCPP_API SymbolList grad(const Symbol& cost, const SymbolList& wrt, const GradientOptions& options = {});

/// The vector-Jacobian product with what the options say of constants and of disconnected inputs; no gradient is
/// undefined.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs,
                                                        const std::vector<Symbol>& output_gradients,
                                                        const std::vector<Symbol>& wrt, const GradientOptions& options);

}  // namespace kerascpp
