#pragma once

#include <cstdint>

#include "backends/cpu/fused/jit/vector_program.hpp"
#include "backends/cpu/fused/vector_math.hpp"

/// Values for which the functions of vector_math.hpp write vector instructions instead of computing.
namespace kerascpp::cpu::jit {

/// Where traced values of this thread write to, while it lives.
class Tracing {
 public:
  explicit Tracing(VectorBuilder& builder) : before_(current_) { current_ = &builder; }
  ~Tracing() { current_ = before_; }
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

  [[nodiscard]] static VectorBuilder& builder() { return *current_; }

 private:
  static inline thread_local VectorBuilder* current_ = nullptr;
  VectorBuilder* before_;
};

struct TracedMask {
  int id;
};

template <bool kFloat32>
class Traced;

template <bool kFloat32>
class TracedBits {
 public:
  static constexpr Lanes kLanes = kFloat32 ? Lanes::Int32 : Lanes::Int64;
  int id;

  TracedBits(std::uint64_t value)  // NOLINT: a literal
      : id(Tracing::builder().constant(kLanes, kFloat32 ? value & 0xffffffffU : value)) {}
  [[nodiscard]] static TracedBits of(int id) { return TracedBits(id, 0); }

  friend TracedBits operator+(TracedBits a, TracedBits b) { return of(made(VectorOp::Add, a, b)); }
  friend TracedBits operator-(TracedBits a, TracedBits b) { return of(made(VectorOp::Subtract, a, b)); }
  friend TracedBits operator&(TracedBits a, TracedBits b) { return of(made(VectorOp::And, a, b)); }
  friend TracedBits operator|(TracedBits a, TracedBits b) { return of(made(VectorOp::Or, a, b)); }
  friend TracedBits operator^(TracedBits a, TracedBits b) { return of(made(VectorOp::Xor, a, b)); }
  friend TracedBits operator<<(TracedBits a, int by) {
    return of(Tracing::builder().shift(VectorOp::ShiftLeft, kLanes, a.id, by));
  }
  friend TracedBits operator>>(TracedBits a, int by) {
    return of(Tracing::builder().shift(VectorOp::ShiftRight, kLanes, a.id, by));
  }
  friend TracedMask is_negative(TracedBits a) {
    return {Tracing::builder().compare(VectorOp::Greater, kLanes, TracedBits(std::uint64_t{0}).id, a.id)};
  }
  friend Traced<kFloat32> as_float(TracedBits a) { return Traced<kFloat32>::of(a.id); }

 private:
  TracedBits(int number, int) : id(number) {}
  static int made(VectorOp op, TracedBits a, TracedBits b) { return Tracing::builder().binary(op, kLanes, a.id, b.id); }
};

template <bool kFloat32>
class Traced {
 public:
  static constexpr bool kIsFloat32 = kFloat32;
  static constexpr Lanes kLanes = kFloat32 ? Lanes::Float32 : Lanes::Float64;
  using Bits = TracedBits<kFloat32>;
  int id;

  Traced(double value) : id(Tracing::builder().number(kLanes, value)) {}  // NOLINT: a literal
  [[nodiscard]] static Traced of(int id) { return Traced(id, 0); }

  friend Traced operator+(Traced a, Traced b) { return of(made(VectorOp::Add, a, b)); }
  friend Traced operator-(Traced a, Traced b) { return of(made(VectorOp::Subtract, a, b)); }
  friend Traced operator*(Traced a, Traced b) { return of(made(VectorOp::Multiply, a, b)); }
  friend Traced operator/(Traced a, Traced b) { return of(made(VectorOp::Divide, a, b)); }
  friend Traced operator-(Traced a) {
    return as_float(bits_of(a) ^ Bits(kFloat32 ? std::uint64_t{0x80000000U} : std::uint64_t{1} << 63));
  }
  friend TracedMask operator<(Traced a, Traced b) { return compared(VectorOp::Less, a, b); }
  friend TracedMask operator>(Traced a, Traced b) { return compared(VectorOp::Less, b, a); }
  friend TracedMask operator==(Traced a, Traced b) { return compared(VectorOp::Equal, a, b); }
  friend TracedMask operator!=(Traced a, Traced b) { return compared(VectorOp::NotEqual, a, b); }

  friend Traced multiply_add(Traced a, Traced b, Traced c) {
    return of(Tracing::builder().multiply_add(kLanes, a.id, b.id, c.id));
  }
  friend Traced lesser(Traced a, Traced b) { return of(made(VectorOp::Min, a, b)); }
  friend Traced greater(Traced a, Traced b) { return of(made(VectorOp::Max, a, b)); }
  friend Traced choose(TracedMask mask, Traced a, Traced b) {
    return of(Tracing::builder().select(kLanes, mask.id, a.id, b.id));
  }
  friend Bits bits_of(Traced a) { return Bits::of(a.id); }
  /// Found before the function of vector_math.hpp: one instruction where there is one.
  friend Traced scale(Traced x, Traced n) {
    VectorBuilder& builder = Tracing::builder();
    if (!builder.is_avx512()) return vector_math::scale<Traced>(x, n);
    return of(builder.binary(VectorOp::Scale, kLanes, x.id, n.id));
  }

 private:
  Traced(int number, int) : id(number) {}
  static int made(VectorOp op, Traced a, Traced b) { return Tracing::builder().binary(op, kLanes, a.id, b.id); }
  static TracedMask compared(VectorOp op, Traced a, Traced b) {
    return {Tracing::builder().compare(op, kLanes, a.id, b.id)};
  }
};

}  // namespace kerascpp::cpu::jit
