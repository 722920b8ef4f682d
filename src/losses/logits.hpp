#pragma once

#include <string_view>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::losses {

/// The argument of `activation` ("softmax", "sigmoid") when `probabilities` is its result, else an undefined symbol.
///
/// A crossentropy computed from it neither overflows nor loses the gradient of a saturated output.
[[nodiscard]] Symbol logits_behind(const Symbol& probabilities, std::string_view activation);

}  // namespace kerascpp::losses
