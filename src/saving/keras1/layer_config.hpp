#pragma once

#include <string>

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// Whether the class and keys of `{"class_name", "config"}` are such as only Keras 1 has.
[[nodiscard]] bool is_keras1_layer(const Config& layer);

/// `{"class_name", "config"}` of a layer of Keras 1 with the class and keys of Keras 3. The shape of its input, where
/// it has one, stands under "batch_input_shape" as in Keras 2; hard_sigmoid is left as it is.
/// Throws FormatError for a setting that Keras 3 and this library have nothing for.
[[nodiscard]] Config layer_from_keras1(const Config& layer);

}  // namespace kerascpp
