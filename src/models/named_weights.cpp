#include "models/named_weights.hpp"

#include <kerascpp/models/model_base.hpp>

namespace kerascpp {
namespace {

void add(const Layer& layer, const std::string& path, std::vector<NamedWeight>& weights) {
  for (const Weight& weight : layer->own_weights()) weights.push_back({weight.variable, path + weight.variable.name()});
  for (const auto& [attribute, inner] : layer->sublayers()) add(inner, path + inner.name() + "/", weights);
}

}  // namespace

std::vector<NamedWeight> named_weights(const Layer& layer) {
  std::vector<NamedWeight> weights;
  add(layer, layer.as<ModelBase>() != nullptr ? "" : layer.name() + "/", weights);
  return weights;
}

}  // namespace kerascpp
