#pragma once

#include <cstddef>
#include <string>

#include <kerascpp/core/export.hpp>

#include "core/drawing/color.hpp"

namespace kerascpp::drawing {

/// Colours that are told apart: of class `i` of a chart, "#rrggbb". The first ten are strong; further ones are turned
/// around the circle of hues by the golden angle.
[[nodiscard]] KCPP_API std::string class_color(std::size_t i);

/// Dark blue over cyan and yellow to dark red as `share` goes from 0 to 1.
[[nodiscard]] KCPP_API Color heat_color(double share);

}  // namespace kerascpp::drawing
