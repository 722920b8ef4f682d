#pragma once

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// Puts the values of a config of Keras 1 into the form of Keras 3: regularizers and constraints as
/// `{"class_name", "config"}`, "th" and "tf" as formats of data, initial values of the forget gate as a switch.
void convert_keras1_values(Config& config);

}  // namespace kerascpp
