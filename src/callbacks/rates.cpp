#include "callbacks/rates.hpp"

#include <kerascpp/models/model.hpp>

namespace kerascpp::callbacks {

std::vector<Rated> rated_optimizers(const Model& model) {
  const Optimizer optimizer = model.optimizer();
  if (optimizer->class_name() != "MultiOptimizer") return {{optimizer, ""}};
  std::vector<Rated> all;
  for (const auto& item : optimizer->inner_optimizers()) all.push_back({item.second, item.second->arguments().name});
  return all;
}

void add_rates(const Model& model, Logs& logs) {
  for (const Rated& rated : rated_optimizers(model))
    logs.set(rated.name.empty() ? "learning_rate" : "learning_rate_" + rated.name, rated.optimizer->learning_rate());
}

}  // namespace kerascpp::callbacks
