#include "training/host_part.hpp"

#include <algorithm>

#include <kerascpp/graph/graph.hpp>

#include "graph/patterns.hpp"

namespace kerascpp {
namespace {

/// Without the nodes that only carry the call of a layer.
Symbol unmarked(Symbol symbol) {
  while (comes_from(symbol, "identity")) symbol = Symbol(symbol.node()->input(0));
  return symbol;
}

}  // namespace

HostPart::HostPart(const SymbolList& inputs, const SymbolList& outputs)
    : known_(inputs.vector()), num_inputs_(inputs.size()) {
  add_steps(outputs.vector());
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (i < num_inputs_ && !steps_.empty() && holds_strings(known_[i])) continue;
    graph_inputs_.push_back(known_[i]);
    places_.push_back(i);
  }
}

/// Those that `outputs` depend on, each after the ones that it depends on itself.
void HostPart::add_steps(const std::vector<Symbol>& outputs) {
  Graph graph;
  graph.outputs = outputs;
  for (const auto& node : graph.nodes()) {
    const auto host = std::dynamic_pointer_cast<const HostAnnotation>(node->annotation(0));
    if (host == nullptr || place_of(node->output()) < known_.size()) continue;
    add_steps(host->inputs);
    Step step{host->owner, &host->layer, node->output(), {}, {}};
    for (const Symbol& input : host->inputs) step.inputs.push_back(unmarked(input));
    const bool all_known = std::all_of(step.inputs.begin(), step.inputs.end(),
                                       [this](const Symbol& input) { return place_of(input) < known_.size(); });
    if (!all_known)
      step.prepare = Function(SymbolList(known_), SymbolList(step.inputs), {.givens = {{learning_phase(), false}}});
    known_.push_back(step.output);
    steps_.push_back(std::move(step));
  }
}

std::size_t HostPart::place_of(const Symbol& symbol) const {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Symbol& other) { return other.is(symbol); });
  return static_cast<std::size_t>(found - known_.begin());
}

std::vector<Tensor> HostPart::compute(const std::vector<Tensor>& arrays) const {
  if (steps_.empty()) return arrays;
  std::vector<Tensor> values = arrays;
  for (const Step& step : steps_) {
    std::vector<Tensor> inputs;
    if (step.prepare.defined())
      inputs = step.prepare(TensorList(values)).vector();
    else
      for (const Symbol& input : step.inputs) inputs.push_back(values[place_of(input)]);
    values.push_back(step.layer->compute(inputs));
  }
  std::vector<Tensor> results;
  for (const std::size_t place : places_) results.push_back(values[place]);
  return results;
}

}  // namespace kerascpp
