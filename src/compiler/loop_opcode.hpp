#pragma once

#include <cstdint>
#include <string_view>

/// The scalar operations that fused loops are made of.
namespace kerascpp::compiler {

enum class Opcode : std::uint8_t {
  // where values come from
  Load,      // an operand
  Constant,  // a number of the loop
  // one argument
  Cast,
  Negative,
  Abs,
  Sign,
  Floor,
  Ceil,
  Round,
  Trunc,
  Sqrt,
  Rsqrt,
  Cbrt,
  Reciprocal,
  Square,
  Exp,
  Exp2,
  Expm1,
  Log,
  Log1p,
  Log2,
  Log10,
  Sin,
  Cos,
  Tan,
  Arcsin,
  Arccos,
  Arctan,
  Sinh,
  Cosh,
  Tanh,
  Arcsinh,
  Arccosh,
  Arctanh,
  Erf,
  Erfc,
  Erfinv,
  Sigmoid,
  Relu,
  Lgamma,
  Digamma,
  BesselI0,
  BesselI1,
  LogicalNot,
  BitwiseNot,
  IsFinite,
  IsInf,
  IsNan,
  Signbit,
  // two arguments
  Add,
  Subtract,
  Multiply,
  Divide,
  FloorDivide,
  Mod,
  Fmod,
  Power,
  Maximum,
  Minimum,
  Fmax,
  Fmin,
  Arctan2,
  Hypot,
  Nextafter,
  Logaddexp,
  Copysign,
  Heaviside,
  Ldexp,
  Gcd,
  Lcm,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  LogicalAnd,
  LogicalOr,
  LogicalXor,
  BitwiseAnd,
  BitwiseOr,
  BitwiseXor,
  LeftShift,
  RightShift,
  // three arguments
  Where,
};
inline constexpr int kNumOpcodes = static_cast<int>(Opcode::Where) + 1;

/// How the dtypes of arguments and result hang together.
enum class OpcodeRule : std::uint8_t {
  Leaf,
  Same,       // arguments and result have one dtype
  Predicate,  // arguments have one dtype, the result is bool
  Logical,    // arguments and result are bool
  Choice,     // a bool, then two arguments of the result's dtype
  Convert,    // the result's dtype is given
};

struct OpcodeInfo {
  Opcode opcode;
  std::string_view name;  // of the op
  int arity;
  OpcodeRule rule;
  /// Rough cost per element, in additions.
  int cost;
};

[[nodiscard]] const OpcodeInfo& info(Opcode opcode);
[[nodiscard]] inline std::string_view name(Opcode opcode) { return info(opcode).name; }
/// The opcode that computes the op of this name, or nullptr.
[[nodiscard]] const OpcodeInfo* find_opcode(std::string_view op);

/// Reductions that may end a fused loop.
enum class ReductionKind : std::uint8_t { Sum, Mean, Prod, Max, Min, Any, All };
[[nodiscard]] std::string_view name(ReductionKind kind);
/// Whether `op` is such a reduction; fills `kind`.
[[nodiscard]] bool find_reduction(std::string_view op, ReductionKind& kind);

}  // namespace kerascpp::compiler
