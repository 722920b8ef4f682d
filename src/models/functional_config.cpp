#include "models/functional_config.hpp"

#include <map>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/node.hpp>

#include "layers/host_layer.hpp"
#include "models/functional.hpp"
#include "models/operation_config.hpp"
#include "models/operation_layer.hpp"

namespace kerascpp {
namespace {

/// Where a symbol comes from, in the terms of a functional config: layer or operation, number of its call inside the
/// model, output of that call.
struct History {
  std::string name;
  std::int64_t node = 0;
  std::int64_t tensor = 0;
};

class Writer {
 public:
  explicit Writer(const Functional& model) : model_(model) {
    for (const LayerGraphEntry& entry : model.graph().entries)
      for (std::size_t call = 0; call < entry.nodes.size(); ++call) {
        const LayerGraphNode& node = model.graph().nodes[entry.nodes[call]];
        for (std::size_t tensor = 0; tensor < node.outputs.size(); ++tensor)
          history_[{node.outputs[tensor].node().get(), node.outputs[tensor].index()}] = {
              entry.name(), static_cast<std::int64_t>(call), static_cast<std::int64_t>(tensor)};
      }
  }

  Config write() {
    Config config = Config::map({{"name", model_.name()}, {"trainable", model_.trainable()}});
    Config::List layers;
    for (const LayerGraphEntry& entry : model_.graph().entries) layers.push_back(entry_config(entry));
    config.set("layers", Config(std::move(layers)));
    config.set("input_layers", tensors(model_.inputs()));
    config.set("output_layers", tensors(model_.outputs()));
    return config;
  }

 private:
  [[nodiscard]] Config entry_config(const LayerGraphEntry& entry) const {
    Config config = entry.layer.defined() ? entry.layer->serialize() : operation_config(*entry.operation);
    config.set("name", entry.name());
    Config::List nodes;
    for (std::size_t i : entry.nodes) {
      const LayerGraphNode& node = model_.graph().nodes[i];
      if (node.call && node.call->inputs.empty()) continue;
      nodes.push_back(node.call ? call_config(*node.call) : operation_call_config(*node.operation, tensor_writer()));
    }
    config.set("inbound_nodes", Config(std::move(nodes)));
    return config;
  }

  [[nodiscard]] TensorWriter tensor_writer() const {
    return [this](const Symbol& symbol) { return tensor(symbol); };
  }

  [[nodiscard]] Config call_config(const LayerCall& call) const {
    if (is_operation(Layer(call.layer))) return restored(stored_call(call.options), call.inputs);
    Config keywords = call.layer->call_keywords();
    // Keras notes the default only where it need not convert the input first
    if (const Config* training = keywords.find("training");
        training != nullptr && *training == Config(true) && call.inputs[0].dtype() != call.layer->compute_dtype())
      keywords = Config::map();
    if (call.options.training >= 0) keywords.set("training", call.options.training == 1);
    for (const auto& [name, value] : call.options.arguments) keywords.set(name, argument(value));
    if (const std::vector<std::string>& names = call.layer->input_names(); !names.empty()) {
      Config::List args;
      for (std::size_t i = 0; i < call.inputs.size(); ++i) {
        args.push_back(tensor(call.inputs[i]));
        if (i < call.options.mask.size() && call.options.mask[i].defined())
          keywords.set(names[i] + "_mask", tensor(call.options.mask[i]));
      }
      return Config::map({{"args", Config(std::move(args))}, {"kwargs", keywords}});
    }
    if (!call.options.mask.empty() || keywords.contains("mask")) keywords.set("mask", masks(call));
    return Config::map({{"args", Config::list({arranged(call.inputs, [this](const Symbol& x) { return tensor(x); })})},
                        {"kwargs", keywords}});
  }

  /// The stored arguments of an operation with its tensors put back.
  [[nodiscard]] Config restored(const Config& stored, const SymbolList& inputs) const {
    if (const std::optional<std::size_t> place = referenced_tensor(stored)) return tensor(inputs[*place]);
    if (stored.is_list()) {
      Config::List list;
      for (const Config& item : stored.as_list()) list.push_back(restored(item, inputs));
      return Config(std::move(list));
    }
    if (stored.is_map()) {
      Config map = Config::map();
      for (const auto& [key, value] : stored.as_map()) map.set(key, restored(value, inputs));
      return map;
    }
    return stored;
  }

  /// One value for each symbol, in the form in which the symbols were given: one, a list, or a dictionary.
  template <class F>
  static Config arranged(const SymbolList& symbols, F&& value) {
    if (!symbols.is_list()) return value(symbols[0]);
    if (!symbols.keys().empty()) {
      Config map = Config::map();
      for (std::size_t i = 0; i < symbols.size(); ++i) map.set(symbols.keys()[i], value(symbols[i]));
      return map;
    }
    Config::List list;
    for (const Symbol& symbol : symbols) list.push_back(value(symbol));
    return Config(std::move(list));
  }

  /// The masks of a call in the form of its inputs, null where there is none.
  [[nodiscard]] Config masks(const LayerCall& call) const {
    std::size_t at = 0;
    return arranged(call.inputs, [&](const Symbol&) {
      const Symbol mask = at < call.options.mask.size() ? call.options.mask[at] : Symbol();
      ++at;
      return mask.defined() ? tensor(mask) : Config();
    });
  }

  [[nodiscard]] Config argument(const DictValue& value) const {
    if (const Symbol* symbol = value.symbol()) return tensor(*symbol);
    if (const std::string* text = value.text()) return *text;
    if (const Tensor* number = value.tensor(); number != nullptr && number->size() == 1) {
      if (is_bool(number->dtype())) return number->item<bool>();
      if (is_integer(number->dtype())) return Config(static_cast<long long>(number->item<std::int64_t>()));
      return number->item<double>();
    }
    if (const auto* items = value.list()) {
      Config::List list;
      for (const DictValue& item : *items) list.push_back(argument(item));
      return Config(std::move(list));
    }
    throw ValueError(text_of("[get_config] model \"", model_.name(),
                             "\": an argument of a layer call is of a kind that has no place in a config"));
  }

  /// `{"class_name": "__keras_tensor__", "config": {"shape", "dtype", "keras_history": [layer, node, tensor]}}`
  [[nodiscard]] Config tensor(const Symbol& symbol) const {
    const auto found = history_.find({symbol.node().get(), symbol.index()});
    KCPP_CHECK(found != history_.end(), ValueError, "[get_config] model \"", model_.name(), "\": ", symbol,
               " is a value outside the model; a config cannot hold it");
    const History& history = found->second;
    return Config::map({{"class_name", "__keras_tensor__"},
                        {"config", Config::map({{"shape", to_config(written_shape(symbol))},
                                                {"dtype", written_dtype(symbol)},
                                                {"keras_history", Config::list({history.name, to_config(history.node),
                                                                                to_config(history.tensor)})}})}});
  }

  /// One `[layer, node, tensor]`, or a list or dictionary of them as the model was given.
  [[nodiscard]] Config tensors(const SymbolList& symbols) const {
    return arranged(symbols, [this](const Symbol& symbol) {
      const History& history = history_.at({symbol.node().get(), symbol.index()});
      return Config::list({history.name, to_config(history.node), to_config(history.tensor)});
    });
  }

  const Functional& model_;
  std::map<std::pair<const Node*, int>, History> history_;
};

}  // namespace

Config functional_config(const Functional& model) { return Writer(model).write(); }

}  // namespace kerascpp
