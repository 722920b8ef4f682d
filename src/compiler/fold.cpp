#include <algorithm>
#include <unordered_map>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "compiler/evaluate.hpp"
#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "graph/bodies.hpp"
#include "graph/patterns.hpp"

namespace kerascpp::compiler {
namespace {

/// Larger results are left to run time: a folded array is kept in memory as long as the function.
constexpr std::int64_t kLargestFolded = 1 << 14;

bool can_fold(const NodeView& node) {
  const OpDef& op = node.op();
  if (op.has(Trait::Leaf) || op.has(Trait::Opaque) || op.has(Trait::Random) || node.inputs.empty()) return false;
  if (bodies_of(op) != nullptr) return false;  // a loop may take any time
  for (const Symbol& input : node.inputs)
    if (!comes_from(input, "shape_only") && !constant_value(input).defined()) return false;
  for (const TensorSpec& output : node.original.outputs())
    if (!output.shape.is_known() || output.shape.size() > kLargestFolded) return false;
  return !runtime::KernelRegistry::global().kernels("reference", op.name).empty();
}

std::vector<Symbol> folded(const NodeView& node) {
  std::vector<Tensor> values;
  for (const Symbol& input : node.inputs) values.push_back(constant_value(input));
  std::vector<Symbol> constants;
  for (const Tensor& value : evaluate(node.original, node.inputs, values)) constants.push_back(constant(value));
  return constants;
}

std::size_t hash_of(const OpDef& op, const std::vector<Symbol>& inputs, const Attributes& attributes) {
  std::size_t seed = std::hash<const void*>{}(&op) ^ (kerascpp::hash_of(attributes) * 31);
  for (const Symbol& input : inputs)
    seed = seed * 1000003 + std::hash<const void*>{}(input.node().get()) + static_cast<std::size_t>(input.index());
  return seed;
}

/// Equal nodes seen so far: the second one is replaced by the first.
class Merger {
 public:
  std::optional<std::vector<Symbol>> merge(const NodeView& node) {
    if (node.op().has(Trait::Opaque)) return std::nullopt;
    auto [first, last] = seen_.equal_range(hash_of(node.op(), node.inputs, node.attributes()));
    for (; first != last; ++first) {
      const Node& other = *first->second;
      const bool same_inputs = std::equal(other.inputs().begin(), other.inputs().end(), node.inputs.begin(),
                                          node.inputs.end(), [](const Symbol& a, const Symbol& b) { return a.is(b); });
      if (&other.op() == &node.op() && same_inputs && other.attributes() == node.attributes()) {
        std::vector<Symbol> outputs;
        for (std::size_t i = 0; i < other.outputs().size(); ++i) outputs.push_back(other.output(static_cast<int>(i)));
        return outputs;
      }
    }
    return std::nullopt;
  }

  void remember(const Symbol& symbol) {
    const Node& node = *symbol.node();
    seen_.emplace(hash_of(node.op(), node.inputs(), node.attributes()), symbol.node());
  }

 private:
  std::unordered_multimap<std::size_t, std::shared_ptr<Node>> seen_;
};

}  // namespace

Graph fold(const Graph& graph) {
  Merger merger;
  return rewrite(graph, [&merger](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (auto merged = merger.merge(node)) return merged;
    std::vector<Symbol> outputs;
    if (can_fold(node)) {
      outputs = folded(node);
    } else {
      bool changed = false;
      for (std::size_t i = 0; i < node.inputs.size(); ++i)
        changed = changed || !node.inputs[i].is(node.original.input(i));
      if (changed)
        outputs = remake(node.original, node.inputs);
      else
        for (std::size_t i = 0; i < node.original.outputs().size(); ++i)
          outputs.push_back(node.original.output(static_cast<int>(i)));
    }
    if (!node.op().has(Trait::Opaque)) merger.remember(outputs.front());
    return outputs;
  });
}

}  // namespace kerascpp::compiler
