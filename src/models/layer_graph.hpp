#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// One call of a layer, or one operation used directly on layer outputs.
struct LayerGraphNode {
  std::shared_ptr<const LayerCall> call;  // of a layer; else
  std::shared_ptr<Node> operation;        // an operation
  std::vector<Symbol> inputs;
  std::vector<Symbol> outputs;
  int depth = 0;  // calls between this one and the outputs

  [[nodiscard]] const std::string& name() const { return call ? call->layer->name() : operation->name(); }
};

/// A layer or operation of a model, with its calls inside the model.
struct LayerGraphEntry {
  Layer layer;                      // undefined for an operation
  std::shared_ptr<Node> operation;  // for an operation
  int depth = 0;
  std::vector<std::size_t> nodes;  // positions in LayerGraph::nodes, in the order of the calls

  [[nodiscard]] const std::string& name() const { return layer.defined() ? layer.name() : operation->name(); }
  /// Whether it is an operation, made in code or read from a file, and no layer of the user's.
  [[nodiscard]] bool is_operation() const;
};

/// The graph of layers between inputs and outputs, ordered as Keras orders it.
struct LayerGraph {
  std::vector<LayerGraphNode> nodes;     // inputs before users
  std::vector<LayerGraphEntry> entries;  // deepest first; equals Keras's model.operations

  /// Throws ValueError when an output needs an input that is not among `inputs`, or when two entries share a name.
  static LayerGraph trace(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs);
};

}  // namespace kerascpp
