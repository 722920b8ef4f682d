#include "saving/legacy_h5.hpp"

#include <algorithm>

#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/atomic_file.hpp"
#include "saving/compile_config.hpp"
#include "training/trainer.hpp"

namespace kerascpp {
namespace {

constexpr const char* kKerasVersion = "3.15.1";

/// The weights of a layer in the legacy order: trainable ones of the whole layer, then the others.
std::vector<Variable> legacy_weights(const Layer& layer) {
  std::vector<Variable> ordered = layer.trainable_variables();
  const std::vector<Variable> fixed = layer.non_trainable_variables();
  ordered.insert(ordered.end(), fixed.begin(), fixed.end());
  return ordered;
}

void write_weights(Hdf5Writer& file, const std::string& root, const Model& model) {
  std::vector<std::string> layer_names;
  file.make_group(root.empty() ? "/" : root);
  for (const Layer& layer : model.layers()) {
    const std::string group = root + "/" + layer.name();
    layer_names.push_back(layer.name());
    file.make_group(group);
    std::vector<std::string> weight_names;
    for (const Variable& variable : legacy_weights(layer)) {
      std::string name = layer.name() + "/" + variable.name();
      for (int copy = 1; std::find(weight_names.begin(), weight_names.end(), name) != weight_names.end(); ++copy)
        name = layer.name() + "/" + variable.name() + "_" + std::to_string(copy);
      file.write(group + "/" + name, variable.get_value());
      weight_names.push_back(std::move(name));
    }
    file.set_attribute(group, "weight_names", weight_names);
  }
  const std::string at = root.empty() ? "/" : root;
  file.set_attribute(at, "layer_names", layer_names);
  file.set_attribute(at, "backend", "tensorflow");
  file.set_attribute(at, "keras_version", kKerasVersion);
}

struct Planned {
  Variable variable;
  Tensor value;
};

/// The arrays of one stored layer, matched with the weights of `layer`; nothing when it may be skipped.
std::vector<Planned> match(const Hdf5Reader& file, const std::string& group, const Layer& layer, bool skip_mismatch) {
  const std::vector<std::string> names = file.texts_attribute(group, "weight_names");
  const std::vector<Variable> weights = legacy_weights(layer);
  if (names.size() != weights.size()) {
    if (skip_mismatch) return {};
    throw FormatError(text_of("[", file.origin(), "] layer \"", layer.name(), "\" has ", weights.size(),
                              " weights, the file has ", names.size(), " under ", group));
  }
  std::vector<Planned> planned;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Tensor value = file.read(group + "/" + names[i]);
    if (value.shape() != weights[i].shape()) {
      if (skip_mismatch) return {};
      throw FormatError(text_of("[", file.origin(), "] weight \"", weights[i].name(), "\" of layer \"", layer.name(),
                                "\" has shape ", weights[i].shape(), ", the file has ", value.shape(), " under ", group,
                                "/", names[i]));
    }
    planned.push_back({weights[i], value});
  }
  return planned;
}

void read_optimizer(const Hdf5Reader& file, const Model& model) {
  if (!file.is_group("/optimizer_weights") || !model.compiled()) return;
  const std::vector<std::string> names = file.texts_attribute("/optimizer_weights", "weight_names");
  std::vector<Variable> variables = model.optimizer()->variables();
  KCPP_CHECK(names.size() == variables.size(), FormatError, "[", file.origin(), "] the optimizer has ",
             variables.size(), " values, the file has ", names.size());
  for (std::size_t i = 0; i < names.size(); ++i) variables[i].set_value(file.read("/optimizer_weights/" + names[i]));
}

}  // namespace

void load_legacy_weights(const Model& model, const Hdf5Reader& file, bool skip_mismatch, bool by_name) {
  const std::string root = file.is_group("/model_weights") ? "/model_weights" : "";
  std::vector<std::string> stored;  // layers with weights
  for (const std::string& name : file.texts_attribute(root.empty() ? "/" : root, "layer_names"))
    if (!file.texts_attribute(root + "/" + name, "weight_names").empty()) stored.push_back(name);
  std::vector<Layer> layers;
  for (const Layer& layer : model.layers())
    if (!layer.weights().empty()) layers.push_back(layer);
  std::vector<Planned> planned;
  const auto plan = [&](const std::string& name, const Layer& layer) {
    for (Planned& item : match(file, root + "/" + name, layer, skip_mismatch)) planned.push_back(std::move(item));
  };
  if (by_name) {
    for (const Layer& layer : layers)
      if (std::find(stored.begin(), stored.end(), layer.name()) != stored.end()) plan(layer.name(), layer);
  } else {
    KCPP_CHECK(stored.size() == layers.size(), FormatError, "[", file.origin(), "] the model has ", layers.size(),
               " layers with weights, the file has ", stored.size(), "; by_name loads those that have equal names");
    for (std::size_t i = 0; i < layers.size(); ++i) plan(stored[i], layers[i]);
  }
  for (Planned& item : planned) item.variable.set_value(item.value);
}

Model load_legacy_h5(const std::string& path, const LoadOptions& options) {
  const Hdf5Reader file(path);
  KCPP_CHECK(file.has_attribute("/", "model_config"), FormatError, "[", path,
             "] holds no model, only arrays: build the model in code and use load_weights");
  Model model;
  try {
    model = model_from_config(parse_json(file.text_attribute("/", "model_config"), path + ": model_config"));
  } catch (Error& error) {
    error.add_context(text_of("in file \"", path, "\""));
    throw;
  }
  load_legacy_weights(model, file, false, false);
  if (options.compile && file.has_attribute("/", "training_config")) {
    Config training = parse_json(file.text_attribute("/", "training_config"), path + ": training_config");
    if (const Config* optimizer = training.find("optimizer_config")) training.set("optimizer", Config(*optimizer));
    model.compile(compile_options(training));
    if (!model.trainable_variables().empty()) model.optimizer()->build(model.trainable_variables());
    read_optimizer(file, model);
  }
  return model;
}

void save_legacy_h5(const Model& model, const std::string& path, const SaveOptions& options) {
  Hdf5Writer file;
  Config config = model_config(model, false);
  file.set_attribute("/", "backend", "tensorflow");
  file.set_attribute("/", "keras_version", kKerasVersion);
  file.set_attribute("/", "model_config",
                     to_json(Config::map({{"class_name", config.at("class_name")}, {"config", config.at("config")}})));
  write_weights(file, "/model_weights", model);
  if (model.compiled()) {
    Config training = compile_config(model.trainer().options());
    training.set("optimizer_config", Config(training.at("optimizer")));
    training.erase("optimizer");
    file.set_attribute("/", "training_config", to_json(training));
    if (options.include_optimizer) {
      const Optimizer optimizer = model.optimizer();
      std::vector<std::string> names;
      for (const Variable& variable : optimizer->variables()) {
        std::string name = optimizer->arguments().name + "/" + variable.name();
        for (int copy = 1; std::find(names.begin(), names.end(), name) != names.end(); ++copy)
          name = optimizer->arguments().name + "/" + variable.name() + "_" + std::to_string(copy);
        file.write("/optimizer_weights/" + name, variable.get_value());
        names.push_back(std::move(name));
      }
      file.set_attribute("/optimizer_weights", "weight_names", names);
    }
  }
  write_file(path, file.bytes());
}

void save_legacy_weights(const Model& model, const std::string& path) {
  Hdf5Writer file;
  write_weights(file, "", model);
  write_file(path, file.bytes());
}

}  // namespace kerascpp
