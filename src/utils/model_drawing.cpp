#include "utils/model_drawing.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/models/model_base.hpp>

#include "models/functional.hpp"
#include "models/operation_config.hpp"
#include "models/sequential.hpp"

namespace kerascpp::utils {
namespace {

using drawing::Cell;

/// A structure of tensors as Python prints it: one, a list or a dictionary of what `show` makes of each.
template <class Show>
std::string structure_text(const SymbolList& symbols, std::string_view quote, Show show) {
  if (!symbols.is_list() && symbols.size() == 1) return show(symbols[0]);
  std::string text;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i > 0) text += ", ";
    if (!symbols.keys().empty()) text += text_of(quote, symbols.keys()[i], quote, ": ");
    text += text_of(quote, show(symbols[i]), quote);
  }
  return symbols.keys().empty() ? "[" + text + "]" : text;
}

std::string shape_text(const SymbolList& symbols) {
  if (symbols.empty()) return "?";
  return structure_text(symbols, "", [](const Symbol& symbol) { return to_string(symbol.shape()); });
}

std::string dtype_text(const SymbolList& symbols) {
  if (symbols.empty()) return "?";
  const std::string text =
      structure_text(symbols, "'", [](const Symbol& symbol) { return std::string(name(symbol.dtype())); });
  return symbols.keys().empty() ? text : "{" + text + "}";
}

/// One symbol stands for itself.
SymbolList as_structure(const std::vector<Symbol>& symbols) {
  return symbols.size() == 1 ? SymbolList(symbols.front()) : SymbolList(symbols);
}

std::string activation_name(const Config& activation) {
  if (activation.is_string()) return activation.as_string();
  for (const char* key : {"registered_name", "class_name", "config"})
    if (const Config* value = activation.find(key); value != nullptr && value->is_string()) return value->as_string();
  return "linear";
}

class ModelDrawer {
 public:
  explicit ModelDrawer(const ModelToDotOptions& options) : options_(options) {}

  void add_model(const Layer& model, std::optional<std::size_t> cluster) {
    if (const auto sequential = model.as<SequentialModel>())
      add_sequential(*sequential, cluster);
    else if (const auto functional = model.as<Functional>())
      add_functional(*functional, cluster);
    else
      add_layer_box(model, nullptr, cluster);
  }

  [[nodiscard]] std::size_t add_cluster(const std::string& label, std::optional<std::size_t> parent) {
    picture_.clusters.push_back({label, parent});
    return picture_.clusters.size() - 1;
  }

  drawing::LayeredDrawing finish() { return std::move(picture_); }

 private:
  /// Of the boxes that stand for an input or output of a layer.
  using Boxes = std::vector<std::size_t>;

  [[nodiscard]] bool is_expanded(const Layer& layer) const {
    return options_.expand_nested && layer.defined() &&
           (layer.as<Functional>() != nullptr || layer.as<SequentialModel>() != nullptr);
  }

  static const LayerGraph& graph_of(const SequentialModel& model) {
    KCPP_CHECK(model.functional() != nullptr, ValueError, "[model_to_dot] the input shape of model \"", model.name(),
               "\" is not known yet: start it with an Input, build it, or call it on data first");
    return model.functional()->graph();
  }

