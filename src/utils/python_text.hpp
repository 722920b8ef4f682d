#pragma once

#include <string>

namespace kerascpp::utils {

/// A float as Python's str gives it: the fewest digits that are read back as the same, "0.1", "1e-05", "2.0", "nan".
[[nodiscard]] std::string python_float(double value);

}  // namespace kerascpp::utils
