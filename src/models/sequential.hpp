#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <kerascpp/models/model_base.hpp>

#include "models/functional.hpp"

namespace kerascpp {

class SequentialItem;

/// A model that is one line of layers; its graph is made when its input shape is known.
class SequentialModel final : public ModelBase {
 public:
  explicit SequentialModel(std::string name = {}, bool trainable = true);

  [[nodiscard]] std::string class_name() const override { return "Sequential"; }
  void add(const Layer& layer);
  void add(const Symbol& input);
  /// Several at once: their graph is made when all are there.
  void add_all(const std::vector<SequentialItem>& items);
  void pop();

  void build(const Shape& input_shape) override;
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;
  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override;
  void check_inputs(const SymbolList& inputs) const override;
  void ensure_graph(const std::vector<TensorSpec>& data) override;
  void rebuild_graph() override;
  [[nodiscard]] std::vector<Layer> layers() const override { return layers_; }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override;
  [[nodiscard]] Config get_config() const override;
  [[nodiscard]] Config get_build_config() const override;

  /// The layer of the Input it starts with; undefined when the shape is not known.
  [[nodiscard]] const Symbol& input() const { return input_; }
  /// The functional form; nullptr until the input shape is known.
  [[nodiscard]] const std::shared_ptr<Functional>& functional() const { return functional_; }

 private:
  void append(const Layer& layer);
  void make_graph();

  std::vector<Layer> layers_;
  std::set<std::string> names_;  // of the layers
  Symbol input_;
  std::size_t graphed_ = 0;  // layers that are in the graph
  std::shared_ptr<Functional> functional_;
};

}  // namespace kerascpp
