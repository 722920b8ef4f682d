#pragma once

#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/symbol.hpp>

#include "layers/host_layer.hpp"

namespace kerascpp {

/// The part of a model that is computed before its graph runs: layers on strings and lookups, and what they depend on.
class HostPart {
 public:
  HostPart() = default;
  HostPart(const SymbolList& inputs, const SymbolList& outputs);

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// What functions of the model take: its inputs but strings, then the outputs of such layers.
  [[nodiscard]] const std::vector<Symbol>& graph_inputs() const { return graph_inputs_; }
  /// The values of those for arrays for the inputs of the model. From several threads at once.
  [[nodiscard]] std::vector<Tensor> compute(const std::vector<Tensor>& arrays) const;

 private:
  /// A call of a layer: its inputs are known symbols, or results of a function of those.
  struct Step {
    std::shared_ptr<const LayerBase> owner;
    const HostLayer* layer;
    Symbol output;
    std::vector<Symbol> inputs;
    Function prepare;  // undefined where the inputs are known symbols
  };
  void add_steps(const std::vector<Symbol>& outputs);
  [[nodiscard]] std::size_t place_of(const Symbol& symbol) const;

  std::vector<Symbol> known_;  // inputs of the model, then outputs of steps
  std::size_t num_inputs_ = 0;
  std::vector<Step> steps_;
  std::vector<Symbol> graph_inputs_;
  std::vector<std::size_t> places_;  // of graph inputs among the known symbols
};

}  // namespace kerascpp
