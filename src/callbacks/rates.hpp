#pragma once

#include <string>
#include <vector>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/optimizers.hpp>

namespace kerascpp::callbacks {

/// An optimizer with a rate, and how messages and logs tell it from others.
struct Rated {
  Optimizer optimizer;
  std::string name;  // empty: the only one
};

[[nodiscard]] std::vector<Rated> rated_optimizers(const Model& model);
/// Adds "learning_rate" to the logs, or one rate for each optimizer of several.
void add_rates(const Model& model, Logs& logs);

}  // namespace kerascpp::callbacks
