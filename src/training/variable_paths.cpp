#include "training/variable_paths.hpp"

#include <algorithm>

namespace kerascpp {
namespace {

class PathCollector {
 public:
  void visit(const LayerBase& layer, const std::string& prefix) {
    if (std::find(seen_.begin(), seen_.end(), &layer) != seen_.end()) return;
    seen_.push_back(&layer);
    const bool is_model = dynamic_cast<const ModelBase*>(&layer) != nullptr;
    const std::string path = is_model ? prefix : prefix + layer.name() + "/";
    for (const Weight& weight : layer.own_weights()) paths.emplace_back(weight.variable, path + weight.variable.name());
    for (const auto& inner : layer.sublayers()) visit(*inner.second.base(), path);
  }

  std::vector<std::pair<Variable, std::string>> paths;

 private:
  std::vector<const LayerBase*> seen_;
};

}  // namespace

std::vector<std::pair<Variable, std::string>> variable_paths(const ModelBase& model) {
  PathCollector collector;
  collector.visit(model, "");
  return std::move(collector.paths);
}

}  // namespace kerascpp
