#pragma once

#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

enum class DisconnectedInputs { Zero, Raise };

/// Symbolic gradients of the sum of `loss` (each one a scalar or summed over its elements) with respect to `wrt`.
///
/// loss    one or several floating symbols
/// wrt     symbols or variables; the results have their shapes and dtypes
/// Gradients are written in public operations, so they can be differentiated again.
/// Throws ValueError naming the symbol when one of `wrt` does not influence `loss` and `disconnected` is Raise;
/// with Zero it gets zeros. Throws ValueError naming the op when an op on the way is not differentiable.
/// Source: keras.backend.gradients, theano.grad.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients(const SymbolList& loss, const SymbolList& wrt,
                                                     DisconnectedInputs disconnected = DisconnectedInputs::Zero);

/// The vector-Jacobian product: gradients of the sum of `outputs[i] * output_gradients[i]`.
[[nodiscard]] KCPP_API std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs,
                                                        const std::vector<Symbol>& output_gradients,
                                                        const std::vector<Symbol>& wrt);

}  // namespace kerascpp
