#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kerascpp/models/model_base.hpp>

namespace kerascpp {

/// The weights of a model with their paths as Keras names them: layer, inner layers, weight ("lstm/lstm_cell/kernel").
/// Models inside of it add nothing to the paths of their layers.
[[nodiscard]] std::vector<std::pair<Variable, std::string>> variable_paths(const ModelBase& model);

}  // namespace kerascpp
