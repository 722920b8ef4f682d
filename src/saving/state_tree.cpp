#include "saving/state_tree.hpp"

#include <algorithm>
#include <map>

#include <kerascpp/backend/values.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/random.hpp>

#include "layers/naming.hpp"
#include "models/functional.hpp"
#include "models/sequential.hpp"

namespace kerascpp {
namespace {

std::string joined(const std::string& a, const std::string& b) { return a.empty() ? b : a + "/" + b; }

class Walker {
 public:
  void visit(const std::shared_ptr<LayerBase>& layer, const std::string& path) {
    if (std::find(seen_.begin(), seen_.end(), layer.get()) != seen_.end()) return;
    seen_.push_back(layer.get());
    StateEntry entry{
        path, layer->name(), {}, dynamic_cast<AssetOwner*>(layer.get()), dynamic_cast<StoredWeights*>(layer.get())};
    if (entry.stored != nullptr)
      for (const StoredWeight& weight : entry.stored->stored_weights()) entry.variables.push_back(weight.variable);
    else
      for (const Weight& weight : layer->own_weights()) entry.variables.push_back(weight.variable);
    entries.push_back(std::move(entry));
    for (const auto& [attribute, generator] : layer->seed_generators())
      streams.push_back({joined(path, attribute), layer->name(), {generator->state()}});
    const bool numbered =
        dynamic_cast<Functional*>(layer.get()) != nullptr || dynamic_cast<SequentialModel*>(layer.get()) != nullptr;
    std::map<std::string, int> used;
    for (const auto& [attribute, inner] : layer->sublayers()) {
      std::string name = attribute;
      if (numbered) {
        const std::string prefix = name_stem(inner->class_name());
        const int number = used[prefix]++;
        name = "layers/" + prefix + (number == 0 ? "" : "_" + std::to_string(number));
      }
      visit(inner.base(), joined(path, name));
    }
  }

  std::vector<StateEntry> entries, streams;

 private:
  std::vector<const LayerBase*> seen_;
};

}  // namespace

std::vector<Tensor> StateEntry::values() const {
  std::vector<Tensor> all;
  for (const Variable& variable : variables) all.push_back(backend::get_value(variable, {.borrow = true}));
  if (stored == nullptr) return all;
  const std::vector<StoredWeight> weights = stored->stored_weights();
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i].value.defined()) all[i] = weights[i].value;
  return all;
}

std::vector<StateEntry> state_entries(const Layer& layer) {
  Walker walker;
  walker.visit(layer.base(), "");
  return std::move(walker.entries);
}

std::vector<StateEntry> state_entries(const Model& model, bool with_optimizer) {
  std::vector<StateEntry> entries = state_entries(static_cast<const Layer&>(model));
  if (with_optimizer && model.compiled()) {
    const Optimizer optimizer = model.optimizer();
    entries.push_back({"optimizer", optimizer->arguments().name, optimizer->variables()});
    // Keras keeps the variables of inner optimizers twice
    for (const auto& [path, inner] : optimizer->inner_optimizers())
      entries.push_back({"optimizer/" + path, inner->arguments().name, inner->variables()});
  }
  return entries;
}

std::vector<StateEntry> stream_entries(const Model& model) {
  Walker walker;
  walker.visit(model.base(), "");
  return std::move(walker.streams);
}

Config streams_config(const Model& model) {
  Config config = Config::map();
  for (const StateEntry& entry : stream_entries(model)) {
    const std::vector<std::int64_t> state = entry.variables.front().get_value().to_vector<std::int64_t>();
    config.set(entry.path, Config::list({to_config(state[0]), to_config(state[1])}));
  }
  return config;
}

void read_streams(const Model& model, const Config& config) {
  for (const StateEntry& entry : stream_entries(model)) {
    const Config* state = config.find(entry.path);
    if (state == nullptr) continue;
    std::vector<std::int64_t> values;
    from_config(*state, values);
    KCPP_CHECK(values.size() == 2, FormatError, "random stream \"", entry.path, "\" must be [seed, draws]");
    Variable variable = entry.variables.front();
    variable.set_value(Tensor(values));
  }
}

}  // namespace kerascpp
