#include <algorithm>
#include <map>
#include <set>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/saving/yaml.hpp>

#include "layers/load_scope.hpp"
#include "models/families.hpp"
#include "models/feature_space/feature_space_layer.hpp"
#include "models/functional.hpp"
#include "models/operation_layer.hpp"
#include "models/sequential.hpp"
#include "saving/keras1/model_config.hpp"
#include "saving/keras1/output_shapes.hpp"
#include "saving/keras2/model_config.hpp"

namespace kerascpp {
namespace {

// far beyond any model that is of use; each call takes about a kilobyte
constexpr std::int64_t kMostCalls = 200000;

std::string text_in(const Config& config, std::string_view key, const std::string& fallback = {}) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : fallback;
}

/// Whether an entry of a functional config is an operation of keras.ops; some share their class name with layers.
bool is_operation(const Config& entry) {
  const std::string module = text_in(entry, "module");
  if (!module.empty()) return module.rfind("keras.src.ops", 0) == 0;
  // the .h5 files of Keras 3 leave modules out; every layer but an input says whether it is trainable
  return find_operation(text_in(entry, "class_name")) != nullptr && !entry.at("config").contains("trainable");
}

Layer layer_from_config(const Config& config) {
  if (is_operation(config)) return make_layer<OperationLayer>(config.at("class_name").as_string(), config.at("config"));
  auto layer = std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", config));
  KCPP_CHECK(layer != nullptr, FormatError, "class \"", text_in(config, "class_name"), "\" is no layer");
  return Layer(std::move(layer));
}

/// Builds the layers and calls of a functional config, in whatever order they stand.
class FunctionalReader {
 public:
  explicit FunctionalReader(const Config& config) : config_(config) {}

  Model read() {
    for (const Config& entry : config_.at("layers").as_list()) add_entry(entry);
    for (auto& [name, entry] : entries_)
      for (std::size_t number = 0; number < entry.calls.size(); ++number) make({&entry, number});
    const SymbolList inputs = tensors("input_layers"), outputs = tensors("output_layers");
    const Config* trainable = config_.find("trainable");
    return Model(inputs, outputs,
                 {.name = text_in(config_, "name"), .trainable = trainable == nullptr || trainable->as_bool()});
  }

 private:
  enum class State { Waiting, Open, Made };
  struct Call {
    const Config* node = nullptr;
    State state = State::Waiting;
    std::vector<Symbol> outputs;
  };
  struct Entry {
    std::string name;
    Layer layer;
    std::vector<Call> calls;
  };
  struct CallId {
    Entry* entry;
    std::size_t number;
    [[nodiscard]] Call& call() const { return entry->calls[number]; }
  };

  /// Makes a call after those that it needs; they may stand anywhere in the config.
  void make(const CallId& wanted) {
    std::vector<CallId> stack{wanted};
    while (!stack.empty()) {
      const CallId id = stack.back();
      if (id.call().state == State::Made) {
        stack.pop_back();
        continue;
      }
      const bool first = id.call().state == State::Waiting;
      id.call().state = State::Open;
      std::vector<CallId> missing;
      find_missing(*id.call().node, missing);
      if (missing.empty()) {
        make_call(id);
        id.call().state = State::Made;
        stack.pop_back();
        continue;
      }
      for (const CallId& needed : missing)
        KCPP_CHECK(first && needed.call().state == State::Waiting, FormatError, "layer \"", needed.entry->name,
                   "\" is part of a cycle");
      stack.insert(stack.end(), missing.begin(), missing.end());
    }
  }

  /// The calls whose outputs are named inside and that are not made yet.
  void find_missing(const Config& config, std::vector<CallId>& missing) {
    if (is_tensor(config)) {
      const CallId id = call_of(config.at("config").at("keras_history"));
      if (id.call().state != State::Made) missing.push_back(id);
    } else if (config.is_list()) {
      for (const Config& item : config.as_list()) find_missing(item, missing);
    } else if (config.is_map()) {
      for (const auto& [key, value] : config.as_map()) find_missing(value, missing);
    }
  }

  void add_entry(const Config& config) {
    const std::string name = text_in(config, "name", text_in(config.at("config"), "name"));
    KCPP_CHECK(!entries_.contains(name), FormatError, "two layers are named \"", name, "\"");
    Entry entry;
    entry.name = name;
    try {
      entry.layer = layer_from_config(config);
    } catch (Error& error) {
      error.add_context(text_of("in layer \"", name, "\""));
      throw;
    }
    if (entry.layer.defined() && entry.layer.base()->class_name() == "InputLayer") {
      entry.calls.push_back({nullptr, State::Made, {entry.layer.as<layers::InputLayer>()->make_symbol()}});
    } else if (const Config* nodes = config.find("inbound_nodes")) {
      for (const Config& node : nodes->as_list()) entry.calls.push_back({&node, State::Waiting, {}});
    }
    entries_.emplace(name, std::move(entry));
  }

