#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <kerascpp/layers/layer.hpp>

#include "saving/onnx/proto.hpp"

namespace kerascpp {
class ObjectRegistry;
}

namespace kerascpp::onnx {

/// A weight of a graph: an initializer that training may change.
struct GraphWeight {
  std::string name;
  Shape shape;
  DType dtype = DType::Float32;
  bool trainable = true;
};

/// The key among the metadata of a file under which names of weights stand: {"trainable": [...], "fixed": [...]}.
inline constexpr const char* kWeightsKey = "kerascpp_weights";

/// A layer that computes an ONNX graph. Its weights are initializers, all other initializers are constants; what it
/// saves is the graph without the weights' values.
class GraphLayer final : public LayerBase {
 public:
  /// `model` lacks the initializers that are weights; `values` has them, or is empty where they are loaded later.
  GraphLayer(ModelProto model, std::vector<GraphWeight> weights, std::map<std::string, Tensor> values, std::string name,
             bool trainable);
  [[nodiscard]] static std::shared_ptr<GraphLayer> from_config(const Config& config);

  [[nodiscard]] std::string class_name() const override { return "OnnxGraph"; }
  [[nodiscard]] Config get_config() const override;
  void build_from(const std::vector<Shape>& input_shapes) override;
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;

 private:
  ModelProto model_;
  std::vector<GraphWeight> graph_weights_;
  std::map<std::string, Tensor> values_;
  std::vector<Variable> variables_;
};

void register_graph_layer(ObjectRegistry& registry);

}  // namespace kerascpp::onnx
