#include "training/stateful_updates.hpp"

#include <algorithm>

#include <kerascpp/graph/graph.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

std::vector<Update> stateful_updates(const std::vector<Symbol>& outputs) {
  Graph graph;
  graph.outputs = outputs;
  std::vector<std::shared_ptr<const LayerCall>> seen;
  std::vector<Update> updates;
  for (const auto& node : graph.nodes()) {
    const auto call = call_of(node->output()).call;
    if (call == nullptr || std::find(seen.begin(), seen.end(), call) != seen.end()) continue;
    seen.push_back(call);
    if (!call->layer->updates_always()) continue;
    for (const auto& [variable, value] : call->updates) {
      const auto known = std::find_if(updates.begin(), updates.end(),
                                      [&v = variable](const Update& update) { return update.variable.is(v); });
      if (known == updates.end())
        updates.push_back({variable, value});
      else  // one call after the other
        *known = {variable, substitute(value, {{variable.symbol(), known->value.symbol()}})};
    }
  }
  return updates;
}

}  // namespace kerascpp
