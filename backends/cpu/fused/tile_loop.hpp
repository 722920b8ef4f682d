#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "backends/cpu/fused/tile_functions.hpp"

// Everything here is a template on the instruction set, an empty type of the file that instantiates it. So no two
// instruction sets share a symbol, and the linker cannot put code for one where another is needed. For the same reason
// the operations call no inline functions of the standard library.

namespace kerascpp::cpu {

struct Unary {
  static constexpr int kArity = 1;
};
struct Binary {
  static constexpr int kArity = 2;
};
struct Ternary {
  static constexpr int kArity = 3;
};

/// The loop of an operation `Op::apply(T...)`.
template <class Isa, class Op, class T>
void tile_loop(void* out, const void* const* args, std::int64_t n) {
  if constexpr (Op::kArity == 1) {
    using Result = decltype(Op::template apply<T>(T{}));
    auto* __restrict r = static_cast<Result*>(out);
    const T* __restrict a = static_cast<const T*>(args[0]);
    for (std::int64_t i = 0; i < n; ++i) r[i] = Op::template apply<T>(a[i]);
  } else {
    using Result = decltype(Op::template apply<T>(T{}, T{}));
    auto* __restrict r = static_cast<Result*>(out);
    const T* __restrict a = static_cast<const T*>(args[0]);
    const T* __restrict b = static_cast<const T*>(args[1]);
    for (std::int64_t i = 0; i < n; ++i) r[i] = Op::template apply<T>(a[i], b[i]);
  }
}

/// where(condition, a, b)
template <class Isa, class T>
void tile_where(void* out, const void* const* args, std::int64_t n) {
  auto* __restrict r = static_cast<T*>(out);
  const auto* __restrict condition = static_cast<const std::uint8_t*>(args[0]);
  const T* __restrict a = static_cast<const T*>(args[1]);
  const T* __restrict b = static_cast<const T*>(args[2]);
  for (std::int64_t i = 0; i < n; ++i) r[i] = condition[i] != 0 ? a[i] : b[i];
}

/// The instances of an operation by dtype; nullptr where it has none.
template <class Isa, class Op>
TileFunction for_floats(DType dtype) {
  if (dtype == DType::Float32) return &tile_loop<Isa, Op, float>;
  if (dtype == DType::Float64) return &tile_loop<Isa, Op, double>;
  return nullptr;
}

template <class Isa, class Op>
TileFunction for_integers(DType dtype) {
  switch (dtype) {
    case DType::UInt8:
      return &tile_loop<Isa, Op, std::uint8_t>;
    case DType::UInt16:
      return &tile_loop<Isa, Op, std::uint16_t>;
    case DType::UInt32:
      return &tile_loop<Isa, Op, std::uint32_t>;
    case DType::UInt64:
      return &tile_loop<Isa, Op, std::uint64_t>;
    case DType::Int8:
      return &tile_loop<Isa, Op, std::int8_t>;
    case DType::Int16:
      return &tile_loop<Isa, Op, std::int16_t>;
    case DType::Int32:
      return &tile_loop<Isa, Op, std::int32_t>;
    case DType::Int64:
      return &tile_loop<Isa, Op, std::int64_t>;
    default:
      return nullptr;
  }
}

template <class Isa, class Op>
TileFunction for_bool(DType dtype) {
  return dtype == DType::Bool ? &tile_loop<Isa, Op, bool> : nullptr;
}

template <class Isa, class Op>
TileFunction for_numbers(DType dtype) {
  const TileFunction floats = for_floats<Isa, Op>(dtype);
  return floats != nullptr ? floats : for_integers<Isa, Op>(dtype);
}

template <class Isa, class Op>
TileFunction for_integers_and_bool(DType dtype) {
  const TileFunction integers = for_integers<Isa, Op>(dtype);
  return integers != nullptr ? integers : for_bool<Isa, Op>(dtype);
}

template <class Isa, class Op>
TileFunction for_all(DType dtype) {
  const TileFunction numbers = for_numbers<Isa, Op>(dtype);
  return numbers != nullptr ? numbers : for_bool<Isa, Op>(dtype);
}

}  // namespace kerascpp::cpu
