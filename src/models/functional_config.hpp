#pragma once

#include <kerascpp/core/config.hpp>

namespace kerascpp {

class Functional;

/// The config that Keras 3 writes for a functional model: layers with their inbound nodes, input and output tensors.
[[nodiscard]] Config functional_config(const Functional& model);

}  // namespace kerascpp
