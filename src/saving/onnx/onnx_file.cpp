#include <cstdio>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/onnx.hpp>

#include "core/atomic_file.hpp"
#include "models/named_weights.hpp"
#include "saving/keras_archive.hpp"
#include "saving/onnx/exporter.hpp"
#include "saving/onnx/graph_layer.hpp"
#include "saving/onnx/model_proto.hpp"

namespace kerascpp {
namespace {

/// Which initializers are weights, so that a reader can train them.
Config weights_config(const Model& model, const onnx::GraphProto& graph) {
  std::set<std::string> trained;
  std::set<std::string> all;
  const std::vector<Variable> trainable = model.trainable_variables();
  for (const NamedWeight& weight : named_weights(model)) {
    all.insert(weight.path);
    for (const Variable& variable : trainable)
      if (variable.is(weight.variable)) trained.insert(weight.path);
  }
  Config::List changing, fixed;
  for (const onnx::Initializer& item : graph.initializers)
    if (all.contains(item.name)) (trained.contains(item.name) ? changing : fixed).emplace_back(item.name);
  return Config::map({{"trainable", Config(std::move(changing))}, {"fixed", Config(std::move(fixed))}});
}

}  // namespace

namespace onnx {

ModelProto model_proto(const Model& model, const char* who) {
  std::map<const Node*, std::string> names;
  for (const NamedWeight& weight : named_weights(model))
    names.emplace(weight.variable.symbol().node().get(), weight.path);
  Exporter exporter(std::move(names));
  ModelProto file;
  try {
    const std::vector<std::string> inputs = model.input_names();
    for (std::size_t i = 0; i < inputs.size(); ++i) exporter.add_input(model.inputs()[i], inputs[i]);
    exporter.add_outputs(model.outputs().vector(), model.output_names());
    file.graph = exporter.take();
  } catch (Error& error) {
    error.add_context(text_of("[", who, "] while exporting model \"", model.name(), "\""));
    throw;
  }
  return file;
}

}  // namespace onnx

namespace saving {

void export_onnx(const Model& model, const std::string& path, const ExportOnnxOptions& options) {
  check_overwrite(path, options.overwrite);
  onnx::ModelProto file = onnx::model_proto(model, "export_onnx");
  file.graph.name = options.name.empty() ? model.name() : options.name;
  file.producer_name = "kerascpp";
  file.producer_version = KERASCPP_VERSION;
  file.opsets = {{"", onnx::kOpset}};
  file.metadata = {{onnx::kWeightsKey, to_json(weights_config(model, file.graph))}};
  write_file(path, onnx::encode(file));
}

}  // namespace saving

void Model::export_(const std::string& path, const ExportOptions& options) const {
  KCPP_CHECK(options.format == "onnx", ValueError, "[export] format must be \"onnx\", received \"", options.format,
             "\"");
  saving::export_onnx(*this, path);
  if (options.verbose) std::printf("Saved artifact at '%s'.\n", path.c_str());
}

}  // namespace kerascpp
