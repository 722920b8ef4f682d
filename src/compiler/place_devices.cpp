#include "compiler/place_devices.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>

#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {
namespace {

using Placement = std::unordered_map<const Node*, std::optional<Device>>;

/// Where the values of a device lie: "cpu" for every number, since all of them have the host's memory, "cuda:1".
std::string memory_of(const Device& device) {
  const bool has_own = static_cast<bool>(runtime::KernelRegistry::global().backend(device.backend).accelerator);
  return has_own ? to_string(device) : std::string(device.backend);
}

bool is_transfer(const Node& node) { return node.op().name == "transfer" || node.op().name == "transfer_like"; }
bool is_leaf(const Node& node) { return node.inputs().empty(); }
bool has_target(const Node& node) {
  return (node.op().name == "variable" || node.op().name == "transfer") && node.attributes().contains("target");
}

std::string layer_of(const Node& node) { return node.scope().empty() ? "" : " of layer \"" + node.scope() + "\""; }

/// Where all inputs lie.
std::optional<Device> common_device(const Node& node, const Placement& placed) {
  std::optional<Device> common;
  for (const Symbol& input : node.inputs()) {
    const std::optional<Device>& device = placed.at(input.node().get());
    if (!device) continue;
    KCPP_CHECK(!common || *common == *device, ValueError, "[", node.op().name, "] operands", layer_of(node), " lie on ",
               *common, " and on ", *device, "; bring them together with transfer");
    common = device;
  }
  return common;
}

std::optional<Device> device_of(const Node& node, const Placement& placed) {
  if (has_target(node)) return device_from_name(node.attributes().get<std::string>("target"));
  if (is_transfer(node)) return placed.at(node.input(1).node().get());  // as the one that it is to be like
  return is_leaf(node) ? std::nullopt : common_device(node, placed);
}

bool names_devices(const std::vector<std::shared_ptr<Node>>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const auto& node) { return is_transfer(*node) || has_target(*node); });
}

Placement place(const std::vector<std::shared_ptr<Node>>& nodes) {
  Placement placed;
  for (const auto& node : nodes) placed.emplace(node.get(), device_of(*node, placed));
  return placed;
}

/// A graph without transfers, and the devices of its nodes.
struct Placed {
  Graph graph;
  Placement devices;
};

Placed without_transfers(const Graph& graph) {
  const auto nodes = graph.nodes();
  const Placement devices = place(nodes);
  Placed result;
  result.graph = rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (is_transfer(node.original)) return std::vector<Symbol>{node.inputs[0]};
    if (is_leaf(node.original)) return std::nullopt;
    // made again, so that a node of the result has one device
    std::vector<Symbol> made = remake(node.original, node.inputs);
    result.devices.emplace(made.front().node().get(), devices.at(&node.original));
    return made;
  });
  return result;
}

/// Groups the nodes of other devices and puts each group into a node of its own. A group is what one device computes
/// after equally many changes of device, so that none waits for what waits for it.
class Sections {
 public:
  Sections(const Placed& placed, const PassOptions& options, const Device& device)
      : graph_(placed.graph),
        devices_(placed.devices),
        options_(options),
        memory_(memory_of(device)),
        nodes_(graph_.nodes()) {
    count_changes();
    list_outputs();
  }

  Graph made() {
    for (int changes = 0; changes <= most_changes_; ++changes) {
      std::vector<std::string> others;
      for (const auto& node : nodes_) {
        if (changes_.at(node.get()) != changes) continue;
        const std::string& memory = memories_.at(node.get());
        if (memory == memory_)
          keep(*node);
        else if (std::find(others.begin(), others.end(), memory) == others.end())
          others.push_back(memory);
      }
      for (const std::string& other : others) enclose(changes, other);
    }
    Graph result;
    result.inputs = graph_.inputs;
    for (const Symbol& output : graph_.outputs) result.outputs.push_back(now(output));
    for (const auto& [variable, value] : graph_.updates) result.updates.emplace_back(variable, now(value));
    return result;
  }

 private:
  [[nodiscard]] Symbol now(const Symbol& symbol) const {
    return rewritten_.at(symbol.node().get())[static_cast<std::size_t>(symbol.index())];
  }

  void count_changes() {
    for (const auto& node : nodes_) {
      const auto found = devices_.find(node.get());
      const bool other = found != devices_.end() && found->second;
      const std::string& memory =
          memories_.emplace(node.get(), other ? memory_of(*found->second) : memory_).first->second;
      int changes = 0;
      for (const Symbol& input : node->inputs()) {
        const Node& from = *input.node();
        const bool same = is_leaf(from) || memories_.at(&from) == memory;
        changes = std::max(changes, changes_.at(&from) + (same ? 0 : 1));
      }
      changes_.emplace(node.get(), changes);
      most_changes_ = std::max(most_changes_, changes);
    }
  }