  void add_sequential(const SequentialModel& model, std::optional<std::size_t> cluster) {
    const LayerGraph& graph = graph_of(model);
    const std::vector<Layer> layers = model.layers();
    for (const Layer& layer : layers) {
      const auto entry = std::find_if(graph.entries.begin(), graph.entries.end(),
                                      [&](const LayerGraphEntry& e) { return e.layer.is(layer); });
      add_layer(layer, entry == graph.entries.end() ? nullptr : &graph.nodes[entry->nodes.front()], cluster);
    }
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) connect(outputs_of(layers[i], 0), inputs_of(layers[i + 1], 0));
  }

  void add_functional(const Functional& model, std::optional<std::size_t> cluster) {
    const LayerGraph& graph = model.graph();
    for (const LayerGraphEntry& entry : graph.entries) {
      const LayerGraphNode& node = graph.nodes[entry.nodes.front()];
      if (entry.layer.defined())
        add_layer(entry.layer, &node, cluster);
      else
        add_operation_box(node, cluster);
    }
    for (const LayerGraphEntry& entry : graph.entries)
      for (const std::size_t n : entry.nodes)
        for (std::size_t i = 0; i < graph.nodes[n].inputs.size(); ++i)
          connect(producers_of(graph, graph.nodes[n].inputs[i]), inputs_of(entry, i));
  }

  void add_layer(const Layer& layer, const LayerGraphNode* call, std::optional<std::size_t> cluster) {
    if (!is_expanded(layer)) return add_layer_box(layer, call, cluster);
    if (!expanded_.insert(layer.base().get()).second) return;
    add_model(layer, add_cluster(layer.name(), cluster));
  }

  // --- arrows

  void connect(const Boxes& from, const Boxes& to) {
    for (const std::size_t a : from)
      for (const std::size_t b : to)
        if (connected_.insert({a, b}).second) picture_.arrows.push_back({a, b});
  }

  [[nodiscard]] Boxes box_of(const void* key) const {
    const auto found = boxes_.find(key);
    return found == boxes_.end() ? Boxes{} : Boxes{found->second};
  }

  /// The boxes that give a symbol; none for a constant or for what a model does not compute itself.
  [[nodiscard]] Boxes producers_of(const LayerGraph& graph, const Symbol& symbol) {
    const auto [found, fresh] = producers_.try_emplace(&graph);
    if (fresh)
      for (const LayerGraphEntry& entry : graph.entries)
        for (const std::size_t n : entry.nodes)
          for (std::size_t i = 0; i < graph.nodes[n].outputs.size(); ++i) {
            const Symbol& output = graph.nodes[n].outputs[i];
            found->second.insert({{output.node().get(), output.index()}, {&entry, i}});
          }
    const auto producer = found->second.find({symbol.node().get(), symbol.index()});
    if (producer == found->second.end()) return {};
    const auto& [entry, index] = producer->second;
    return entry->layer.defined() ? outputs_of(entry->layer, index) : box_of(entry->operation.get());
  }

  [[nodiscard]] Boxes outputs_of(const Layer& layer, std::size_t index) {
    if (!is_expanded(layer)) return box_of(layer.base().get());
    if (const auto sequential = layer.as<SequentialModel>()) {
      const std::vector<Layer> layers = sequential->layers();
      return layers.empty() ? Boxes{} : outputs_of(layers.back(), index);
    }
    const auto functional = layer.as<Functional>();
    return producers_of(functional->graph(), functional->outputs()[index]);
  }

  [[nodiscard]] Boxes inputs_of(const LayerGraphEntry& entry, std::size_t index) {
    return entry.layer.defined() ? inputs_of(entry.layer, index) : box_of(entry.operation.get());
  }

  [[nodiscard]] Boxes inputs_of(const Layer& layer, std::size_t index) {
    if (!is_expanded(layer)) return box_of(layer.base().get());
    if (const auto sequential = layer.as<SequentialModel>()) {
      const std::vector<Layer> layers = sequential->layers();
      return layers.empty() ? Boxes{} : inputs_of(layers.front(), index);
    }
    const auto functional = layer.as<Functional>();
    const SymbolList& inputs = functional->inputs();
    const Symbol& input = inputs[std::min(index, inputs.size() - 1)];
    const LayerGraph& graph = functional->graph();
    if (const Boxes box = producers_of(graph, input); !box.empty()) return box;
    Boxes users;  // the model starts from a tensor inside of another: no box stands for it
    for (const LayerGraphEntry& entry : graph.entries)
      for (const std::size_t n : entry.nodes)
        for (std::size_t i = 0; i < graph.nodes[n].inputs.size(); ++i)
          if (graph.nodes[n].inputs[i].is(input))
            for (const std::size_t box : inputs_of(entry, i)) users.push_back(box);
    return users;
  }

  // --- boxes

  struct Facts {
    std::string name, class_name;
    SymbolList inputs = {}, outputs = {};
  };

  void add_layer_box(const Layer& layer, const LayerGraphNode* call, std::optional<std::size_t> cluster) {
    Facts facts{layer.name(), layer->class_name()};
    const auto model = layer.as<ModelBase>();
    if (model != nullptr && !model->inputs().empty()) {
      facts.inputs = model->inputs();
      facts.outputs = model->outputs();
    } else if (call != nullptr && call->call != nullptr) {
      facts.inputs = call->call->inputs.keys().empty() ? as_structure(call->call->inputs.vector()) : call->call->inputs;
      facts.outputs = as_structure(call->outputs);
    }
    std::vector<Cell> activation;
    if (options_.show_layer_activations && model == nullptr) {
      const Config config = layer.get_config();
      if (const Config* value = config.find("activation"); value != nullptr)
        activation.push_back({"Activation: ", activation_name(*value)});
    }
    std::vector<Cell> cells = cells_of(facts);
    if (options_.show_trainable && !layer->weights().empty()) {
      const bool trainable = layer.trainable();
      cells.push_back(
          {"", trainable ? "Trainable" : "Non-trainable", "", trainable ? "forestgreen" : "firebrick", "white"});
    }
    add_box(layer.base().get(), facts, std::move(activation), std::move(cells), cluster);
  }

  void add_operation_box(const LayerGraphNode& node, std::optional<std::size_t> cluster) {
    std::vector<Symbol> inputs;
    for (const Symbol& input : node.inputs)
      if (!constant_value(input).defined() && !variable_of(input).defined()) inputs.push_back(input);
    const Facts facts{node.name(), operation_class_name(*node.operation), as_structure(inputs),
                      as_structure(node.outputs)};
    add_box(node.operation.get(), facts, {}, cells_of(facts), cluster);
  }

  [[nodiscard]] std::vector<Cell> cells_of(const Facts& facts) const {
    std::vector<Cell> cells;
    if (options_.show_shapes) {
      if (facts.class_name != "InputLayer") cells.push_back({"Input shape: ", shape_text(facts.inputs)});
      cells.push_back({"Output shape: ", shape_text(facts.outputs)});
    }
    if (options_.show_dtype) cells.push_back({"Output dtype: ", dtype_text(facts.outputs)});
    return cells;
  }

  void add_box(const void* key, const Facts& facts, std::vector<Cell> activation, std::vector<Cell> cells,
               std::optional<std::size_t> cluster) {
    if (!boxes_.try_emplace(key, picture_.boxes.size()).second) return;
    Cell header{"", facts.class_name, "", "black", "white", 16};
    if (options_.show_layer_names) {
      header.bold = facts.name;
      header.after = " (" + facts.class_name + ")";
    }
    drawing::Box box{facts.name, {{header}}, cluster};
    if (!activation.empty()) box.rows.push_back(std::move(activation));
    if (!cells.empty()) box.rows.push_back(std::move(cells));
    picture_.boxes.push_back(std::move(box));
  }

  using Producers =
      std::map<std::pair<const Node*, int>, std::pair<const LayerGraphEntry*, std::size_t>>;  // of a symbol

  const ModelToDotOptions& options_;
  drawing::LayeredDrawing picture_;
  std::map<const void*, std::size_t> boxes_;  // of layers and operations
  std::set<const void*> expanded_;
  std::set<std::pair<std::size_t, std::size_t>> connected_;
  std::map<const LayerGraph*, Producers> producers_;
};

}  // namespace

drawing::LayeredDrawing draw_model(const Model& model, const ModelToDotOptions& options) {
  const auto base = model.model_base();
  const bool known = base->built() || !base->inputs().empty() || model.as<SequentialModel>() != nullptr;
  KCPP_CHECK(known, ValueError, "[model_to_dot] the input shape of model \"", model.name(),
             "\" is not known yet: build it or call it on data first");
  ModelDrawer drawer(options);
  std::optional<std::size_t> frame;
  if (options.subgraph) frame = drawer.add_cluster(model.name(), {});
  drawer.add_model(model, frame);
  return drawer.finish();
}

}  // namespace kerascpp::utils
