#include "saving/keras2/model_config.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>

#include "saving/keras2/layer_config.hpp"
#include "saving/keras2/tf_operations.hpp"

namespace kerascpp {
namespace {

std::string text_in(const Config& config, std::string_view key) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

bool is_model(const Config& entry) {
  const std::string class_name = text_in(entry, "class_name");
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

/// Removes the input shape that Keras 2 notes in the config of a first layer; null when there is none.
Config take_input_shape(Config& layer) {
  Config* config = layer.find("config");
  const Config* found = config == nullptr ? nullptr : config->find("batch_input_shape");
  if (found == nullptr) return {};
  Config shape = *found;
  config->erase("batch_input_shape");
  return shape;
}

Config converted_layer(const Config& entry) {
  if (is_model(entry)) return keras3_model(entry);
  Config layer = entry;
  if (text_in(layer, "class_name") != "InputLayer") take_input_shape(layer);
  return keras3_layer(layer);
}

Config sequential(const Config& model) {
  Config given = model.at("config");
  if (given.is_list()) given = Config::map({{"layers", given}});  // up to 2.2.2
  Config::List layers;
  for (const Config& entry : given.at("layers").as_list()) {
    if (layers.empty() && !is_model(entry) && text_in(entry, "class_name") != "InputLayer") {
      Config first = entry;
      if (const Config shape = take_input_shape(first); !shape.is_null()) {
        const Config& config = first.at("config");
        const Config* dtype = config.find("dtype");
        layers.push_back(Config::map(
            {{"class_name", "InputLayer"},
             {"config", Config::map({{"batch_shape", shape},
                                     {"dtype", dtype != nullptr && dtype->is_string() ? *dtype : Config("float32")},
                                     {"name", text_in(config, "name") + "_input"}})}}));
        // indices are integers, whatever the weights are
        const std::string kind = text_in(first, "class_name");
        if (kind == "Embedding" || kind == "WordDropoutEmbedding")
          layers.back().as_map().back().second.set("dtype", "int32");
      }
    }
    layers.push_back(converted_layer(entry));
  }
  Config config = given;
  config.set("layers", Config(std::move(layers)));
  return Config::map({{"class_name", "Sequential"}, {"config", std::move(config)}});
}

class FunctionalConverter {
 public:
  explicit FunctionalConverter(const Config& model) : model_(model), config_(model.at("config")) {
    for (const Config& entry : config_.at("layers").as_list()) entries_[name_of(entry)] = &entry;
    find_shifts();
  }

  Config convert() {
    Config::List layers;
    for (const Config& entry : config_.at("layers").as_list()) {
      try {
        layers.push_back(converted(entry));
      } catch (Error& error) {
        error.add_context("in layer \"" + name_of(entry) + "\"");
        throw;
      }
    }
    Config result = config_;
    result.set("layers", Config(std::move(layers)));
    result.set("input_layers", ends(config_.at("input_layers")));
    result.set("output_layers", ends(config_.at("output_layers")));
    return Config::map({{"class_name", text_in(model_, "class_name")}, {"config", std::move(result)}});
  }

 private:
  static std::string name_of(const Config& entry) {
    const std::string name = text_in(entry, "name");
    return name.empty() ? text_in(entry.at("config"), "name") : name;
  }

  /// [layer, node, tensor] or [layer, node, tensor, keywords], of a layer of this model.
  [[nodiscard]] bool is_reference(const Config& value) const {
    if (!value.is_list() || value.size() < 3 || value.size() > 4) return false;
    const Config::List& parts = value.as_list();
    return parts[0].is_string() && parts[1].is_int() && parts[2].is_int() && entries_.contains(parts[0].as_string());
  }
  static bool is_constant(const Config& value) {
    return value.is_list() && value.size() >= 3 && value.as_list()[0].is_string() &&
           value.as_list()[0].as_string() == "_CONSTANT_VALUE";
  }

  template <class F>
  void for_each_reference(const Config& value, F&& use) const {
    if (is_reference(value)) use(value.as_list()[0].as_string(), value.as_list()[1].as_int());
    if (value.is_list())
      for (const Config& item : value.as_list()) for_each_reference(item, use);
    if (value.is_map())
      for (const auto& [key, item] : value.as_map()) for_each_reference(item, use);
  }

  /// Some versions count the making of a nested model as its call number 0, and never refer to it.
  void find_shifts() {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> range;  // smallest and largest number of a call
    const auto note = [&](const std::string& name, std::int64_t number) {
      const auto [found, fresh] = range.try_emplace(name, number, number);
      found->second.first = std::min(found->second.first, number);
      found->second.second = std::max(found->second.second, number);
    };
    for (const Config& entry : config_.at("layers").as_list())
      if (const Config* nodes = entry.find("inbound_nodes")) for_each_reference(*nodes, note);
    for (const char* key : {"input_layers", "output_layers"}) for_each_reference(config_.at(key), note);
    for (const auto& [name, numbers] : range) {
      const Config& entry = *entries_.at(name);
      const Config* nodes = entry.find("inbound_nodes");
      const auto calls = static_cast<std::int64_t>(nodes == nullptr ? 0 : nodes->size());
      if (is_model(entry) && numbers.first >= 1 && numbers.second >= calls) shifts_[name] = 1;
    }
  }

  [[nodiscard]] Config history(const Config& reference) const {
    const Config::List& parts = reference.as_list();
    const auto shift = shifts_.find(parts[0].as_string());
    return Config::list(
        {parts[0], to_config(parts[1].as_int() - (shift == shifts_.end() ? 0 : shift->second)), parts[2]});
  }

  [[nodiscard]] Config tensor(const Config& reference) const {
    return Config::map(
        {{"class_name", "__keras_tensor__"}, {"config", Config::map({{"keras_history", history(reference)}})}});
  }

  /// A value of a call with references as tensors.
  [[nodiscard]] Config argument(const Config& value) const {
    if (is_reference(value)) return tensor(value);
    if (is_constant(value)) return value.as_list()[2];
    if (value.is_list()) {
      Config::List list;
      for (const Config& item : value.as_list()) list.push_back(argument(item));
      return Config(std::move(list));
    }
    if (value.is_map()) {
      Config map = Config::map();
      for (const auto& [key, item] : value.as_map()) map.set(key, argument(item));
      return map;
    }
    return value;
  }

  /// The keywords of a call stand behind each of its tensors; all say the same.
  [[nodiscard]] Config keywords(const Config& node) const {
    if (is_reference(node) || is_constant(node))
      return node.size() == 4 && node.as_list()[3].is_map() ? argument(node.as_list()[3]) : Config::map();
    if (node.is_list())
      for (const Config& item : node.as_list())
        if (Config found = keywords(item); found.size() > 0) return found;
    return Config::map();
  }

  /// The first argument of a call: one tensor, a list of them, or a dictionary.
  [[nodiscard]] Config first_argument(const Config& node) const {
    if (node.is_list() && !is_reference(node) && !is_constant(node) && node.size() == 1)
      return argument(node.as_list().front());
    return argument(node);
  }

  [[nodiscard]] Config converted(const Config& entry) const {
    const std::string class_name = text_in(entry, "class_name"), name = name_of(entry);
    const Config* nodes = entry.find("inbound_nodes");
    Config::List calls;
    if (is_tf_operation(class_name)) {
      KCPP_CHECK(nodes != nullptr && nodes->size() == 1, FormatError, "an operation has one call, received ",
                 nodes == nullptr ? 0 : nodes->size());
      const Config& node = nodes->as_list().front();
      const ConvertedOperation operation =
          keras3_operation(name, text_in(entry.at("config"), "function"), first_argument(node), keywords(node));
      Config result = operation.entry;
      result.set("name", name);
      result.set("inbound_nodes", Config::list({operation.call}));
      return result;
    }
    if (nodes != nullptr)
      for (const Config& node : nodes->as_list())
        calls.push_back(Config::map({{"args", Config::list({first_argument(node)})}, {"kwargs", keywords(node)}}));
    Config result = converted_layer(entry);
    // a bare list of layers has no name of its own
    if (Config* config = result.find("config"); config != nullptr && config->is_map() && !config->contains("name"))
      config->set("name", name);
    result.set("name", name);
    result.set("inbound_nodes", Config(std::move(calls)));
    return result;
  }

  /// Inputs or outputs of the model. Keras 2 writes a list even for one, and takes a list of one as one.
  [[nodiscard]] Config ends(const Config& given) const {
    if (is_reference(given)) return history(given);
    if (given.is_map()) {
      Config map = Config::map();
      for (const auto& [key, value] : given.as_map()) map.set(key, history(value));
      return map;
    }
    Config::List list;
    for (const Config& item : given.as_list()) {
      KCPP_CHECK(is_reference(item), FormatError, "expected [layer, node, tensor], received ", item);
      list.push_back(history(item));
    }
    return list.size() == 1 ? list.front() : Config(std::move(list));
  }

  const Config& model_;
  const Config& config_;
  std::map<std::string, const Config*> entries_;
  std::map<std::string, std::int64_t> shifts_;
};

}  // namespace

bool is_keras2_model(const Config& model) {
  if (!is_model(model)) return false;
  const Config& config = model.at("config");
  if (config.is_list()) return true;
  const Config* layers = config.find("layers");
  if (layers == nullptr || !layers->is_list()) return false;
  return std::any_of(layers->as_list().begin(), layers->as_list().end(), [](const Config& entry) {
    if (!entry.is_map()) return false;
    const Config* inner = entry.find("config");
    if (inner != nullptr && inner->contains("batch_input_shape")) return true;
    if (const Config* nodes = entry.find("inbound_nodes"); nodes != nullptr && nodes->is_list())
      for (const Config& node : nodes->as_list())
        if (node.is_list()) return true;
    return is_model(entry) && is_keras2_model(entry);
  });
}

Config keras3_model(const Config& model) {
  try {
    if (text_in(model, "class_name") == "Sequential") return sequential(model);
    return FunctionalConverter(model).convert();
  } catch (Error& error) {
    error.add_context("while reading the config of Keras 2");
    throw;
  }
}

}  // namespace kerascpp
