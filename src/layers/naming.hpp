#pragma once

#include <string>
#include <string_view>

namespace kerascpp {

/// "MaxPooling2D" -> "max_pooling2d", as keras.utils.naming.to_snake_case.
[[nodiscard]] std::string to_snake_case(std::string_view class_name);
/// `prefix` the first time, then "prefix_1", "prefix_2", ...
[[nodiscard]] std::string unique_name(const std::string& prefix);

}  // namespace kerascpp
