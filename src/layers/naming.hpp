#pragma once

#include <string>
#include <string_view>

namespace kerascpp {

/// "MaxPooling2D" -> "max_pooling2d", as keras.utils.naming.to_snake_case.
[[nodiscard]] std::string to_snake_case(std::string_view class_name);
/// What names of layers and of groups in weight files begin with: the snake case of Keras's own class, which goes by
/// another name than the registered one for GroupQueryAttention.
[[nodiscard]] std::string name_stem(std::string_view class_name);
/// `prefix` the first time, then "prefix_1", "prefix_2", ...
[[nodiscard]] std::string unique_name(const std::string& prefix);
/// How often it was called with this prefix: 1, 2, ...
[[nodiscard]] int next_uid(const std::string& prefix);

}  // namespace kerascpp
