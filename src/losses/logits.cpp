#include "losses/logits.hpp"

#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "graph/patterns.hpp"

namespace kerascpp::losses {
namespace {

/// The symbol itself behind the marks of layers, which are identities, and the conversion from a half precision.
Symbol origin(const Symbol& symbol) {
  Symbol at = symbol;
  while (comes_from(at, "identity") || (comes_from(at, "cast") && is_floating(at.node()->input(0).dtype())))
    at = at.node()->input(0);
  return at;
}

}  // namespace

Symbol logits_of_sigmoid(const Symbol& probabilities) {
  const Symbol at = origin(probabilities);
  return comes_from(at, "sigmoid") ? ops::cast(at.node()->input(0), probabilities.dtype()) : Symbol();
}

Symbol logits_of_softmax(const Symbol& probabilities, std::int64_t axis) {
  const Symbol at = origin(probabilities);
  if (!comes_from(at, "softmax")) return {};
  if (at.node()->attributes().integer("axis") != normalize_axis(axis, at.ndim())) return {};
  return ops::cast(at.node()->input(0), probabilities.dtype());
}

}  // namespace kerascpp::losses
