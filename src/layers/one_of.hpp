#pragma once

#include <initializer_list>
#include <string_view>

namespace kerascpp::layers {

/// Throws ValueError naming the layer's class, the option and all known values unless `value` is one of them.
void check_one_of(std::string_view class_name, std::string_view option, std::string_view value,
                  std::initializer_list<std::string_view> known);

}  // namespace kerascpp::layers
