#include "saving/onnx/graph_layer.hpp"

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/saving/object.hpp>

#include "layers/options_layer.hpp"
#include "saving/base64.hpp"
#include "saving/onnx/importer.hpp"

namespace kerascpp::onnx {
namespace {

struct GraphLayerOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};

Config weight_config(const GraphWeight& weight) {
  return Config::map({{"name", weight.name},
                      {"shape", to_config(weight.shape)},
                      {"dtype", to_string(weight.dtype)},
                      {"trainable", weight.trainable}});
}

}  // namespace

GraphLayer::GraphLayer(ModelProto model, std::vector<GraphWeight> weights, std::map<std::string, Tensor> values,
                       std::string name, bool trainable)
    : LayerBase(std::move(name), "", trainable),
      model_(std::move(model)),
      graph_weights_(std::move(weights)),
      values_(std::move(values)) {
  autocast_ = false;  // the graph says of which dtypes it is
}

std::shared_ptr<GraphLayer> GraphLayer::from_config(const Config& config) {
  layers::LayerReader reader(config, "OnnxGraph");
  const std::string bytes = from_base64(reader.required<std::string>("graph"), "[OnnxGraph] \"graph\"");
  std::vector<GraphWeight> weights;
  for (const Config& item : reader.required_config("weights").as_list()) {
    GraphWeight weight{
        item.at("name").as_string(), {}, dtype_from_name(item.at("dtype").as_string()), item.at("trainable").as_bool()};
    kerascpp::from_config(item.at("shape"), weight.shape);
    KCPP_CHECK(weight.shape.is_known(), FormatError, "[OnnxGraph] weight \"", weight.name, "\" has shape ",
               weight.shape);
    weights.push_back(std::move(weight));
  }
  const GraphLayerOptions options = reader.options<GraphLayerOptions>();
  return reader.make<GraphLayer>(decode(bytes, "OnnxGraph"), std::move(weights), std::map<std::string, Tensor>{},
                                 options.name, options.trainable);
}

Config GraphLayer::get_config() const {
  Config config = LayerBase::get_config();
  Config::List weights;
  for (const GraphWeight& weight : graph_weights_) weights.push_back(weight_config(weight));
  config.set("weights", Config(std::move(weights)));
  config.set("graph", to_base64(encode(model_)));
  return config;
}

void GraphLayer::build_from(const std::vector<Shape>&) {
  for (const GraphWeight& weight : graph_weights_) {
    const auto value = values_.find(weight.name);
    const kerascpp::Initializer initializer = [&](const Shape& shape, DType dtype) {
      return value == values_.end() ? zeros(shape, dtype) : value->second;
    };
    variables_.push_back(
        add_weight(weight.name, weight.shape,
                   {.initializer = initializer, .trainable = weight.trainable, .dtype = to_string(weight.dtype)}));
  }
  values_.clear();
}

SymbolList GraphLayer::call(const SymbolList& inputs, const CallContext&) {
  const std::string origin = "OnnxGraph \"" + name() + "\"";
  KCPP_CHECK(inputs.size() == model_.graph.inputs.size(), ValueError, "[OnnxGraph] layer \"", name(), "\" takes ",
             model_.graph.inputs.size(), " inputs, received ", inputs.size());
  Importer importer(model_, origin);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueInfo& expected = model_.graph.inputs[i];
    KCPP_CHECK(inputs[i].dtype() == expected.dtype, DTypeError, "[OnnxGraph] input \"", expected.name, "\" of layer \"",
               name(), "\" is ", expected.dtype, ", received ", inputs[i].spec());
    importer.set(expected.name, inputs[i]);
  }
  for (std::size_t i = 0; i < variables_.size(); ++i) importer.set(graph_weights_[i].name, variables_[i].symbol());
  std::vector<Symbol> outputs = importer.run();
  return outputs.size() == 1 ? SymbolList(outputs[0]) : SymbolList(std::move(outputs));
}

void register_graph_layer(ObjectRegistry& registry) {
  registry.add({"layer", "OnnxGraph", "", "kerascpp", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return GraphLayer::from_config(config);
                }});
}

}  // namespace kerascpp::onnx
