#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// Expressions with the leaves they are functions of: what passes take and give, and what nodes with bodies own.
class KCPP_API Graph {
 public:
  std::vector<Symbol> inputs;                        ///< placeholders, in the order in which values are given
  std::vector<Symbol> outputs;                       ///< what is computed
  std::vector<std::pair<Variable, Symbol>> updates;  ///< new values of variables, assigned together at the end

  /// Every node that outputs and updates depend on, inputs before users; deterministic.
  [[nodiscard]] std::vector<std::shared_ptr<Node>> nodes() const;
};

/// One line per node: `%3 = multiply(%1, %2) : float32 (2, 3)`, then `return` and `update` lines.
[[nodiscard]] KCPP_API std::string to_string(const Graph& graph);

/// `value` with leaves replaced: each first symbol by its second. Source: theano.clone with replace.
[[nodiscard]] KCPP_API Symbol substitute(const Symbol& value,
                                         const std::vector<std::pair<Symbol, Symbol>>& replacements);

}  // namespace kerascpp
