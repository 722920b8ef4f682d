#include "models/layer_graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <kerascpp/graph/node.hpp>

#include "layers/naming.hpp"
#include "models/operation_config.hpp"
#include "models/operation_layer.hpp"

namespace kerascpp {
namespace {

bool is_value(const Symbol& symbol) {
  return constant_value(symbol).defined() || variable_of(symbol).defined() || symbol.is(learning_phase());
}

/// What identifies a node: the call of a layer, or the graph node of an operation.
const void* key_of(const Symbol& symbol) {
  const CallOutput output = call_of(symbol);
  return output.call ? static_cast<const void*>(output.call.get()) : symbol.node().get();
}

void add_symbols(const DictValue& value, std::vector<Symbol>& symbols) {
  if (const Symbol* symbol = value.symbol()) symbols.push_back(*symbol);
  if (const auto* items = value.list())
    for (const DictValue& item : *items) add_symbols(item, symbols);
}

std::vector<Symbol> inputs_of(const LayerCall& call) {
  std::vector<Symbol> inputs = call.inputs.vector();
  for (const Symbol& mask : call.options.mask)
    if (mask.defined()) inputs.push_back(mask);
  for (const auto& [name, value] : call.options.arguments) add_symbols(value, inputs);
  return inputs;
}

class Tracer {
 public:
  Tracer(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs) : inputs_(inputs) {
    for (const Symbol& output : outputs) visit(output);
    for (const Symbol& input : inputs) {  // an input that no output uses belongs to the model all the same
      const CallOutput origin = call_of(input);
      if (!origin.call || !origin.call->inputs.empty() || position_.contains(origin.call.get())) continue;
      add_node(input);
      unused_.insert(origin.call->layer.get());
    }
  }

  LayerGraph finish() {
    find_depths();
    sort_entries();
    return std::move(graph_);
  }

 private:
  [[nodiscard]] bool is_given(const Symbol& symbol) const {
    return std::any_of(inputs_.begin(), inputs_.end(), [&](const Symbol& input) { return input.is(symbol); });
  }

  [[nodiscard]] static const void* entry_key(const Symbol& symbol) {
    const CallOutput origin = call_of(symbol);
    return origin.call ? static_cast<const void*>(origin.call->layer.get()) : symbol.node().get();
  }

  /// Depth first, without recursion: `stack` holds symbols on the way and how many of their inputs were visited.
  void visit(const Symbol& root) {
    struct Frame {
      Symbol symbol;
      std::vector<Symbol> inputs;
      std::size_t next = 0;
    };
    std::vector<Frame> stack;
    const auto enter = [&](const Symbol& symbol) {
      if (is_value(symbol) || position_.contains(key_of(symbol)) || entered_.contains(key_of(symbol))) return;
      const CallOutput origin = call_of(symbol);
      const bool is_input = origin.call && origin.call->inputs.empty();
      if (is_given(symbol) && !is_input) return;  // an inner tensor from which the model starts
      if (is_input || (!origin.call && symbol.node()->inputs().empty())) {
        KCPP_CHECK(is_given(symbol), ValueError, "[Model] the outputs depend on the input ", symbol,
                   ", which is not among the inputs of the model; add it to them");
      }
      entered_.insert(key_of(symbol));
      order_.emplace(entry_key(symbol), order_.size());
      stack.push_back({symbol,
                       is_input      ? std::vector<Symbol>{}
                       : origin.call ? inputs_of(*origin.call)
                                     : symbol.node()->inputs(),
                       0});
    };
    enter(root);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next < frame.inputs.size()) {
        const Symbol input = frame.inputs[frame.next++];
        enter(input);
      } else {
        add_node(frame.symbol);
        stack.pop_back();
      }
    }
  }

  void add_node(const Symbol& symbol) {
    LayerGraphNode node;
    const CallOutput origin = call_of(symbol);
    if (origin.call) {
      node.call = origin.call;
      node.inputs = inputs_of(*origin.call);
      node.outputs = origin.call->outputs();
    } else {
      node.operation = symbol.node();
      if (node.operation->name().empty())
        node.operation->set_name(unique_name(to_snake_case(operation_class_name(*node.operation))));
      node.inputs = symbol.node()->inputs();
      for (std::size_t i = 0; i < symbol.node()->outputs().size(); ++i)
        node.outputs.push_back(symbol.node()->output(static_cast<int>(i)));
    }
    position_.emplace(key_of(symbol), graph_.nodes.size());
    keys_.push_back(entry_key(symbol));
    graph_.nodes.push_back(std::move(node));
  }

  void find_depths() {
    std::unordered_map<const void*, int> entry_depth;
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      LayerGraphNode& node = graph_.nodes[i];
      int& shared = entry_depth.try_emplace(keys_[i], 0).first->second;
      // a layer that was seen nearer to the inputs stays there
      node.depth = std::max(node.depth, shared);
      shared = node.depth;
      for (const Symbol& input : node.inputs) {
        if (is_value(input)) continue;
        const auto producer = position_.find(key_of(input));
        if (producer == position_.end()) continue;
        LayerGraphNode& before = graph_.nodes[producer->second];
        before.depth = std::max(before.depth, node.depth + 1);
      }
    }
    entry_depth_ = std::move(entry_depth);
  }

  void sort_entries() {
    std::unordered_map<const void*, std::size_t> entry_of;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const LayerGraphNode& node = graph_.nodes[i];
      const auto [found, fresh] = entry_of.try_emplace(keys_[i], graph_.entries.size());
      if (fresh) {
        LayerGraphEntry entry;
        if (node.call)
          entry.layer = Layer(node.call->layer);
        else
          entry.operation = node.operation;
        entry.depth = entry_depth_.at(keys_[i]);
        graph_.entries.push_back(std::move(entry));
      }
      graph_.entries[found->second].nodes.push_back(i);
    }
    const auto traversal = [this](const LayerGraphEntry& entry) -> long {
      const void* key = entry.layer.defined() ? static_cast<const void*>(entry.layer.base().get())
                                              : static_cast<const void*>(entry.operation.get());
      const auto found = order_.find(key);
      return found == order_.end() ? -1 : static_cast<long>(found->second);
    };
    std::stable_sort(graph_.entries.begin(), graph_.entries.end(),
                     [&](const LayerGraphEntry& a, const LayerGraphEntry& b) {
                       return a.depth != b.depth ? a.depth > b.depth : traversal(a) < traversal(b);
                     });
    std::set<std::string> names;
    for (const LayerGraphEntry& entry : graph_.entries)
      KCPP_CHECK(names.insert(entry.name()).second, ValueError, "[Model] the name \"", entry.name(),
                 "\" is used by several layers; names within a model must differ");
  }

  const std::vector<Symbol>& inputs_;
  LayerGraph graph_;
  std::vector<const void*> keys_;  // of each node: its layer or operation
  std::unordered_map<const void*, std::size_t> position_;
  std::set<const void*> entered_;
  std::set<const void*> unused_;
  std::unordered_map<const void*, std::size_t> order_;  // first visit of each layer or operation
  std::unordered_map<const void*, int> entry_depth_;
};

}  // namespace

bool LayerGraphEntry::is_operation() const { return !layer.defined() || kerascpp::is_operation(layer); }

LayerGraph LayerGraph::trace(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs) {
  return Tracer(inputs, outputs).finish();
}

}  // namespace kerascpp
