#include "models/functional.hpp"

#include <algorithm>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/input.hpp>

#include "layers/annotation.hpp"
#include "layers/load_scope.hpp"
#include "models/functional_config.hpp"

namespace kerascpp {
namespace {

bool is_input(const Symbol& symbol) {
  const CallOutput origin = call_of(symbol);
  return origin.call && origin.call->inputs.empty();
}

/// Dictionaries count in the order of their keys, as Keras flattens them.
SymbolList sorted_by_key(const SymbolList& symbols) {
  std::vector<std::string> keys = symbols.keys();
  std::sort(keys.begin(), keys.end());
  Dict sorted;
  for (const std::string& key : keys) sorted.set(key, symbols.at(key));
  return keys.empty() ? symbols : SymbolList(sorted);
}

/// Inner tensors from which a model starts are replaced by new inputs, and what follows is called again on those.
void replace_inner_inputs(SymbolList& inputs, SymbolList& outputs) {
  if (std::all_of(inputs.begin(), inputs.end(), is_input)) return;
  const LayerGraph graph = LayerGraph::trace(inputs.vector(), outputs.vector());
  LayerGraphRunner runner(graph, -1);
  std::vector<Symbol> fresh;
  for (const Symbol& input : inputs) {
    if (is_input(input)) {
      fresh.push_back(input);
    } else {
      const Symbol made = layers::Input({}, {.dtype = std::string(name(input.dtype())), .batch_shape = input.shape()});
      fresh.push_back(made);
    }
    runner.feed(input, fresh.back(), mask_of(input));
  }
  runner.run();
  std::vector<Symbol> results;
  for (const Symbol& output : outputs) results.push_back(runner.value(output));
  inputs = inputs.with(std::move(fresh));
  outputs = outputs.with(std::move(results));
}

}  // namespace

void LayerGraphRunner::feed(const Symbol& input, const Symbol& value, const Symbol& mask) {
  Symbol fed = value;
  // a mask that comes with an argument of the call must reach the layers: it travels on the symbol
  if (mask.defined() && !mask_of(value).defined()) {
    fed = make_symbol("identity", {value});
    fed.node()->annotate(0, std::make_shared<LayerAnnotation>(nullptr, 0, mask));
  }
  values_[{input.node().get(), input.index()}] = fed;
}

Symbol LayerGraphRunner::value(const Symbol& symbol) const {
  const auto found = values_.find({symbol.node().get(), symbol.index()});
  return found == values_.end() ? symbol : found->second;
}

DictValue LayerGraphRunner::mapped(const DictValue& argument) const {
  if (const Symbol* symbol = argument.symbol()) return value(*symbol);
  return argument;
}

void LayerGraphRunner::run(const Call& call) {
  const MaskLossScope calls_as_before;
  for (const LayerGraphNode& node : graph_.nodes) {
    if (node.outputs.empty() || values_.contains({node.outputs[0].node().get(), node.outputs[0].index()})) continue;
    std::vector<Symbol> results;
    if (node.call) {
      if (node.call->inputs.empty()) continue;  // an input that was not fed: no output needs it
      std::vector<Symbol> inputs;
      for (const Symbol& input : node.call->inputs) inputs.push_back(value(input));
      CallOptions options = node.call->options;
      if (options.training < 0) options.training = training_;
      for (Symbol& mask : options.mask)
        if (mask.defined()) mask = value(mask);
      Dict arguments;
      for (const auto& [name, argument] : options.arguments) arguments.set(name, mapped(argument));
      options.arguments = std::move(arguments);
      const SymbolList given = node.call->inputs.with(std::move(inputs));
      results = (call ? call(*node.call, given, options) : node.call->layer->apply(given, options)).vector();
    } else {
      std::vector<Symbol> inputs;
      for (const Symbol& input : node.inputs) inputs.push_back(value(input));
      results =
          make_node(node.operation->op(), std::move(inputs), node.operation->attributes(), node.operation->site());
      results.front().node()->set_name(node.operation->name());
    }
    for (std::size_t i = 0; i < results.size() && i < node.outputs.size(); ++i)
      values_[{node.outputs[i].node().get(), node.outputs[i].index()}] = results[i];
  }
}

Functional::Functional(SymbolList inputs, SymbolList outputs, std::string name, bool trainable)
    : ModelBase(std::move(name), trainable) {
  autocast_ = false;  // its layers convert what they are given, each by its own policy
  KCPP_CHECK(!inputs.empty() && !outputs.empty(), ValueError, "[Model] needs at least one input and one output");
  inputs = sorted_by_key(inputs);
  outputs = sorted_by_key(outputs);
  call_keywords_ = Config::map({{"mask", {}}});
  replace_inner_inputs(inputs, outputs);
  graph_ = LayerGraph::trace(inputs.vector(), outputs.vector());
  set_graph(std::move(inputs), std::move(outputs));
  // a layer may have changed since the calls that gave the outputs
  if (std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [](const LayerGraphNode& node) {
        return node.call && node.call->revision != node.call->layer->revision();
      }))
    rebuild_graph();
  ensure_built({});
}

