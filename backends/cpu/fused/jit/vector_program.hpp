#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <kerascpp/core/dtype.hpp>

#include "compiler/loop_opcode.hpp"

/// What one step of a fused loop does with vector registers: the form between loop instructions and machine code.
namespace kerascpp::cpu::jit {

/// How the lanes of a register are read. Masks have lanes of all ones or all zeros, as wide as what they select; with
/// AVX-512 they are bits of mask registers and their width means nothing.
enum class Lanes : std::uint8_t { Float32, Float64, Int32, Int64, Mask32, Mask64 };

[[nodiscard]] constexpr bool is_mask(Lanes lanes) { return lanes == Lanes::Mask32 || lanes == Lanes::Mask64; }
[[nodiscard]] constexpr bool is_float(Lanes lanes) { return lanes == Lanes::Float32 || lanes == Lanes::Float64; }
[[nodiscard]] constexpr int lane_bytes(Lanes lanes) {
  return lanes == Lanes::Float64 || lanes == Lanes::Int64 || lanes == Lanes::Mask64 ? 8 : 4;
}
[[nodiscard]] constexpr Lanes mask_of(Lanes lanes) { return lane_bytes(lanes) == 8 ? Lanes::Mask64 : Lanes::Mask32; }

enum class VectorOp : std::uint8_t {
  Constant,  // `bits` in every lane
  Load,      // of operand `index`, whose elements are of `memory`
  // of numbers; Min is a < b ? a : b and Max is a > b ? a : b
  Add,
  Subtract,
  Multiply,
  Divide,
  Min,
  Max,
  MultiplyAdd,  // a * b + c, rounded once
  Sqrt,
  Floor,
  Ceil,
  Round,  // half to even
  Trunc,
  Scale,  // a * 2^b for an integral b; with AVX-512
  // of bits; And, AndNot (not a, and b), Or and Xor also take masks
  And,
  AndNot,
  Or,
  Xor,
  ShiftLeft,  // by `bits`
  ShiftRight,
  ShiftRightSigned,
  ShiftLeftBy,  // by b; everything is moved out where that is the width or more
  ShiftRightBy,
  ShiftRightSignedBy,
  // masks; `from` is what is compared
  Equal,
  NotEqual,  // also where one is NaN
  Less,
  LessEqual,
  Unordered,  // one is NaN
  Greater,    // of signed integers
  // choice: mask a ? b : c
  Select,
  // conversions between lanes `from` and `lanes`
  FloatToDouble,
  DoubleToFloat,
  IntToFloat,  // from 32 bits to float32 or float64, from 64 bits to float64
  FloatToInt,  // towards zero, to 32 bits; what does not fit gives the least integer
  WidenSigned,
  WidenUnsigned,
  Narrow,
  MaskToInt,  // 0 or 1
  WidenMask,
  NarrowMask,
  Not,          // of a mask
  RoundToHalf,  // float32 to the nearest float16, as float32
};

struct VectorInstruction {
  VectorOp op = VectorOp::Constant;
  Lanes lanes = Lanes::Float32;  // of the result
  Lanes from = Lanes::Float32;   // of the arguments of comparisons and conversions
  int args[3] = {-1, -1, -1};
  std::uint64_t bits = 0;
  int index = -1;
  DType memory = DType::Float32;
};

[[nodiscard]] constexpr int arity(VectorOp op) {
  switch (op) {
    case VectorOp::Constant:
    case VectorOp::Load:
      return 0;
    case VectorOp::MultiplyAdd:
    case VectorOp::Select:
      return 3;
    case VectorOp::Sqrt:
    case VectorOp::Floor:
    case VectorOp::Ceil:
    case VectorOp::Round:
    case VectorOp::Trunc:
    case VectorOp::ShiftLeft:
    case VectorOp::ShiftRight:
    case VectorOp::ShiftRightSigned:
      return 1;
    default:
      return op >= VectorOp::FloatToDouble ? 1 : 2;
  }
}

/// A value that leaves the loop: stored as elements of `memory`, or reduced.
struct VectorStore {
  int value = -1;
  int index = -1;
  DType memory = DType::Float32;
};
struct VectorReduction {
  int value = -1;
  int index = -1;
  Lanes lanes = Lanes::Float32;  // of the value
  compiler::ReductionKind kind = compiler::ReductionKind::Sum;
  bool is_unsigned = false;  // of integers
};

struct VectorProgram {
  int widest = 4;  // bytes of the widest lanes
  std::vector<VectorInstruction> instructions;
  std::vector<VectorStore> stores;
  std::vector<VectorReduction> reductions;
};

/// Drops what nothing needs and puts the rest into an order that keeps few values alive.
void order_for_registers(VectorProgram& program);
/// Everything about the program, for comparison.
[[nodiscard]] std::string text_of_program(const VectorProgram& program);

/// Appends instructions to a program; those that are there already are used again.
class VectorBuilder {
 public:
  VectorBuilder(VectorProgram& program, bool is_avx512) : program_(program), is_avx512_(is_avx512) {}

  [[nodiscard]] bool is_avx512() const { return is_avx512_; }

  int append(const VectorInstruction& instruction);

  int constant(Lanes lanes, std::uint64_t bits) {
    return append({VectorOp::Constant, lanes, lanes, {-1, -1, -1}, bits});
  }
  /// A number, rounded to float32 or float64.
  int number(Lanes lanes, double value);
  int unary(VectorOp op, Lanes lanes, int a) { return append({op, lanes, lanes, {a, -1, -1}}); }
  int binary(VectorOp op, Lanes lanes, int a, int b) { return append({op, lanes, lanes, {a, b, -1}}); }
  int multiply_add(Lanes lanes, int a, int b, int c) {
    return append({VectorOp::MultiplyAdd, lanes, lanes, {a, b, c}});
  }
  int shift(VectorOp op, Lanes lanes, int a, int by) {
    return append({op, lanes, lanes, {a, -1, -1}, static_cast<std::uint64_t>(by)});
  }
  int compare(VectorOp op, Lanes from, int a, int b) { return append({op, mask_of(from), from, {a, b, -1}}); }
  /// mask ? a : b, the mask in lanes of any width.
  int select(Lanes lanes, int mask, int a, int b);
  int convert(VectorOp op, Lanes from, Lanes to, int a) { return append({op, to, from, {a, -1, -1}}); }
  /// The mask in lanes as wide as those it is to select.
  int mask_for(Lanes lanes, int mask);

  [[nodiscard]] bool is_constant(int value) const {
    return program_.instructions[static_cast<std::size_t>(value)].op == VectorOp::Constant;
  }
  [[nodiscard]] Lanes lanes_of(int value) const { return program_.instructions[static_cast<std::size_t>(value)].lanes; }

 private:
  using Key = std::tuple<VectorOp, Lanes, Lanes, int, int, int, std::uint64_t, int>;

  VectorProgram& program_;
  bool is_avx512_;
  std::map<Key, int> known_;
};

}  // namespace kerascpp::cpu::jit
