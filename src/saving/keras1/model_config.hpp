#pragma once

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// Whether the config of a model was written by Keras 1: it says so, or has layers as only Keras 1 has them.
[[nodiscard]] bool is_keras1_model(const Config& model);

/// The config of a model of Keras 1 whose layers have the classes and keys of Keras 3; its calls stand as in Keras 2.
/// A Sequential that begins with a Merge of models becomes a functional model of their layers.
/// Throws FormatError naming the layer and what has no counterpart.
[[nodiscard]] Config keras2_model_from_keras1(const Config& model);

}  // namespace kerascpp
