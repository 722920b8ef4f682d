#pragma once

#include <cstdint>
#include <string_view>

#include <kerascpp/core/dtype.hpp>

#include "compiler/loop_opcode.hpp"

/// Loops over short runs of elements ("tiles") that the interpreter strings together, compiled once for every
/// instruction set and chosen at run time.
namespace kerascpp::cpu {

/// out[i] = f(args[0][i], ...) for i < n. `out` overlaps none of the arguments.
using TileFunction = void (*)(void* out, const void* const* args, std::int64_t n);

/// Reduces rows x cols values, one row after the other, into wide accumulators: element (r, c) goes to accumulator
/// r * row_stride + c * col_stride. One of the strides is 0; col_stride is 0 or 1.
using TileReduction = void (*)(void* accumulators, const void* values, std::int64_t rows, std::int64_t cols,
                               std::int64_t row_stride, std::int64_t col_stride);

/// Values of float16 and bfloat16 are held as float32 between loads and stores.
[[nodiscard]] constexpr DType register_dtype(DType dtype) {
  return dtype == DType::Float16 || dtype == DType::BFloat16 ? DType::Float32 : dtype;
}

struct TileFunctions {
  std::string_view isa;
  /// Computes `opcode` on registers of `dtype` (for `where` that of the last two arguments); nullptr: it has no
  /// meaning, or no loop, for that dtype.
  TileFunction (*compute)(compiler::Opcode opcode, DType dtype);
  /// Converts between memory or register dtypes.
  TileFunction (*convert)(DType from, DType to);
  /// Rounds float32 to the values of a 16-bit dtype.
  TileFunction (*round_to)(DType half);
  TileReduction (*reduce)(compiler::ReductionKind kind, DType dtype);
};

/// Whether `opcode` on arguments of `dtype` can be computed.
[[nodiscard]] bool has_tile_function(const TileFunctions& functions, compiler::Opcode opcode, DType dtype);

/// Those that every processor runs.
[[nodiscard]] const TileFunctions& baseline_tile_functions();
[[nodiscard]] const TileFunctions& avx2_tile_functions();
[[nodiscard]] const TileFunctions& avx512_tile_functions();
/// The best ones for this processor.
[[nodiscard]] const TileFunctions& tile_functions();

/// Whether this processor runs the code of the *_avx2.cpp and *_avx512.cpp files.
[[nodiscard]] bool has_avx2();
[[nodiscard]] bool has_avx512();

}  // namespace kerascpp::cpu
