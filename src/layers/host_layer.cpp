#include "layers/host_layer.hpp"

#include <algorithm>

#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/layers/input.hpp>

namespace kerascpp {
namespace {

/// Whether nothing has to be fed to compute it.
bool is_known(const Symbol& symbol) {
  Graph graph;
  graph.outputs = {symbol};
  const auto nodes = graph.nodes();
  return std::none_of(nodes.begin(), nodes.end(), [](const auto& node) { return node->op().name == "placeholder"; });
}

}  // namespace

HostLayer::~HostLayer() = default;

Symbol call_on_host(LayerBase& owner, const HostLayer& layer, const SymbolList& inputs) {
  if (std::all_of(inputs.begin(), inputs.end(), is_known)) return constant(layer.compute(compute_now(inputs.vector())));
  std::vector<TensorSpec> specs;
  for (const Symbol& input : inputs) specs.push_back(input.spec());
  const TensorSpec spec = layer.output_spec(specs);
  const Symbol output = placeholder(spec.shape, spec.dtype, owner.name() + "_output");
  output.node()->annotate(0, std::make_shared<HostAnnotation>(owner.shared_from_this(), layer, inputs.vector()));
  return output;
}

bool holds_strings(const Symbol& symbol) {
  const CallOutput origin = call_of(symbol);
  if (!origin.call) return false;
  if (const auto* input = dynamic_cast<const layers::InputLayer*>(origin.call->layer.get()))
    return input->dtype() == "string";
  const auto* host = dynamic_cast<const HostLayer*>(origin.call->layer.get());
  return host != nullptr && host->gives_strings();
}

Shape written_shape(const Symbol& symbol) {
  Shape shape = symbol.shape();
  if (holds_strings(symbol)) shape.erase(shape.ndim() - 1);
  return shape;
}

std::string written_dtype(const Symbol& symbol) {
  return holds_strings(symbol) ? "string" : std::string(name(symbol.dtype()));
}

}  // namespace kerascpp
