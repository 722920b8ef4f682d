#include <unordered_map>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "compiler/normalization_epilogue.hpp"
#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {
namespace {

using Result = std::optional<std::vector<Symbol>>;

/// How often each node's values are used, by nodes and as results.
std::unordered_map<const Node*, int> count_users(const Graph& graph) {
  std::unordered_map<const Node*, int> users;
  for (const auto& node : graph.nodes())
    for (const Symbol& input : node->inputs()) ++users[input.node().get()];
  for (const Symbol& output : graph.outputs) ++users[output.node().get()];
  for (const auto& update : graph.updates) ++users[update.second.node().get()];
  return users;
}

/// Whether `bias` adds one number per channel, the channels being the last axis.
bool is_bias(const Symbol& bias, const Shape& output) {
  const Shape& shape = bias.shape();
  return shape.ndim() >= 1 && shape.back() == output.back() && shape.size() == output.back() && output.back() > 1 &&
         shape.ndim() <= output.ndim();
}

class EpilogueFuser {
 public:
  EpilogueFuser(const Graph& graph, std::string_view backend)
      : users_(count_users(graph)), backend_(runtime::KernelRegistry::global().backend(backend)) {}

  Result operator()(const NodeView& node) const {
    if (!node.op().has(Trait::Elementwise)) return std::nullopt;
    if (node.is("add")) {
      for (std::size_t i = 0; i < 2; ++i)
        if (is_open(node, i, "bias") && is_bias(node.inputs[1 - i], node.spec().shape) && steps(node.inputs[i]).empty())
          return extend(node, i, "bias", node.inputs[1 - i]);
      return std::nullopt;
    }
    if (node.inputs.size() == 1 && is_open(node, 0, node.op().name) && activations_allowed(node.inputs[0]))
      return extend(node, 0, node.op().name, {});
    return std::nullopt;
  }

 private:
  static std::string steps(const Symbol& symbol) {
    return symbol.node()->attributes().get_or<std::string>("epilogue", "");
  }

  /// One activation ends the chain.
  static bool activations_allowed(const Symbol& symbol) {
    const std::string done = steps(symbol);
    return done.empty() || done == "bias";
  }

  /// Whether input `i` is a node whose only user is this one and which may end with `step`.
  bool is_open(const NodeView& node, std::size_t i, std::string_view step) const {
    const Symbol& input = node.inputs[i];
    return input.node()->op().has(Trait::TakesEpilogue) && input.spec() == node.spec() &&
           users_.at(node.original.input(i).node().get()) == 1 && backend_.takes_epilogue &&
           backend_.takes_epilogue(input.node()->op(), input.spec(), step);
  }

  static Result extend(const NodeView& node, std::size_t i, std::string_view step, const Symbol& extra) {
    const Node& producer = *node.inputs[i].node();
    std::vector<Symbol> inputs = producer.inputs();
    if (extra.defined())
      inputs.push_back(extra.ndim() == 1 ? extra
                                         : replacement(node.original, "reshape", {extra},
                                                       {{"shape", std::vector<std::int64_t>{extra.shape().size()}}}));
    Attributes attributes = producer.attributes();
    const std::string before = steps(node.inputs[i]);
    attributes.set("epilogue", before.empty() ? std::string(step) : before + "," + std::string(step));
    auto made = std::make_shared<Node>(producer.op(), std::move(inputs), std::move(attributes), producer.outputs());
    made->set_scope(producer.scope());
    made->set_site(producer.site());
    return std::vector<Symbol>{made->output()};
  }

  std::unordered_map<const Node*, int> users_;
  runtime::BackendDef backend_;
};

}  // namespace

Graph fuse_epilogues(const Graph& graph, std::string_view backend) {
  const EpilogueFuser fuser(graph, backend);
  const NormalizationEpilogue normalizations(graph, backend);
  return rewrite(graph, [&](const NodeView& node) {
    Result result = fuser(node);
    return result ? result : normalizations(node);
  });
}

}  // namespace kerascpp::compiler
