#include "saving/keras1/model_config.hpp"

#include <algorithm>
#include <string>

#include <kerascpp/core/error.hpp>

#include "saving/keras1/layer_config.hpp"

namespace kerascpp {
namespace {

std::string text_in(const Config& config, std::string_view key) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

bool is_model(const Config& entry) {
  const std::string class_name = text_in(entry, "class_name");
  return class_name == "Sequential" || class_name == "Model" || class_name == "Functional";
}

/// The entries of a model's layers: the config of a Sequential is their list.
const Config::List& layers_of(const Config& model) {
  const Config& config = model.at("config");
  return (config.is_list() ? config : config.at("layers")).as_list();
}

std::string name_of(const Config& entry) {
  const std::string name = text_in(entry, "name");
  return name.empty() && entry.contains("config") ? text_in(entry.at("config"), "name") : name;
}

Config converted(const Config& entry) {
  try {
    return is_model(entry) ? keras2_model_from_keras1(entry) : layer_from_keras1(entry);
  } catch (Error& error) {
    error.add_context("in layer \"" + name_of(entry) + "\"");
    throw;
  }
}

/// Layers that are merged first of all: those of several models.
bool begins_with_merge(const Config& model) {
  if (text_in(model, "class_name") != "Sequential") return false;
  const Config::List& layers = layers_of(model);
  if (layers.empty() || text_in(layers.front(), "class_name") != "Merge") return false;
  const Config* branches = layers.front().at("config").find("layers");
  return branches != nullptr && branches->is_list();
}

/// Puts the layers of models one after the other into a functional model.
class Inliner {
 public:
  Config convert(const Config& model) {
    const Config output = add(model);
    const std::string name = model.at("config").is_map() ? text_in(model.at("config"), "name") : std::string();
    Config config = Config::map({{"name", name.empty() ? "sequential" : name}});
    config.set("layers", Config(std::move(entries_)));
    config.set("input_layers", Config(std::move(inputs_)));
    config.set("output_layers", Config::list({output}));
    return Config::map({{"class_name", "Model"}, {"config", std::move(config)}});
  }

 private:
  static Config reference(const std::string& name) { return Config::list({name, 0, 0}); }

  Config put(Config entry, const Config::List& inputs) {
    const std::string name = text_in(entry.at("config"), "name");
    entry.set("name", name);
    entry.set("inbound_nodes", inputs.empty() ? Config(Config::List{}) : Config::list({Config(inputs)}));
    entries_.push_back(std::move(entry));
    return reference(name);
  }

  Config add_input(const std::string& layer, const Config& shape) {
    KCPP_CHECK(shape.is_list(), FormatError, "layer \"", layer, "\" begins a branch of a Merge without a shape");
    const std::string name = layer + "_input";
    const Config config = Config::map({{"name", name}, {"batch_input_shape", shape}, {"dtype", "float32"}});
    inputs_.push_back(put(Config::map({{"class_name", "InputLayer"}, {"config", config}}), {}));
    return inputs_.back();
  }

  /// The layers of a Sequential, the first of which may be a Merge; gives the tensor at its end.
  Config add(const Config& model) {
    KCPP_CHECK(text_in(model, "class_name") == "Sequential", FormatError,
               "a Merge of models can only be read where they are Sequential, received a \"",
               text_in(model, "class_name"), "\"");
    const Config::List& layers = layers_of(model);
    KCPP_CHECK(!layers.empty(), FormatError, "a Merge has a branch without layers");
    Config at;
    for (const Config& entry : layers) {
      if (at.is_null() && begins_with_merge(model)) {
        Config::List branches;
        for (const Config& branch : entry.at("config").at("layers").as_list()) branches.push_back(add(branch));
        at = put(converted(entry), branches);
        continue;
      }
      Config layer = converted(entry);
      if (at.is_null()) {
        const Config* shape = layer.at("config").find("batch_input_shape");
        at = add_input(name_of(entry), shape == nullptr ? Config() : *shape);
      }
      if (Config* config = layer.find("config"); config->is_map()) config->erase("batch_input_shape");
      at = put(std::move(layer), {at});
    }
    return at;
  }

  Config::List entries_, inputs_;
};

}  // namespace

bool is_keras1_model(const Config& model) {
  if (!model.is_map() || !is_model(model) || !model.contains("config")) return false;
  if (text_in(model, "keras_version").rfind("1.", 0) == 0) return true;
  const Config& config = model.at("config");
  const Config* layers = config.is_list() ? &config : config.find("layers");
  if (layers == nullptr || !layers->is_list()) return false;
  return std::any_of(layers->as_list().begin(), layers->as_list().end(),
                     [](const Config& entry) { return is_keras1_layer(entry) || is_keras1_model(entry); });
}

Config keras2_model_from_keras1(const Config& model) {
  if (begins_with_merge(model)) return Inliner().convert(model);
  Config result = model;
  Config* config = result.find("config");
  Config::List& layers = (config->is_list() ? *config : *config->find("layers")).as_list();
  for (Config& entry : layers) {
    Config layer = converted(entry);
    for (const char* key : {"name", "inbound_nodes"})  // of the calls, which stay as they are
      if (const Config* value = entry.find(key)) layer.set(key, *value);
    entry = std::move(layer);
  }
  return result;
}

}  // namespace kerascpp
