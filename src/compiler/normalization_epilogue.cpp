#include "compiler/normalization_epilogue.hpp"

#include "graph/patterns.hpp"

namespace kerascpp::compiler {
namespace {

constexpr std::string_view kTraining = "batch_normalization_training", kGradient = "batch_normalization_gradient";

bool is_zero(const Symbol& symbol) { return symbol.ndim() == 0 && is_number(symbol, 0); }

bool is_fused(const Symbol& symbol) {
  return symbol.index() == 0 && comes_from(symbol, kTraining) && symbol.node()->attributes().get_or("fuse_relu", false);
}

/// relu, and the test for positive values, see the same of y and of relu(y).
bool passes_relu(const Node& user, std::size_t input) {
  return user.op().name == "relu" || (user.op().name == "greater" && input == 0 && is_zero(user.input(1)));
}

std::vector<Symbol> with_relu(const NodeView& node, std::vector<Symbol> inputs) {
  Attributes attributes = node.attributes();
  attributes.set("fuse_relu", true);
  const auto made =
      std::make_shared<Node>(node.op(), std::move(inputs), std::move(attributes), node.original.outputs());
  made->set_name(node.original.name());
  made->set_scope(node.original.scope());
  made->set_site(node.original.site());
  std::vector<Symbol> outputs;
  for (std::size_t o = 0; o < made->outputs().size(); ++o) outputs.push_back(made->output(static_cast<int>(o)));
  return outputs;
}

}  // namespace

NormalizationEpilogue::NormalizationEpilogue(const Graph& graph, std::string_view backend)
    : backend_(runtime::KernelRegistry::global().backend(backend)) {
  std::unordered_map<const Node*, int> without_relu;
  for (const auto& node : graph.nodes())
    for (std::size_t i = 0; i < node->inputs().size(); ++i) {
      const Symbol& input = node->inputs()[i];
      ++users_[input.node().get()];
      if (input.index() == 0 && !passes_relu(*node, i)) ++without_relu[input.node().get()];
    }
  const auto note_result = [&](const Symbol& result) {
    ++users_[result.node().get()];
    if (result.index() == 0) ++without_relu[result.node().get()];
  };
  for (const Symbol& output : graph.outputs) note_result(output);
  for (const auto& update : graph.updates) note_result(update.second);
  for (const auto& node : graph.nodes())
    if (node->op().name == kTraining && !without_relu.contains(node.get()) && backend_.takes_epilogue &&
        backend_.takes_epilogue(node->op(), node->outputs()[0], "relu"))
      fused_.insert(node.get());
}

std::optional<std::vector<Symbol>> NormalizationEpilogue::operator()(const NodeView& node) const {
  if (fused_.contains(&node.original)) return with_relu(node, node.inputs);
  if (node.is("relu") && is_fused(node.inputs[0])) return std::vector<Symbol>{node.inputs[0]};
  if (node.is(kGradient)) return fuse_gradient(node);
  return std::nullopt;
}

std::optional<std::vector<Symbol>> NormalizationEpilogue::fuse_gradient(const NodeView& node) const {
  const Symbol &masked = node.inputs[0], &mean = node.inputs[3];
  const Node& where = *masked.node();
  if (where.op().name != "where" || users_.at(node.original.input(0).node().get()) != 1) return std::nullopt;
  const Node& greater = *where.input(0).node();
  if (greater.op().name != "greater" || !is_zero(greater.input(1)) || !is_zero(where.input(2)) ||
      where.input(1).spec() != masked.spec())
    return std::nullopt;
  const Symbol& y = greater.input(0);
  if (!is_fused(y) || mean.node() != y.node()) return std::nullopt;
  std::vector<Symbol> inputs = node.inputs;
  inputs[0] = where.input(1);
  inputs.push_back(y.node()->input(2));
  return with_relu(node, std::move(inputs));
}

}  // namespace kerascpp::compiler
