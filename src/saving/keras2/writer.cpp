#include <kerascpp/saving/keras2.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/atomic_file.hpp"
#include "saving/keras_archive.hpp"
#include "saving/legacy_h5.hpp"

namespace kerascpp::saving {
namespace {

constexpr const char* kVersion = "2.15.0";

std::string text_in(const Config& config, std::string_view key) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

bool is_model(const Config& entry) {
  const std::string kind = text_in(entry, "class_name");
  return kind == "Sequential" || kind == "Functional";
}

bool is_operation(const Config& entry) { return text_in(entry, "module").rfind("keras.src.ops", 0) == 0; }

bool is_tensor(const Config& value) { return text_in(value, "class_name") == "__keras_tensor__"; }

/// What Keras 2 does not know among the keys of Keras 3, and the values that say nothing.
const std::map<std::string_view, std::vector<Config>>& new_keys() {
  static const std::map<std::string_view, std::vector<Config>> keys = {
      {"quantization_config", {nullptr}}, {"optional", {false}},  {"rms_scaling", {false}},
      {"flash_attention", {nullptr}},     {"use_gate", {false}},  {"zero_output_for_mask", {false}},
      {"pad_to_aspect_ratio", {false}},   {"antialias", {false}}, {"synchronized", {false}},
      {"output_padding", {nullptr}},
  };
  return keys;
}

/// Layers whose stream of random numbers has no seed of its own in Keras 2.
bool draws_without_seed(const std::string& kind) {
  for (const char* name : {"SimpleRNN", "LSTM", "GRU", "SimpleRNNCell", "LSTMCell", "GRUCell", "ConvLSTM1D",
                           "ConvLSTM2D", "ConvLSTM3D", "Attention", "AdditiveAttention", "MultiHeadAttention"})
    if (kind == name) return true;
  return false;
}

Config layer_for_keras2(const Config& entry);

/// Objects without their modules, policies by name.
Config value_for_keras2(const std::string& key, const Config& value) {
  if (value.is_list()) {
    Config::List list;
    for (const Config& item : value.as_list()) list.push_back(value_for_keras2(key, item));
    return Config(std::move(list));
  }
  if (!value.is_map()) {
    if (value.is_string() && value.as_string() == "kerascpp>keras2_hard_sigmoid") return "hard_sigmoid";
    KCPP_CHECK(!value.is_string() || value.as_string() != "hard_sigmoid" || key == "name", ValueError,
               "hard_sigmoid was another function in Keras 2");
    return value;
  }
  const std::string kind = text_in(value, "class_name");
  if (kind == "DTypePolicy") {
    const std::string name = value.at("config").at("name").as_string();
    if (name.rfind("mixed_", 0) != 0) return name;
    return Config::map({{"class_name", "Policy"}, {"config", Config::map({{"name", name}})}});
  }
  if (kind == "function") return value_for_keras2(key, value.at("config"));
  if (key == "layer" || key == "cell" || key == "backward_layer") return layer_for_keras2(value);
  if (!kind.empty() && value.contains("config")) {
    const std::string registered = text_in(value, "registered_name");
    return Config::map({{"class_name", registered.empty() ? kind : registered},
                        {"config", value_for_keras2(key, value.at("config"))}});
  }
  Config map = Config::map();
  for (const auto& [name, item] : value.as_map()) map.set(name, value_for_keras2(name, item));
  return map;
}

Config model_for_keras2(const Config& model);

/// {"class_name", "config"} of a layer.
Config layer_for_keras2(const Config& entry) {
  if (is_model(entry)) return model_for_keras2(entry);
  const std::string kind = text_in(entry, "class_name"), registered = text_in(entry, "registered_name");
  Config config = Config::map();
  for (const auto& [key, value] : entry.at("config").as_map()) {
    if (key == "seed" && draws_without_seed(kind)) continue;
    if (const auto known = new_keys().find(key);
        known != new_keys().end() && kind.find("Transpose") == std::string::npos) {
      const bool is_default = std::find(known->second.begin(), known->second.end(), value) != known->second.end();
      KCPP_CHECK(is_default, ValueError, "Keras 2 has no ", key, " in ", kind, ", which is ", value);
      continue;
    }
    std::string name = key;
    if (kind == "InputLayer" && key == "batch_shape") name = "batch_input_shape";
    if (kind == "LeakyReLU" && key == "negative_slope") name = "alpha";
    config.set(name, key == "cells" ? Config() : value_for_keras2(key, value));
    if (key == "cells") {
      Config::List cells;
      for (const Config& cell : value.as_list()) cells.push_back(layer_for_keras2(cell));
      config.set("cells", Config(std::move(cells)));
    }
  }
  return Config::map({{"class_name", registered.empty() ? kind : registered}, {"config", std::move(config)}});
}

/// The calls of a functional model as nested lists.
class FunctionalWriter {
 public:
  explicit FunctionalWriter(const Config& model) : config_(model.at("config")) {
    for (const Config& entry : config_.at("layers").as_list()) {
      entries_[text_in(entry, "name")] = &entry;
    }
    find_mask_operations();
  }

