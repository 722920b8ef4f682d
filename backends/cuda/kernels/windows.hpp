#pragma once

#include <string>
#include <vector>

#include "ops/convolution_geometry.hpp"

namespace kerascpp::cuda {

/// A constant `name` of the type int64 in the geometry of device code.
[[nodiscard]] std::string constant_text(const std::string& name, std::int64_t value);
/// The constants I0, K0, S0, D0, P0, O0, I1, ... of up to three spatial axes; missing ones come first, of length one.
[[nodiscard]] std::string axes_text(std::vector<ops::WindowAxis> axes);

}  // namespace kerascpp::cuda
