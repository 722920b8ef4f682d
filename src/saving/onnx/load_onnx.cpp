#include <algorithm>
#include <fstream>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/onnx.hpp>

#include "saving/onnx/graph_layer.hpp"

namespace kerascpp {
namespace {

using onnx::GraphWeight;
using onnx::ModelProto;

constexpr std::int64_t kLargestFile = (std::int64_t{1} << 31) - 1;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  KCPP_CHECK(file.good(), IoError, "[load_onnx] cannot open \"", path, "\"");
  const auto size = static_cast<std::int64_t>(file.tellg());
  KCPP_CHECK(size >= 0 && size <= kLargestFile, FormatError, "[load_onnx] \"", path, "\" has ", size,
             " bytes, a protobuf message has at most ", kLargestFile);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  file.read(bytes.data(), size);
  KCPP_CHECK(file.good() || size == 0, IoError, "[load_onnx] cannot read \"", path, "\"");
  return bytes;
}

/// Names that the file says are weights; without a word of it, all floating arrays are.
struct WeightNames {
  bool given = false;
  std::set<std::string> trainable, fixed;

  WeightNames(const ModelProto& model, const std::string& path) {
    for (const auto& [key, value] : model.metadata) {
      if (key != onnx::kWeightsKey) continue;
      given = true;
      const Config names = parse_json(value, path + ": " + key);
      for (const Config& name : names.at("trainable").as_list()) trainable.insert(name.as_string());
      for (const Config& name : names.at("fixed").as_list()) fixed.insert(name.as_string());
    }
  }
  [[nodiscard]] bool has(const onnx::Initializer& item) const {
    if (given) return trainable.contains(item.name) || fixed.contains(item.name);
    return is_floating(item.value.dtype()) && item.value.ndim() > 0;
  }
};

Symbol input_of(const onnx::ValueInfo& value, const std::string& path) {
  KCPP_CHECK(!value.holds_strings && value.has_shape && !value.shape.empty(), FormatError, "[load_onnx] \"", path,
             "\": input \"", value.name, "\" must be an array of numbers of known rank with a batch axis");
  Shape shape;
  for (const onnx::Dimension& dimension : value.shape) shape.push_back(dimension.value >= 0 ? dimension.value : None);
  return layers::Input({}, {.dtype = to_string(value.dtype), .batch_shape = shape, .name = value.name});
}

}  // namespace

namespace saving {

Model load_onnx(const std::string& path) {
  ModelProto model = onnx::decode(bytes_of(path), path);
  try {
    const WeightNames names(model, path);
    std::vector<GraphWeight> weights;
    std::map<std::string, Tensor> values;
    std::vector<onnx::Initializer> constants;
    for (onnx::Initializer& item : model.graph.initializers) {
      if (!names.has(item)) {
        constants.push_back(std::move(item));
        continue;
      }
      weights.push_back({item.name, item.value.shape(), item.value.dtype(), !names.fixed.contains(item.name)});
      values.insert_or_assign(item.name, item.value);
    }
    model.graph.initializers = std::move(constants);
    // older files list initializers among the inputs as well
    std::erase_if(model.graph.inputs, [&](const onnx::ValueInfo& input) {
      const auto& kept = model.graph.initializers;
      return values.contains(input.name) ||
             std::any_of(kept.begin(), kept.end(), [&](const auto& item) { return item.name == input.name; });
    });
    KCPP_CHECK(!model.graph.inputs.empty() && !model.graph.outputs.empty(), FormatError,
               "the graph has no inputs or no outputs");
    std::vector<Symbol> inputs;
    for (const onnx::ValueInfo& input : model.graph.inputs) inputs.push_back(input_of(input, path));
    const std::string graph_name = model.graph.name;
    std::vector<std::string> output_names;
    std::set<std::string> taken;
    for (const onnx::ValueInfo& input : model.graph.inputs) taken.insert(input.name);
    for (const onnx::ValueInfo& output : model.graph.outputs) output_names.push_back(output.name);
    const Layer layer(std::make_shared<onnx::GraphLayer>(std::move(model), std::move(weights), std::move(values),
                                                         "onnx_graph", true));
    std::vector<Symbol> outputs;
    const SymbolList made = layer(inputs);
    for (std::size_t i = 0; i < made.size(); ++i) {
      // a layer that does nothing but give the output its name
      const bool is_free = taken.insert(output_names[i]).second && output_names[i] != "onnx_graph";
      const std::string dtype = is_floating(made[i].dtype()) ? to_string(made[i].dtype()) : std::string();
      outputs.push_back(layers::Identity({.name = is_free ? output_names[i] : std::string(), .dtype = dtype})(made[i]));
    }
    return Model(inputs, outputs, {.name = graph_name});
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
}

}  // namespace saving
}  // namespace kerascpp
