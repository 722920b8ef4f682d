#pragma once

#include <string>
#include <vector>

#include <kerascpp/models/model_base.hpp>

namespace kerascpp {

/// What targets, losses, metrics and logs of a model are named by: the keys of its outputs where they are a dictionary,
/// else the names of the layers that they come from.
[[nodiscard]] inline std::vector<std::string> target_names(const ModelBase& model) {
  const std::vector<std::string>& keys = model.outputs().keys();
  return keys.empty() ? model.output_names() : keys;
}

}  // namespace kerascpp
