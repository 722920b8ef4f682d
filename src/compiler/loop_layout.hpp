#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/shape.hpp>

namespace kerascpp::compiler {

/// Strides, in elements, with which a plain tensor of shape `from` is read along the physical axes of a tensor of
/// shape `to` in `layout`; 0 along axes in which it is broadcast.
///
/// A (C,) vector read along (B, H, W, C) in nChw16c has strides (0, 16, 0, 0, 1).
[[nodiscard]] std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to,
                                                          const runtime::Layout& layout);

}  // namespace kerascpp::compiler
