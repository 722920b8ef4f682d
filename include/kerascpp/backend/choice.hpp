#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp::runtime {

/// Which kernel a backend takes for a use of an operation, and why not those that were asked before it.
struct KernelChoice {
  struct Refusal {
    std::string kernel;  ///< "cpu:onednn"
    std::string reason;
  };

  std::string kernel;          ///< "cpu:onednn"; empty: none accepts
  std::string implementation;  ///< what the library chose
  std::vector<Refusal> refusals;
};

/// Asks the kernels of `backend` in their order, all inputs being plain. Shapes must be known.
/// Throws LookupError for an unknown backend.
[[nodiscard]] KCPP_API KernelChoice choose_kernel(std::string_view backend, const OpDef& op,
                                                  const Attributes& attributes, const std::vector<TensorSpec>& inputs,
                                                  const std::vector<TensorSpec>& outputs);

}  // namespace kerascpp::runtime
