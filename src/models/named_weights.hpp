#pragma once

#include <string>
#include <vector>

#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

/// A weight and the path of its name: "dense/kernel", "encoder/dense/kernel" inside of a model "encoder".
struct NamedWeight {
  Variable variable;
  std::string path;
};

/// The weights of a layer and of those inside of it. Paths in a model begin with the names of its layers.
[[nodiscard]] std::vector<NamedWeight> named_weights(const Layer& layer);

}  // namespace kerascpp
