#pragma once

#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// `x` on another device: "cpu", "cuda:1", or a name of `set_contexts`. What is computed from it is computed there.
///
/// x        any shape and dtype
/// Throws ValueError on a malformed name, BackendError for a backend that is not there. Gradient: x, brought back to
/// the device of `x`. Source: theano's x.transfer(target).
[[nodiscard]] KCPP_API Symbol transfer(const Operand& x, std::string_view target);

/// `x` on the device of `like`, of which nothing else is used. Gradient: x, as of transfer.
[[nodiscard]] KCPP_API Symbol transfer_like(const Operand& x, const Operand& like);

}  // namespace kerascpp::ops
