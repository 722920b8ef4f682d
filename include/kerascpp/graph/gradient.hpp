#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

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

/// Symbolic gradients of the sum of `loss` (each one a scalar or summed over its elements) with respect to `wrt`.
///
/// loss    one or several floating symbols
/// wrt     symbols or variables; the results have their shapes and dtypes
/// Gradients are written in public operations, so they can be differentiated again. What has derivative zero wherever
/// it has one (comparisons, roundings, stop_gradient) gives zeros; an input is disconnected when its values do not
/// matter at all.
/// Throws ValueError naming the symbol that is disconnected, or the op on the way that is not differentiable;
/// DTypeError or ShapeError for a known gradient that does not fit. Source: keras.backend.gradients, theano.grad.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients(const SymbolList& loss, const SymbolList& wrt,
                                                     const GradientOptions& options = {});

/// The same of one scalar, in the form of `wrt`: one gradient for one symbol. Throws ShapeError when `cost` is no
/// scalar. Source: theano.grad.
[[nodiscard]] KCPP_API SymbolList grad(const Symbol& cost, const SymbolList& wrt, const GradientOptions& options = {});

/// The vector-Jacobian product: gradients of the sum of `outputs[i] * output_gradients[i]`. A gradient is undefined
/// where none flows.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs,
                                                        const std::vector<Symbol>& output_gradients,
                                                        const std::vector<Symbol>& wrt);
/// The same with what the options say of constants and of disconnected inputs; no gradient is undefined.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs,
                                                        const std::vector<Symbol>& output_gradients,
                                                        const std::vector<Symbol>& wrt, const GradientOptions& options);

}  // namespace kerascpp
