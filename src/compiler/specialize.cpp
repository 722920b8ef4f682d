#include <algorithm>
#include <unordered_map>

#include <kerascpp/core/error.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "compiler/varying_sizes.hpp"

namespace kerascpp::compiler {
namespace {

/// What the last input of a LikeLast node becomes.
Symbol shape_only(const Symbol& like) {
  return make_symbol("shape_only", {}, {{"dtype", like.dtype()}, {"shape", like.shape()}});
}

bool are_known(const std::vector<TensorSpec>& specs) {
  return std::all_of(specs.begin(), specs.end(), [](const TensorSpec& spec) { return spec.shape.is_known(); });
}

/// In a body, shapes may depend on the values of a step.
enum class Unknown { Refused, Kept };
Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs, Unknown unknown);

Attributes specialized_bodies(const NodeView& node, BodiesOf bodies) {
  return with_bodies(node, bodies, [](const Graph& body, const BodyUse& use) {
    const Graph specialized = specialize(body, use.inputs, Unknown::Kept);
    return are_known(use.inputs) ? enclose_varying_sizes(specialized) : specialized;
  });
}

Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs, Unknown unknown) {
  std::unordered_map<const Node*, Symbol> fed;
  Graph result;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const Symbol& old = graph.inputs[i];
    Symbol input = old.spec() == inputs[i] ? old : placeholder(inputs[i].shape, inputs[i].dtype, old.node()->name());
    fed.emplace(old.node().get(), input);
    result.inputs.push_back(input);
  }
  const Rule rule = [&fed, unknown](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (const auto found = fed.find(&node.original); found != fed.end()) return std::vector<Symbol>{found->second};
    if (const BodiesOf bodies = bodies_of(node.op()); bodies != nullptr)
      return remake(node.original, node.inputs, specialized_bodies(node, bodies));
    if (!node.op().has(Trait::LikeLast)) return std::nullopt;
    if (unknown == Unknown::Kept && !node.inputs.back().shape().is_known()) return std::nullopt;
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

}  // namespace

Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs) {
  return specialize(graph, inputs, Unknown::Refused);
}

}  // namespace kerascpp::compiler
