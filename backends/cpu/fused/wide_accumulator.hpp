#pragma once

#include <cstddef>
#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "compiler/loop_opcode.hpp"

/// Reductions are accumulated in the widest type of their kind, 8 bytes each, and converted once at the end: sums of
/// many float32 numbers keep their digits.
namespace kerascpp::cpu {

enum class WideType : std::uint8_t { Float, Signed, Unsigned };

[[nodiscard]] inline WideType wide_type(DType dtype) {
  if (is_floating(dtype)) return WideType::Float;
  return is_unsigned(dtype) || is_bool(dtype) ? WideType::Unsigned : WideType::Signed;
}

inline constexpr std::size_t kWideBytes = 8;

/// Sets `count` accumulators to the neutral element of `kind` over values of `dtype`.
void fill_neutral(compiler::ReductionKind kind, DType dtype, std::byte* accumulators, std::int64_t count);
/// accumulators[i] = kind(accumulators[i], others[i]).
void merge_accumulators(compiler::ReductionKind kind, DType dtype, std::byte* accumulators, const std::byte* others,
                        std::int64_t count);
/// Writes `count` accumulators as elements of `to`, `stride` elements apart. `reduced` is the number of values that
/// went into each (for mean).
void store_accumulators(compiler::ReductionKind kind, DType dtype, const std::byte* accumulators, std::int64_t count,
                        std::int64_t reduced, DType to, std::byte* out, std::int64_t stride);

}  // namespace kerascpp::cpu
