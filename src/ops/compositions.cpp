#include "graph/composition.hpp"

#include <utility>

#include <kerascpp/graph/node.hpp>

#include "ops/attention_form.hpp"

namespace kerascpp {

std::vector<Symbol> composition(const Node& node, const std::vector<Symbol>& inputs) {
  using Compose = std::vector<Symbol> (*)(const Node&, const std::vector<Symbol>&);
  static constexpr std::pair<std::string_view, Compose> kCompositions[] = {
      {"attention", ops::compose_attention},
      {"attention_gradient", ops::compose_attention_gradient},
  };
  for (const auto& [op, compose] : kCompositions)
    if (op == node.op().name) return compose(node, inputs);
  return {};
}

}  // namespace kerascpp
