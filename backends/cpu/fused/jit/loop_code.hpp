#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/cpu/fused/jit/vector_program.hpp"

namespace kerascpp::cpu::jit {

/// Elements of a loop in memory: how far apart, in elements, those of neighbouring rows and columns are.
struct LoopAccess {
  DType memory = DType::Float32;
  std::int64_t row = 0;
  std::int64_t col = 0;
};

/// A loop over the rows and columns of a box, as far as its machine code depends on it.
struct LoopCodeRequest {
  VectorProgram program;
  bool is_avx512 = false;
  std::vector<LoopAccess> operands;
  std::vector<LoopAccess> stores;
  LoopAccess accumulators;  // of the reductions
  std::int64_t cols = 0;    // of every box; 0: they differ
  bool has_one_row = false;
  bool is_streaming = false;  // stores go past the caches; they must be aligned
};

/// Everything about the request, for comparison.
[[nodiscard]] std::string text_of_request(const LoopCodeRequest& request);

/// Machine code, which does not depend on where it lies, of a function `void(const Box*)`. Empty, with a refusal, where
/// none can be made.
[[nodiscard]] std::vector<std::uint8_t> generate_loop(const LoopCodeRequest& request, std::string& refusal);

}  // namespace kerascpp::cpu::jit
