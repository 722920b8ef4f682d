#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/random.hpp>

namespace kerascpp::initializers {

/// Calls `draw` with the stream of `seed`, started anew, or with the global stream.
template <class Draw>
[[nodiscard]] Tensor with_stream(const std::optional<std::int64_t>& seed, const Draw& draw) {
  if (!seed) return draw(global_random_stream());
  RandomStream stream(static_cast<std::uint64_t>(*seed));
  return draw(stream);
}

}  // namespace kerascpp::initializers
