#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "core/philox.hpp"

// Elements [first, first + count) of a draw, written to `out` (which points at element `first`). A kernel may cut a
// tensor into ranges as it likes: the values do not depend on the cuts.

namespace kerascpp {

/// Uniform in [low, high). dtype: floating.
KCPP_API void fill_uniform(const RandomDraw& draw, double low, double high, DType dtype, std::int64_t first,
                           std::int64_t count, void* out);
/// Normal. dtype: floating.
KCPP_API void fill_normal(const RandomDraw& draw, double mean, double stddev, DType dtype, std::int64_t first,
                          std::int64_t count, void* out);
/// Normal within two standard deviations of the mean. dtype: floating.
KCPP_API void fill_truncated_normal(const RandomDraw& draw, double mean, double stddev, DType dtype, std::int64_t first,
                                    std::int64_t count, void* out);
/// Integers in [low, high), low < high. dtype: integer, able to hold the range.
KCPP_API void fill_integers(const RandomDraw& draw, std::int64_t low, std::int64_t high, DType dtype,
                            std::int64_t first, std::int64_t count, void* out);

}  // namespace kerascpp
