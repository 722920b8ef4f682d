#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cuda {

/// A product of matrices as a library sees it: sizes, one stride for each operand from matrix to matrix, an epilogue.
struct MatmulProblem {
  DType dtype = DType::Float32;
  std::int64_t N = 0, M = 0, K = 0, batch = 1;
  std::int64_t a_stride = 0, b_stride = 0;  // elements; 0: one matrix for all
  bool transpose_a = false, transpose_b = false;
  bool bias = false, add = false, relu = false;  // in this order
  std::size_t bias_input = 0, add_input = 0;
  std::size_t a_alignment = 0, b_alignment = 0, c_alignment = 0;  // bytes; c: of the output and of what is added to it

  /// Reads a query but for its epilogue; what a library cannot do is returned as the reason, else nothing.
  [[nodiscard]] KCPP_API std::string read(const runtime::KernelQuery& query);
  /// The same for its epilogue.
  [[nodiscard]] KCPP_API std::string read_epilogue(const runtime::KernelQuery& query);
};

}  // namespace kerascpp::cuda
