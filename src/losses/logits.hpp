#pragma once

#include <cstdint>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::losses {

// A crossentropy computed from the logits neither overflows nor loses the gradient of a saturated output.

/// The argument of the sigmoid that gave `probabilities`, in their dtype; undefined when they come from elsewhere.
[[nodiscard]] Symbol logits_of_sigmoid(const Symbol& probabilities);

/// The argument of the softmax over `axis` that gave `probabilities`, in their dtype; undefined when they come from
/// elsewhere.
[[nodiscard]] Symbol logits_of_softmax(const Symbol& probabilities, std::int64_t axis);

}  // namespace kerascpp::losses
