#include "compiler/loop_opcode.hpp"

#include <iterator>

namespace kerascpp::compiler {
namespace {

using enum OpcodeRule;

// in the order of the enumeration
constexpr OpcodeInfo kOpcodes[] = {
    {Opcode::Load, "load", 0, Leaf, 0},
    {Opcode::Constant, "constant", 0, Leaf, 0},
    {Opcode::Cast, "cast", 1, Convert, 1},
    {Opcode::Negative, "negative", 1, Same, 1},
    {Opcode::Abs, "abs", 1, Same, 1},
    {Opcode::Sign, "sign", 1, Same, 2},
    {Opcode::Floor, "floor", 1, Same, 1},
    {Opcode::Ceil, "ceil", 1, Same, 1},
    {Opcode::Round, "round", 1, Same, 1},
    {Opcode::Trunc, "trunc", 1, Same, 1},
    {Opcode::Sqrt, "sqrt", 1, Same, 6},
    {Opcode::Rsqrt, "rsqrt", 1, Same, 10},
    {Opcode::Cbrt, "cbrt", 1, Same, 30},
    {Opcode::Reciprocal, "reciprocal", 1, Same, 5},
    {Opcode::Square, "square", 1, Same, 1},
    {Opcode::Exp, "exp", 1, Same, 12},
    {Opcode::Exp2, "exp2", 1, Same, 12},
    {Opcode::Expm1, "expm1", 1, Same, 18},
    {Opcode::Log, "log", 1, Same, 16},
    {Opcode::Log1p, "log1p", 1, Same, 20},
    {Opcode::Log2, "log2", 1, Same, 18},
    {Opcode::Log10, "log10", 1, Same, 18},
    {Opcode::Sin, "sin", 1, Same, 20},
    {Opcode::Cos, "cos", 1, Same, 20},
    {Opcode::Tan, "tan", 1, Same, 25},
    {Opcode::Arcsin, "arcsin", 1, Same, 25},
    {Opcode::Arccos, "arccos", 1, Same, 25},
    {Opcode::Arctan, "arctan", 1, Same, 25},
    {Opcode::Sinh, "sinh", 1, Same, 25},
    {Opcode::Cosh, "cosh", 1, Same, 25},
    {Opcode::Tanh, "tanh", 1, Same, 20},
    {Opcode::Arcsinh, "arcsinh", 1, Same, 30},
    {Opcode::Arccosh, "arccosh", 1, Same, 30},
    {Opcode::Arctanh, "arctanh", 1, Same, 30},
    {Opcode::Erf, "erf", 1, Same, 25},
    {Opcode::Erfc, "erfc", 1, Same, 40},
    {Opcode::Erfinv, "erfinv", 1, Same, 50},
    {Opcode::Sigmoid, "sigmoid", 1, Same, 16},
    {Opcode::Relu, "relu", 1, Same, 1},
    {Opcode::Lgamma, "lgamma", 1, Same, 100},
    {Opcode::Digamma, "digamma", 1, Same, 100},
    {Opcode::BesselI0, "i0", 1, Same, 60},
    {Opcode::BesselI1, "i1", 1, Same, 60},
    {Opcode::LogicalNot, "logical_not", 1, Logical, 1},
    {Opcode::BitwiseNot, "bitwise_not", 1, Same, 1},
    {Opcode::IsFinite, "isfinite", 1, Predicate, 1},
    {Opcode::IsInf, "isinf", 1, Predicate, 1},
    {Opcode::IsNan, "isnan", 1, Predicate, 1},
    {Opcode::Signbit, "signbit", 1, Predicate, 1},
    {Opcode::Add, "add", 2, Same, 1},
    {Opcode::Subtract, "subtract", 2, Same, 1},
    {Opcode::Multiply, "multiply", 2, Same, 1},
    {Opcode::Divide, "divide", 2, Same, 5},
    {Opcode::FloorDivide, "floor_divide", 2, Same, 8},
    {Opcode::Mod, "mod", 2, Same, 40},
    {Opcode::Fmod, "fmod", 2, Same, 40},
    {Opcode::Power, "power", 2, Same, 40},
    {Opcode::Maximum, "maximum", 2, Same, 1},
    {Opcode::Minimum, "minimum", 2, Same, 1},
    {Opcode::Fmax, "fmax", 2, Same, 2},
    {Opcode::Fmin, "fmin", 2, Same, 2},
    {Opcode::Arctan2, "arctan2", 2, Same, 35},
    {Opcode::Hypot, "hypot", 2, Same, 15},
    {Opcode::Nextafter, "nextafter", 2, Same, 10},
    {Opcode::Logaddexp, "logaddexp", 2, Same, 40},
    {Opcode::Copysign, "copysign", 2, Same, 2},
    {Opcode::Heaviside, "heaviside", 2, Same, 3},
    {Opcode::Ldexp, "ldexp", 2, Same, 10},
    {Opcode::Gcd, "gcd", 2, Same, 100},
    {Opcode::Lcm, "lcm", 2, Same, 110},
    {Opcode::Equal, "equal", 2, Predicate, 1},
    {Opcode::NotEqual, "not_equal", 2, Predicate, 1},
    {Opcode::Less, "less", 2, Predicate, 1},
    {Opcode::LessEqual, "less_equal", 2, Predicate, 1},
    {Opcode::Greater, "greater", 2, Predicate, 1},
    {Opcode::GreaterEqual, "greater_equal", 2, Predicate, 1},
    {Opcode::LogicalAnd, "logical_and", 2, Logical, 1},
    {Opcode::LogicalOr, "logical_or", 2, Logical, 1},
    {Opcode::LogicalXor, "logical_xor", 2, Logical, 1},
    {Opcode::BitwiseAnd, "bitwise_and", 2, Same, 1},
    {Opcode::BitwiseOr, "bitwise_or", 2, Same, 1},
    {Opcode::BitwiseXor, "bitwise_xor", 2, Same, 1},
    {Opcode::LeftShift, "left_shift", 2, Same, 2},
    {Opcode::RightShift, "right_shift", 2, Same, 2},
    {Opcode::Where, "where", 3, Choice, 1},
};
static_assert(std::size(kOpcodes) == kNumOpcodes);
static_assert([] {
  for (int i = 0; i < kNumOpcodes; ++i)
    if (static_cast<int>(kOpcodes[i].opcode) != i) return false;
  return true;
}());

constexpr std::string_view kReductions[] = {"sum", "mean", "prod", "max", "min", "any", "all"};

}  // namespace

const OpcodeInfo& info(Opcode opcode) { return kOpcodes[static_cast<int>(opcode)]; }

const OpcodeInfo* find_opcode(std::string_view op) {
  for (const OpcodeInfo& candidate : kOpcodes)
    if (candidate.rule != Leaf && candidate.name == op) return &candidate;
  return nullptr;
}

std::string_view name(ReductionKind kind) { return kReductions[static_cast<int>(kind)]; }

bool find_reduction(std::string_view op, ReductionKind& kind) {
  for (std::size_t i = 0; i < std::size(kReductions); ++i) {
    if (kReductions[i] != op) continue;
    kind = static_cast<ReductionKind>(i);
    return true;
  }
  return false;
}

}  // namespace kerascpp::compiler