  /// The call that `[layer, call, output]` names.
  CallId call_of(const Config& history) {
    const Config::List& parts = history.as_list();
    KCPP_CHECK(parts.size() >= 3, FormatError, "expected [layer, call, output], received ", history);
    const auto found = entries_.find(parts[0].as_string());
    KCPP_CHECK(found != entries_.end(), FormatError, "there is no layer \"", parts[0].as_string(), "\"");
    const auto number = static_cast<std::size_t>(parts[1].as_int());
    KCPP_CHECK(number < found->second.calls.size(), FormatError, "layer \"", found->first, "\" has no call number ",
               parts[1].as_int());
    return {&found->second, number};
  }

  /// The tensor that it names.
  Symbol tensor(const Config& history) {
    const CallId id = call_of(history);
    const auto output = static_cast<std::size_t>(history.as_list()[2].as_int());
    KCPP_CHECK(output < id.call().outputs.size(), FormatError, "call ", id.number, " of layer \"", id.entry->name,
               "\" has no output number ", history.as_list()[2].as_int());
    return id.call().outputs[output];
  }

  static bool is_tensor(const Config& config) {
    return config.is_map() && text_in(config, "class_name") == "__keras_tensor__";
  }

  SymbolList symbols(const Config& config) {
    if (is_tensor(config)) return tensor(config.at("config").at("keras_history"));
    if (config.is_map()) {
      Dict by_key;
      for (const auto& [key, value] : config.as_map()) by_key.set(key, symbols(value).single());
      return by_key;
    }
    KCPP_CHECK(config.is_list(), FormatError, "expected a tensor or a list of tensors, received ", config);
    std::vector<Symbol> list;
    for (const Config& item : config.as_list()) list.push_back(symbols(item).single());
    return list;
  }

  /// Masks of a call; null stands for an input without one.
  std::vector<Symbol> masks(const Config& config) {
    if (is_tensor(config)) return symbols(config).vector();
    if (config.is_map()) {
      Config::List list;
      for (const auto& [key, value] : config.as_map()) list.push_back(value);
      return masks(Config(std::move(list)));
    }
    KCPP_CHECK(config.is_list(), FormatError, "expected a mask or a list of masks, received ", config);
    std::vector<Symbol> list;
    bool any = false;
    for (const Config& item : config.as_list()) {
      list.push_back(item.is_null() ? Symbol() : symbols(item).single());
      any = any || list.back().defined();
    }
    return any ? list : std::vector<Symbol>{};
  }

  DictValue argument(const Config& config) {
    if (is_tensor(config)) return DictValue(symbols(config).single());
    if (config.is_bool()) return DictValue(config.as_bool());
    if (config.is_int()) return DictValue(config.as_int());
    if (config.is_number()) return DictValue(config.as_double());
    if (config.is_string()) return DictValue(config.as_string());
    if (config.is_list()) {
      std::vector<DictValue> items;
      for (const Config& item : config.as_list()) items.push_back(argument(item));
      return DictValue(std::move(items));
    }
    return {};
  }

  /// The arguments of an operation with its tensors moved to `inputs`.
  Config references(const Config& config, std::vector<Symbol>& inputs) {
    if (is_tensor(config)) {
      inputs.push_back(symbols(config).single());
      return tensor_reference(inputs.size() - 1);
    }
    if (config.is_list()) {
      Config::List list;
      for (const Config& item : config.as_list()) list.push_back(references(item, inputs));
      return Config(std::move(list));
    }
    if (config.is_map()) {
      Config map = Config::map();
      for (const auto& [key, value] : config.as_map()) map.set(key, references(value, inputs));
      return map;
    }
    return config;
  }

