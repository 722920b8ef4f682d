#pragma once

#include <vector>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>

#include "ops/elementwise.hpp"

/// Small pieces from which gradients are written.
namespace kerascpp::ops {

/// conj(x) of a complex symbol, x of another one.
[[nodiscard]] Symbol conjugate_if_complex(const Symbol& x);

/// Sums each gradient over the axes in which its input was broadcast. Undefined gradients stay so, and those of inputs
/// that no gradient can flow into (integers, bool) become so.
[[nodiscard]] Gradients reduced(const Node& node, const Gradients& gradients);

/// The gradient of a function with derivative `Derivative(x, y)`, y being the function's value: the chain rule.
template <auto Derivative>
Gradients chain(const Node& node, const Gradients& gradients) {
  return {gradients[0] * conjugate_if_complex(Derivative(node.input(0), node.output()))};
}

}  // namespace kerascpp::ops