void Functional::rebuild_graph() {
  LayerGraphRunner runner(graph_, -1);
  for (const Symbol& input : inputs()) runner.feed(input, input);
  runner.run();
  std::vector<Symbol> results;
  for (const Symbol& output : outputs()) results.push_back(runner.value(output));
  const SymbolList again = outputs().with(std::move(results));
  graph_ = LayerGraph::trace(inputs().vector(), again.vector());
  set_graph(inputs(), again);
}

SymbolList Functional::call(const SymbolList& given, const CallContext& context) {
  LayerGraphRunner runner(graph_, -1);  // the training flag reaches inner layers through the enclosing call
  const bool by_key = !inputs().keys().empty() && !given.keys().empty();
  for (std::size_t i = 0; i < given.size(); ++i)
    runner.feed(by_key ? inputs().at(given.keys()[i]) : inputs()[i], given[i], context.masks[i]);
  runner.run();
  std::vector<Symbol> results;
  for (const Symbol& output : outputs()) results.push_back(runner.value(output));
  return outputs().with(std::move(results));
}

std::vector<Symbol> Functional::compute_mask(const SymbolList&, const std::vector<Symbol>&, const SymbolList& results) {
  std::vector<Symbol> masks;  // inner layers have passed them on
  for (const Symbol& result : results) masks.push_back(mask_of(result));
  return masks;
}

void Functional::check_inputs(const SymbolList& given) const {
  KCPP_CHECK(given.size() == inputs().size(), ValueError, "[", class_name(), "] model \"", name(), "\" has ",
             inputs().size(), " inputs, received ", given.size());
  const bool by_key = !inputs().keys().empty() && !given.keys().empty();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Symbol& input = by_key ? inputs().at(given.keys()[i]) : inputs()[i];
    const Shape& received = given[i].shape();
    KCPP_CHECK(input.shape().accepts(received) || received.accepts(input.shape()), ShapeError, "[", class_name(),
               "] model \"", name(), "\" expected shape ", input.shape(), " for input \"", input.name(),
               "\", received ", received);
  }
}

std::vector<Layer> Functional::layers() const {
  std::vector<Layer> found;
  for (const LayerGraphEntry& entry : graph_.entries)
    if (!entry.is_operation()) found.push_back(entry.layer);
  return found;
}

std::vector<std::pair<std::string, Layer>> Functional::sublayers() const {
  std::vector<std::pair<std::string, Layer>> named;
  for (const Layer& layer : layers()) named.emplace_back(layer.name(), layer);
  return named;
}

Config Functional::get_config() const { return functional_config(*this); }

Config Functional::serialize() const {
  Config config = ModelBase::serialize();
  config.set("registered_name", "Functional");
  return config;
}

std::vector<std::string> Functional::input_names() const {
  return inputs().keys().empty() ? ModelBase::input_names() : inputs().keys();
}

}  // namespace kerascpp