  /// What groups give: values that other groups or nobody in the graph reads.
  void list_outputs() {
    const auto give = [this](const Symbol& value) {
      std::vector<Symbol>& given = given_[value.node().get()];
      const auto same = [&value](const Symbol& other) { return other.is(value); };
      if (std::none_of(given.begin(), given.end(), same)) given.push_back(value);
    };
    for (const auto& node : nodes_)
      for (const Symbol& input : node->inputs())
        if (!same_group(*input.node(), *node)) give(input);
    for (const Symbol& output : graph_.outputs) give(output);
    for (const auto& [variable, value] : graph_.updates) give(value);
  }

  [[nodiscard]] bool same_group(const Node& a, const Node& b) const {
    return changes_.at(&a) == changes_.at(&b) && memories_.at(&a) == memories_.at(&b);
  }

  void keep(const Node& node) {
    std::vector<Symbol> inputs;
    bool changed = false;
    for (const Symbol& input : node.inputs()) {
      inputs.push_back(now(input));
      changed = changed || !inputs.back().is(input);
    }
    std::vector<Symbol> outputs;
    if (changed) outputs = remake(node, std::move(inputs));
    for (std::size_t i = outputs.size(); i < node.outputs().size(); ++i)
      outputs.push_back(node.output(static_cast<int>(i)));
    rewritten_.emplace(&node, std::move(outputs));
  }

  /// One node in place of the group of the device with that memory.
  void enclose(int changes, const std::string& memory) {
    Graph body;
    std::vector<Symbol> outer, given;
    std::unordered_map<const Node*, std::vector<Symbol>> inner;
    const auto parameter_for = [&](const Symbol& value) {
      for (std::size_t i = 0; i < outer.size(); ++i)
        if (outer[i].is(value)) return body.inputs[i];
      outer.push_back(value);
      body.inputs.push_back(kerascpp::placeholder(value.shape(), value.dtype()));
      return body.inputs.back();
    };
    for (const auto& node : nodes_) {
      if (changes_.at(node.get()) != changes || memories_.at(node.get()) != memory) continue;
      std::vector<Symbol> inputs;
      for (const Symbol& input : node->inputs()) {
        const auto inside = inner.find(input.node().get());
        if (inside != inner.end())
          inputs.push_back(inside->second[static_cast<std::size_t>(input.index())]);
        else if (input.node()->op().name == "constant")
          inputs.push_back(input);
        else
          inputs.push_back(parameter_for(now(input)));
      }
      inner.emplace(node.get(), remake(*node, std::move(inputs)));
      for (const Symbol& value : given_[node.get()]) given.push_back(value);
    }
    for (const Symbol& value : given)
      body.outputs.push_back(inner.at(value.node().get())[static_cast<std::size_t>(value.index())]);
    const Device device = device_from_name(memory);
    auto optimized = std::make_shared<const Graph>(optimize(body, options_, device.backend));
    const std::vector<Symbol> made = make_node(OpRegistry::global().get("section"), std::move(outer),
                                               {{"body", std::move(optimized)}, {"device", memory}});
    for (const auto& [node, outputs] : inner) rewritten_[node].resize(outputs.size());
    for (std::size_t i = 0; i < given.size(); ++i)
      rewritten_.at(given[i].node().get())[static_cast<std::size_t>(given[i].index())] = made[i];
  }

  const Graph& graph_;
  const Placement& devices_;
  const PassOptions& options_;
  std::string memory_;
  std::vector<std::shared_ptr<Node>> nodes_;
  std::unordered_map<const Node*, std::string> memories_;
  std::unordered_map<const Node*, int> changes_;
  std::unordered_map<const Node*, std::vector<Symbol>> given_, rewritten_;
  int most_changes_ = 0;
};

}  // namespace

std::vector<std::optional<Device>> output_devices(const Graph& graph) {
  const auto nodes = graph.nodes();
  std::vector<std::optional<Device>> devices(graph.outputs.size());
  if (!names_devices(nodes)) return devices;
  const Placement placed = place(nodes);
  for (std::size_t i = 0; i < devices.size(); ++i) devices[i] = placed.at(graph.outputs[i].node().get());
  return devices;
}

Graph place_devices(const Graph& graph, const PassOptions& options, const Device& device) {
  if (!names_devices(graph.nodes())) return graph;
  const Placed placed = without_transfers(graph);
  const std::string memory = memory_of(device);
  const bool one_memory = std::all_of(placed.devices.begin(), placed.devices.end(), [&](const auto& entry) {
    return !entry.second || memory_of(*entry.second) == memory;
  });
  return one_memory ? placed.graph : Sections(placed, options, device).made();
}

}  // namespace kerascpp::compiler
