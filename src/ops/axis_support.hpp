#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

namespace kerascpp::ops {

/// `axis` in [0, ndim) of x, sorted. Throws what Axes::normalized throws, with op, input and the user's line added.
[[nodiscard]] std::vector<std::int64_t> normalized_axes(std::string_view op, const Axes& axis, const Symbol& x,
                                                        const Site& site);

}  // namespace kerascpp::ops
