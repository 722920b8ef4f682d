#pragma once

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// Whether the config of a model is in the form of Keras 2 (or 1): calls as nested lists, inputs with
/// batch_input_shape, a Sequential as a bare list.
[[nodiscard]] bool is_keras2_model(const Config& model);

/// The config of a model of Keras 2 in the form of Keras 3. Throws FormatError naming the layer and the key that Keras
/// 3 and this library have nothing for.
[[nodiscard]] Config keras3_model(const Config& model);

}  // namespace kerascpp
