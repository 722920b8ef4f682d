#pragma once

#include <unordered_map>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/models/model_base.hpp>

#include "models/layer_graph.hpp"

namespace kerascpp {

/// A model given by its inputs and outputs.
class Functional : public ModelBase {
 public:
  Functional(SymbolList inputs, SymbolList outputs, std::string name, bool trainable);

  [[nodiscard]] std::string class_name() const override { return "Functional"; }
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;
  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override;
  void check_inputs(const SymbolList& inputs) const override;
  [[nodiscard]] std::vector<Layer> layers() const override;
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override;
  [[nodiscard]] std::vector<std::string> input_names() const override;
  [[nodiscard]] Config get_config() const override;
  [[nodiscard]] Config serialize() const override;
  [[nodiscard]] const LayerGraph& graph() const { return graph_; }
  void rebuild_graph() final;

 private:
  LayerGraph graph_;
};

/// Runs the calls of a graph of layers again, on other inputs. Values are looked up by symbol; `values` must hold
/// those of the inputs and receives all others.
class LayerGraphRunner {
 public:
  using Call = Callable<SymbolList(const LayerCall& before, const SymbolList& inputs, const CallOptions& options)>;

  LayerGraphRunner(const LayerGraph& graph, int training) : graph_(graph), training_(training) {}
  void feed(const Symbol& input, const Symbol& value, const Symbol& mask = {});
  /// Layers are called by `call`; without one they are called as they are.
  void run(const Call& call = {});
  [[nodiscard]] Symbol value(const Symbol& symbol) const;

 private:
  using Key = std::pair<const Node*, int>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>{}(key.first) * 31 + static_cast<std::size_t>(key.second);
    }
  };
  [[nodiscard]] DictValue mapped(const DictValue& value) const;

  const LayerGraph& graph_;
  int training_;
  std::unordered_map<Key, Symbol, Hash> values_;
};

}  // namespace kerascpp
