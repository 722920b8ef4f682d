#include <unordered_map>

#include <kerascpp/core/error.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {
namespace {

/// What the last input of a LikeLast node becomes.
Symbol shape_only(const Symbol& like) {
  return make_symbol("shape_only", {}, {{"dtype", like.dtype()}, {"shape", like.shape()}});
}

Attributes specialized_bodies(const NodeView& node, BodiesOf bodies) {
  return with_bodies(node, bodies, [](const Graph& body, const BodyUse& use) { return specialize(body, use.inputs); });
}

}  // namespace

Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs) {
  std::unordered_map<const Node*, Symbol> fed;
  Graph result;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const Symbol& old = graph.inputs[i];
    Symbol input = old.spec() == inputs[i] ? old : placeholder(inputs[i].shape, inputs[i].dtype, old.node()->name());
    fed.emplace(old.node().get(), input);
    result.inputs.push_back(input);
  }
  const Rule rule = [&fed](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (const auto found = fed.find(&node.original); found != fed.end()) return std::vector<Symbol>{found->second};
    if (const BodiesOf bodies = bodies_of(node.op()); bodies != nullptr)
      return remake(node.original, node.inputs, specialized_bodies(node, bodies));
    if (!node.op().has(Trait::LikeLast)) return std::nullopt;
    std::vector<Symbol> inputs = node.inputs;
    KCPP_CHECK(inputs.back().shape().is_known(), ShapeError, "[", node.op().name, "] the shape ", inputs.back().shape(),
               " is still unknown although all inputs are given");
    inputs.back() = shape_only(inputs.back());
    return remake(node.original, std::move(inputs));
  };
  Graph rewritten = rewrite(graph, rule);
  rewritten.inputs = std::move(result.inputs);
  return rewritten;
}

}  // namespace kerascpp::compiler
