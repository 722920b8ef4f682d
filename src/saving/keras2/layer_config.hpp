#pragma once

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// `{"class_name", "config"}` of a layer of Keras 2 with the keys, values and class of Keras 3.
/// Throws FormatError for a setting that Keras 3 does not have.
[[nodiscard]] Config keras3_layer(const Config& layer);

}  // namespace kerascpp
