#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"

namespace kerascpp::cuda {

/// What follows a product before it is stored: biases, unary operations, residual adds.
struct EpilogueText {
  std::vector<std::string> parameters;  // of the function
  std::vector<Parameter> arguments;
  std::string body;  // statements that change `sum`, of element `place`
};

/// The epilogue of a query whose own inputs end before `first_extra_input`; `wide` is the type of the sum.
[[nodiscard]] EpilogueText epilogue_text(const runtime::KernelQuery& query, std::size_t first_extra_input,
                                         const std::string& wide);

/// A kernel of a library, and behind it a generated one that does the epilogue of the query in the output. The kernel
/// itself where there is none.
[[nodiscard]] std::shared_ptr<const runtime::Kernel> followed_by_epilogue(std::shared_ptr<const runtime::Kernel> kernel,
                                                                          const runtime::KernelQuery& query);

/// Whether a generated kernel can end with `step`.
[[nodiscard]] bool takes_epilogue(const OpDef& op, const TensorSpec& output, std::string_view step);

}  // namespace kerascpp::cuda
