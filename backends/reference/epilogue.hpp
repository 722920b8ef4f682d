#pragma once

#include "backends/reference/wide.hpp"

namespace kerascpp::reference {

/// Applies the attribute `epilogue` of a matmul or convolution to its result: "bias", "add" and unary operations by
/// name, from left to right. Operands of bias and add are inputs from `first_extra_input` on.
/// Throws BackendError naming an item that has no plain computation here.
template <class Wide>
void apply_epilogue(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments,
                    std::size_t first_extra_input, xt::xarray<Wide>& result);

}  // namespace kerascpp::reference