  Config write() {
    Config::List layers;
    for (const Config& entry : config_.at("layers").as_list()) {
      const std::string name = text_in(entry, "name");
      if (mask_operations_.contains(name)) continue;
      try {
        KCPP_CHECK(!is_operation(entry), ValueError, "Keras 2 has no operation ", text_in(entry, "class_name"),
                   " between layers");
        Config layer = layer_for_keras2(entry);
        layer.set("name", name);
        Config::List calls;
        if (const Config* nodes = entry.find("inbound_nodes"))
          for (const Config& node : nodes->as_list()) calls.push_back(call(node));
        layer.set("inbound_nodes", Config(std::move(calls)));
        layers.push_back(std::move(layer));
      } catch (Error& error) {
        error.add_context("in layer \"" + name + "\"");
        throw;
      }
    }
    Config result = config_;
    result.set("layers", Config(std::move(layers)));
    for (const char* key : {"input_layers", "output_layers"}) result.set(key, ends(config_.at(key)));
    return Config::map({{"class_name", "Functional"}, {"config", std::move(result)}});
  }

 private:
  template <class F>
  static void for_each_tensor(const Config& value, F&& use) {
    if (is_tensor(value)) return use(value.at("config").at("keras_history").as_list()[0].as_string());
    if (value.is_list())
      for (const Config& item : value.as_list()) for_each_tensor(item, use);
    if (value.is_map())
      for (const auto& [key, item] : value.as_map()) for_each_tensor(item, use);
  }

  /// Operations whose results are used as masks alone, or by such operations: Keras 2 finds masks by itself.
  void find_mask_operations() {
    std::set<std::string> used;  // for what is computed
    std::vector<std::string> open;
    const auto use = [&](const std::string& name) {
      if (used.insert(name).second) open.push_back(name);
    };
    for (const auto& [name, entry] : entries_)
      if (!is_operation(*entry)) use(name);
    const auto visit_outputs = [&](const Config& value, const auto& self) -> void {
      if (value.is_list() && value.size() == 3 && value.as_list()[0].is_string())
        return use(value.as_list()[0].as_string());
      if (value.is_list())
        for (const Config& item : value.as_list()) self(item, self);
    };
    visit_outputs(config_.at("output_layers"), visit_outputs);
    while (!open.empty()) {
      const Config& entry = *entries_.at(open.back());
      open.pop_back();
      const Config* nodes = entry.find("inbound_nodes");
      if (nodes == nullptr) continue;
      for (const Config& node : nodes->as_list()) {
        for_each_tensor(node.at("args"), use);
        for (const auto& [key, value] : node.at("kwargs").as_map())
          if (key != "mask") for_each_tensor(value, use);
      }
    }
    for (const auto& [name, entry] : entries_)
      if (is_operation(*entry) && !used.contains(name)) mask_operations_.insert(name);
  }

