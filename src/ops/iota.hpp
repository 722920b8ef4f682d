#pragma once

#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>

/// The operation from which lengths that depend on values come: others take its shape by their `like` input.
namespace kerascpp::ops {

/// 0, 1, ..., size - 1, int64. `size` is an integer scalar; where it is not known yet, a function computes it first and
/// makes a plan for its value (compiler/computed_sizes.hpp), inside the bodies of loops as far as all steps agree.
[[nodiscard]] Symbol iota(const Symbol& size);
[[nodiscard]] bool is_iota(const Node& node);

}  // namespace kerascpp::ops
