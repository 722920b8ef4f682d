#pragma once

#include <string>

#include "compiler/fused_loop.hpp"

namespace kerascpp::cuda {

/// Declares v<n> for instruction number `n` of a loop from those before it. `loaded`: the element of a Load.
[[nodiscard]] std::string instruction_text(const compiler::FusedLoop& loop, std::size_t n, const std::string& loaded);

/// A constant, exact to the last bit.
[[nodiscard]] std::string constant_text(const compiler::LoopConstant& constant);
/// A number of type double, exact to the last bit.
[[nodiscard]] std::string double_text(double value);

}  // namespace kerascpp::cuda