  /// [layer, call, output]; the making of a model counts as its call 0.
  [[nodiscard]] Config reference(const Config& history) const {
    const Config::List& parts = history.as_list();
    const auto entry = entries_.find(parts[0].as_string());
    const bool shifted = entry != entries_.end() && is_model(*entry->second);
    return Config::list({parts[0], to_config(parts[1].as_int() + (shifted ? 1 : 0)), parts[2]});
  }

  [[nodiscard]] Config argument(const Config& value) const {
    if (is_tensor(value)) return reference(value.at("config").at("keras_history"));
    if (value.is_list()) {
      Config::List list;
      for (const Config& item : value.as_list()) list.push_back(argument(item));
      return Config(std::move(list));
    }
    return value;
  }

  [[nodiscard]] Config call(const Config& node) const {
    Config keywords = Config::map();
    for (const auto& [key, value] : node.at("kwargs").as_map())
      if (!value.is_null() && key != "mask" && key != "training") keywords.set(key, argument(value));
    const Config::List& arguments = node.at("args").as_list();
    KCPP_CHECK(!arguments.empty(), ValueError, "Keras 2 needs an input for each call");
    static const char* const names[] = {"", "value", "key"};  // of attention layers, whose inputs stand apart
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      KCPP_CHECK(i < 3, ValueError, "Keras 2 has no call with ", arguments.size(), " arguments");
      keywords.set(names[i], argument(arguments[i]));
    }
    Config::List tensors;
    const Config first = argument(arguments.front());
    const bool is_one = is_tensor(arguments.front());
    for (const Config& tensor : is_one ? Config::List{first} : first.as_list()) {
      Config with_keywords = tensor;
      with_keywords.push_back(keywords);
      tensors.push_back(std::move(with_keywords));
    }
    return Config(std::move(tensors));
  }

  /// Always a list of [layer, call, output].
  [[nodiscard]] Config ends(const Config& given) const {
    KCPP_CHECK(given.is_list(), ValueError, "Keras 2 has no models with inputs or outputs by name");
    if (given.size() == 3 && given.as_list()[0].is_string()) return Config::list({reference(given)});
    Config::List list;
    for (const Config& item : given.as_list()) list.push_back(reference(item));
    return Config(std::move(list));
  }

  const Config& config_;
  std::map<std::string, const Config*> entries_;
  std::set<std::string> mask_operations_;
};

Config model_for_keras2(const Config& model) {
  if (text_in(model, "class_name") != "Sequential") return FunctionalWriter(model).write();
  Config config = Config::map({{"name", model.at("config").at("name")}});
  Config::List layers;
  for (const Config& entry : model.at("config").at("layers").as_list()) {
    try {
      layers.push_back(layer_for_keras2(entry));
    } catch (Error& error) {
      error.add_context("in layer \"" + text_in(entry.at("config"), "name") + "\"");
      throw;
    }
  }
  config.set("layers", Config(std::move(layers)));
  return Config::map({{"class_name", "Sequential"}, {"config", std::move(config)}});
}

Config config_for_keras2(const Model& model) {
  const Config config = model_config(model, false);
  KCPP_CHECK(is_model(config), ValueError, "[save_keras2] Keras 2 has no models of class ",
             text_in(config, "class_name"));
  try {
    return model_for_keras2(config);
  } catch (Error& error) {
    error.add_context("while writing the config of Keras 2");
    throw;
  }
}

}  // namespace

std::string to_keras2_json(const Model& model) {
  Config config = config_for_keras2(model);
  config.set("keras_version", kVersion);
  config.set("backend", "tensorflow");
  return to_json(config);
}

void save_keras2(const Model& model, const std::string& path, bool overwrite) {
  check_overwrite(path, overwrite);
  KCPP_CHECK(path.ends_with(".h5") && !path.ends_with(".weights.h5"), ValueError, "[save_keras2] \"", path,
             "\" must end in .h5");
  write_file(path, legacy_file(model, config_for_keras2(model), kVersion).bytes());
}

}  // namespace kerascpp::saving