  void make_call(const CallId& id) {
    Entry& entry = *id.entry;
    try {
      const Config& node = *id.call().node;
      const Config::List& arguments = node.at("args").as_list();
      const Config& keywords = node.at("kwargs");
      if (is_operation(entry.layer)) {
        std::vector<Symbol> inputs;
        Config stored = Config::map({{"args", references(Config(arguments), inputs)}});
        stored.set("kwargs", references(keywords, inputs));
        KCPP_CHECK(!inputs.empty(), FormatError, "the operation has no tensors among its arguments");
        id.call().outputs = entry.layer(SymbolList(inputs), operation_call(std::move(stored))).vector();
        return;
      }
      const std::vector<std::string>& names = entry.layer->input_names();
      KCPP_CHECK(!arguments.empty() || !names.empty(), FormatError, "the call has no inputs");
      CallOptions options;
      SymbolList inputs = arguments.empty() ? SymbolList(std::vector<Symbol>{}) : symbols(arguments.front());
      // merging layers of several inputs may also take them one by one
      for (std::size_t i = 1; i < arguments.size(); ++i)
        if (is_tensor(arguments[i])) inputs.push_back(symbols(arguments[i]).single());
      for (std::size_t i = inputs.size(); i < names.size(); ++i)
        if (const Config* named = keywords.find(names[i]); named != nullptr && is_tensor(*named))
          inputs.push_back(symbols(*named).single());
      for (const auto& [key, value] : keywords.as_map()) {
        if (value.is_null()) continue;
        if (std::find(names.begin(), names.end(), key) != names.end()) continue;
        if (key.ends_with("_mask") && is_tensor(value)) {
          const auto name = std::find(names.begin(), names.end(), key.substr(0, key.size() - 5));
          if (name != names.end()) {
            options.mask.resize(inputs.size());
            options.mask.at(static_cast<std::size_t>(name - names.begin())) = symbols(value).single();
            continue;
          }
        }
        if (key == "training") continue;  // what the whole model is called with goes before it in Keras 3
        if (key == "mask")
          options.mask = masks(value);
        else
          options.arguments.set(key, argument(value));
      }
      id.call().outputs = entry.layer(inputs, options).vector();
    } catch (Error& error) {
      error.add_context(text_of("in call ", id.number, " of layer \"", entry.name, "\""));
      throw;
    }
  }

  SymbolList tensors(std::string_view key) {
    const Config& config = config_.at(key);
    if (config.is_map()) {
      Dict by_key;
      for (const auto& [name, history] : config.as_map()) by_key.set(name, tensor(history));
      return by_key;
    }
    KCPP_CHECK(config.is_list() && config.size() > 0, FormatError, "\"", key, "\" must name tensors, received ",
               config);
    if (config.as_list().front().is_string()) return tensor(config);
    std::vector<Symbol> list;
    for (const Config& history : config.as_list()) list.push_back(tensor(history));
    return list;
  }

  const Config& config_;
  std::map<std::string, Entry> entries_;
};

Model sequential_from_config(const Config& config) {
  Sequential model(std::initializer_list<SequentialItem>{}, {.name = text_in(config, "name")});
  std::vector<SequentialItem> items;
  for (const Config& entry : config.at("layers").as_list()) {
    try {
      items.emplace_back(layer_from_config(entry));
    } catch (Error& error) {
      error.add_context(text_of(
          "in layer \"",
          entry.is_map() && entry.contains("config") ? text_in(entry.at("config"), "name") : std::string(), "\""));
      throw;
    }
  }
  model.as<SequentialModel>()->add_all(items);
  const Config* shape = config.find("build_input_shape");
  if (shape != nullptr && shape->is_list() && model.model_base()->inputs().empty()) {
    Shape input;
    from_config(*shape, input);
    model.build(input);
  }
  if (const Config* trainable = config.find("trainable"); trainable != nullptr && !trainable->as_bool())
    model.set_trainable(false);
  return model;
}

}  // namespace

void register_models(ObjectRegistry& registry) {
  registry.add({"layer", "FeatureSpace", "keras.utils", "", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return FeatureSpaceLayer::from_config(config);
                }});
  registry.add({"layer", "Sequential", "keras", "", {}, [](const Config& config) -> std::shared_ptr<Object> {
                  return sequential_from_config(config).base();
                }});
  // called Model before Keras 2.4
  registry.add(
      {"layer",
       "Functional",
       "keras.src.models.functional",
       "",
       {"Model"},
       [](const Config& config) -> std::shared_ptr<Object> { return FunctionalReader(config).read().base(); }});
}

Model model_from_config(const Config& given) {
  const CallLimitScope limit(kMostCalls);
  const MaskLossScope as_in_keras;  // where Keras warns of a lost mask, its files are read all the same
  Config config = given;
  if (is_keras1_model(given))
    config = keras3_model(keras2_model_from_keras1(given));
  else if (is_keras2_model(given))
    config = keras3_model(given);
  auto model = std::dynamic_pointer_cast<ModelBase>(deserialize_object("layer", config));
  if (model != nullptr && is_keras1_model(given) && set_output_padding(given, Model(model), config))
    model = std::dynamic_pointer_cast<ModelBase>(deserialize_object("layer", config));
  KCPP_CHECK(model != nullptr, FormatError, "class \"", text_in(config, "class_name"), "\" is no model",
             text_in(config, "class_name") == "FeatureSpace" ? "; read it by utils::FeatureSpace::load" : "");
  return Model(std::move(model));
}

Model model_from_json(std::string_view json) { return model_from_config(parse_json(json, "model JSON")); }
Model model_from_yaml(std::string_view yaml) { return model_from_config(parse_yaml(yaml, "model YAML")); }

}  // namespace kerascpp
