#pragma once

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp::ops {

/// The largest finite number of a floating dtype; of a complex one, that of its parts.
[[nodiscard]] double largest_finite(DType dtype);
/// The distance from 1 to the next number of a floating dtype: 2^-23 for float32.
[[nodiscard]] KCPP_API double machine_epsilon(DType dtype);
/// The smallest and the largest value of a real dtype, exact also for 64-bit integers.
[[nodiscard]] KCPP_API long double lowest_value(DType dtype);
[[nodiscard]] KCPP_API long double highest_value(DType dtype);

}  // namespace kerascpp::ops
