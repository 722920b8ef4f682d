#include "backends/cpu/fused/jit/expand.hpp"

#include <cstring>
#include <utility>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/tensor.hpp>

#include "backends/cpu/fused/jit/expand_math.hpp"
#include "backends/cpu/fused/tile_functions.hpp"

namespace kerascpp::cpu::jit {
namespace {

using compiler::FusedLoop;
using compiler::LoopInstruction;
using compiler::Opcode;
using compiler::OpcodeRule;
using compiler::ReductionKind;

/// How values of a dtype are held: narrow integers in 32 bits, extended; 16-bit floats as float32; bool as a mask.
Lanes lanes_for(DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return Lanes::Mask32;
    case DType::Float16:
    case DType::BFloat16:
    case DType::Float32:
      return Lanes::Float32;
    case DType::Float64:
      return Lanes::Float64;
    case DType::Int64:
    case DType::UInt64:
      return Lanes::Int64;
    default:
      return Lanes::Int32;
  }
}

bool is_half(DType dtype) { return register_dtype(dtype) != dtype; }

/// Whether a 16-bit result may need more digits than its dtype has.
bool needs_rounding(Opcode opcode) {
  switch (opcode) {
    case Opcode::Negative:
    case Opcode::Abs:
    case Opcode::Sign:
    case Opcode::Relu:
    case Opcode::Maximum:
    case Opcode::Minimum:
    case Opcode::Fmax:
    case Opcode::Fmin:
    case Opcode::Copysign:
    case Opcode::Where:
      return false;
    default:
      return true;
  }
}

class Expansion {
 public:
  Expansion(const FusedLoop& loop, bool is_avx512) : loop_(loop), builder_(program_, is_avx512) {}

  VectorProgram run(std::string& refusal) {
    for (std::size_t n = 0; n < loop_.instructions.size(); ++n) {
      const LoopInstruction& instruction = loop_.instructions[n];
      const int value = expand(instruction);
      if (value < 0) {
        refusal = refusal_of(instruction);
        return {};
      }
      values_.push_back(value);
    }
    for (std::size_t s = 0; s < loop_.stores.size(); ++s) add_store(static_cast<int>(s));
    for (std::size_t r = 0; r < loop_.reductions.size(); ++r)
      if (!add_reduction(static_cast<int>(r))) {
        const auto& reduction = loop_.reductions[r];
        refusal = text_of("no code for \"", name(reduction.kind), "\" of ", at(reduction.value).dtype);
        return {};
      }
    order_for_registers(program_);
    return std::move(program_);
  }

 private:
  [[nodiscard]] const LoopInstruction& at(int value) const {
    return loop_.instructions[static_cast<std::size_t>(value)];
  }
  [[nodiscard]] int value(int number) const { return values_[static_cast<std::size_t>(number)]; }

  [[nodiscard]] std::string refusal_of(const LoopInstruction& instruction) const {
    if (instruction.opcode == Opcode::Cast)
      return text_of("no code for a cast from ", at(instruction.args[0]).dtype, " to ", instruction.dtype);
    return text_of("no code for \"", name(instruction.opcode), "\" of ", instruction.dtype);
  }

  int expand(const LoopInstruction& instruction) {
    switch (instruction.opcode) {
      case Opcode::Load:
        return load(instruction.index);
      case Opcode::Constant:
        return constant(loop_.constants[static_cast<std::size_t>(instruction.index)]);
      case Opcode::Cast:
        return cast(value(instruction.args[0]), at(instruction.args[0]).dtype, instruction.dtype);
      case Opcode::Where:
        return where(instruction);
      default:
        break;
    }
    int args[3] = {-1, -1, -1};
    for (int a = 0; a < info(instruction.opcode).arity; ++a) args[a] = value(instruction.args[a]);
    const DType dtype = at(instruction.args[0]).dtype;
    const Lanes lanes = lanes_for(dtype);
    if (is_mask(lanes)) return logic(instruction.opcode, args);
    if (!is_float(lanes)) return integer(instruction.opcode, dtype, args);
    const int result = expand_float(builder_, instruction.opcode, lanes, args);
    if (result < 0 || !is_half(instruction.dtype) || !needs_rounding(instruction.opcode)) return result;
    return rounded(result, instruction.dtype);
  }

  int load(int operand) {
    const DType dtype = loop_.operands[static_cast<std::size_t>(operand)].dtype;
    VectorInstruction instruction{VectorOp::Load, lanes_for(dtype)};
    instruction.index = operand;
    instruction.memory = dtype;
    if (dtype == DType::Bool) {
      instruction.lanes = Lanes::Int32;
      instruction.memory = DType::UInt8;
      const int zero = builder_.constant(Lanes::Int32, 0);
      return builder_.compare(VectorOp::Greater, Lanes::Int32, builder_.append(instruction), zero);
    }
    if (dtype == DType::BFloat16) {
      instruction.lanes = Lanes::Int32;
      instruction.memory = DType::UInt16;
      return builder_.shift(VectorOp::ShiftLeft, Lanes::Int32, builder_.append(instruction), 16);
    }
    return builder_.append(instruction);
  }

  int constant(const compiler::LoopConstant& constant) {
    if (constant.dtype == DType::Bool) return truth(constant.integer != 0);
    // rounded to its dtype first, then held as a register
    const DType held = register_dtype(constant.dtype);
    const Tensor exact = is_floating(constant.dtype)
                             ? full({}, constant.number, constant.dtype).astype(held)
                             : Tensor(&constant.integer, {}, DType::Int64).astype(constant.dtype);
    const Lanes lanes = lanes_for(constant.dtype);
    std::uint64_t bits = 0;
    if (is_float(lanes)) {
      std::memcpy(&bits, exact.raw(), itemsize(held));
    } else {
      bits = static_cast<std::uint64_t>(exact.item<std::int64_t>(0));
      if (lanes == Lanes::Int32) bits &= 0xffffffffU;
    }
    return builder_.constant(lanes, bits);
  }

  /// A mask of all lanes or of none.
  int truth(bool is_true) {
    const int zero = builder_.constant(Lanes::Int32, 0);
    return builder_.compare(is_true ? VectorOp::Equal : VectorOp::Greater, Lanes::Int32, zero, zero);
  }
  int negated(int mask) {
    return builder_.append({VectorOp::Not, builder_.lanes_of(mask), builder_.lanes_of(mask), {mask, -1, -1}});
  }
  int masks(VectorOp op, int a, int b) {
    if (lane_bytes(builder_.lanes_of(a)) != lane_bytes(builder_.lanes_of(b))) {
      a = builder_.mask_for(Lanes::Int32, a);
      b = builder_.mask_for(Lanes::Int32, b);
    }
    return builder_.binary(op, builder_.lanes_of(a), a, b);
  }

  int logic(Opcode opcode, const int* args) {
    const int a = args[0];
    const int b = args[1];
    switch (opcode) {
      case Opcode::Square:
      case Opcode::Abs:
      case Opcode::Sign:
      case Opcode::Relu:
      case Opcode::Round:
      case Opcode::Trunc:
        return a;
      case Opcode::LogicalNot:
      case Opcode::BitwiseNot:
        return negated(a);
      case Opcode::IsNan:
      case Opcode::IsInf:
      case Opcode::Signbit:
        return truth(false);
      case Opcode::IsFinite:
        return truth(true);
      case Opcode::Add:
      case Opcode::Maximum:
      case Opcode::Fmax:
      case Opcode::LogicalOr:
      case Opcode::BitwiseOr:
        return masks(VectorOp::Or, a, b);
      case Opcode::Multiply:
      case Opcode::Minimum:
      case Opcode::Fmin:
      case Opcode::LogicalAnd:
      case Opcode::BitwiseAnd:
        return masks(VectorOp::And, a, b);
      case Opcode::NotEqual:
      case Opcode::LogicalXor:
      case Opcode::BitwiseXor:
        return masks(VectorOp::Xor, a, b);
      case Opcode::Equal:
        return negated(masks(VectorOp::Xor, a, b));
      case Opcode::Less:
        return masks(VectorOp::AndNot, a, b);
      case Opcode::Greater:
        return masks(VectorOp::AndNot, b, a);
      case Opcode::LessEqual:
        return negated(masks(VectorOp::AndNot, b, a));
      case Opcode::GreaterEqual:
        return negated(masks(VectorOp::AndNot, a, b));
      default:
        return -1;
    }
  }

  int where(const LoopInstruction& instruction) {
    const int mask = value(instruction.args[0]);
    const int a = value(instruction.args[1]);
    const int b = value(instruction.args[2]);
    const Lanes lanes = lanes_for(instruction.dtype);
    if (!is_mask(lanes)) return builder_.select(lanes, mask, a, b);
    return masks(VectorOp::Or, masks(VectorOp::And, mask, a), masks(VectorOp::AndNot, mask, b));
  }

  // integers

  /// The low bits of a result, extended as its dtype asks.
  int wrapped(int a, DType dtype) {
    const int spare = 32 - 8 * static_cast<int>(itemsize(dtype));
    if (spare <= 0) return a;
    if (is_unsigned(dtype)) {
      const std::uint64_t mask = itemsize(dtype) == 1 ? 0xff : 0xffff;
      return builder_.binary(VectorOp::And, Lanes::Int32, a, builder_.constant(Lanes::Int32, mask));
    }
    const int high = builder_.shift(VectorOp::ShiftLeft, Lanes::Int32, a, spare);
    return builder_.shift(VectorOp::ShiftRightSigned, Lanes::Int32, high, spare);
  }

  /// a > b; wide integers without sign are moved to where those with sign are.
  int exceeds(int a, int b, DType dtype) {
    const Lanes lanes = lanes_for(dtype);
    if (is_unsigned(dtype) && itemsize(dtype) >= 4) {
      const int sign =
          builder_.constant(lanes, lanes == Lanes::Int32 ? std::uint64_t{0x80000000U} : std::uint64_t{1} << 63);
      a = builder_.binary(VectorOp::Xor, lanes, a, sign);
      b = builder_.binary(VectorOp::Xor, lanes, b, sign);
    }
    return builder_.compare(VectorOp::Greater, lanes, a, b);
  }

  int integer(Opcode opcode, DType dtype, const int* args) {
    const Lanes lanes = lanes_for(dtype);
    const int a = args[0];
    const int b = args[1];
    const int zero = builder_.constant(lanes, 0);
    const auto made = [&](VectorOp op, int x, int y) { return wrapped(builder_.binary(op, lanes, x, y), dtype); };
    switch (opcode) {
      case Opcode::Round:
      case Opcode::Trunc:
        return a;
      case Opcode::Negative:
        return made(VectorOp::Subtract, zero, a);
      case Opcode::Abs:
        if (is_unsigned(dtype)) return a;
        return builder_.select(lanes, exceeds(zero, a, dtype), made(VectorOp::Subtract, zero, a), a);
      case Opcode::Sign: {
        const int positive = as_integer(exceeds(a, zero, dtype), lanes);
        if (is_unsigned(dtype)) return positive;
        return builder_.binary(VectorOp::Subtract, lanes, positive, as_integer(exceeds(zero, a, dtype), lanes));
      }
      case Opcode::Relu:
        return is_unsigned(dtype) ? a : builder_.select(lanes, exceeds(a, zero, dtype), a, zero);
      case Opcode::Add:
        return made(VectorOp::Add, a, b);
      case Opcode::Subtract:
        return made(VectorOp::Subtract, a, b);
      case Opcode::Multiply:
        return lanes == Lanes::Int64 ? -1 : made(VectorOp::Multiply, a, b);
      case Opcode::Square:
        return lanes == Lanes::Int64 ? -1 : made(VectorOp::Multiply, a, a);
      case Opcode::Maximum:
      case Opcode::Fmax:
        return builder_.select(lanes, exceeds(a, b, dtype), a, b);
      case Opcode::Minimum:
      case Opcode::Fmin:
        return builder_.select(lanes, exceeds(b, a, dtype), a, b);
      case Opcode::BitwiseAnd:
        return builder_.binary(VectorOp::And, lanes, a, b);
      case Opcode::BitwiseOr:
        return builder_.binary(VectorOp::Or, lanes, a, b);
      case Opcode::BitwiseXor:
        return builder_.binary(VectorOp::Xor, lanes, a, b);
      case Opcode::BitwiseNot:
        return made(VectorOp::Xor, a,
                    builder_.constant(lanes, lanes == Lanes::Int32 ? 0xffffffffU : ~std::uint64_t{0}));
      case Opcode::LeftShift:
        return made(VectorOp::ShiftLeftBy, a, b);
      case Opcode::RightShift:
        if (is_unsigned(dtype)) return builder_.binary(VectorOp::ShiftRightBy, lanes, a, b);
        return lanes == Lanes::Int64 ? -1 : builder_.binary(VectorOp::ShiftRightSignedBy, lanes, a, b);
      case Opcode::Equal:
        return builder_.compare(VectorOp::Equal, lanes, a, b);
      case Opcode::NotEqual:
        return negated(builder_.compare(VectorOp::Equal, lanes, a, b));
      case Opcode::Greater:
        return exceeds(a, b, dtype);
      case Opcode::Less:
        return exceeds(b, a, dtype);
      case Opcode::GreaterEqual:
        return negated(exceeds(b, a, dtype));
      case Opcode::LessEqual:
        return negated(exceeds(a, b, dtype));
      case Opcode::IsNan:
      case Opcode::IsInf:
        return truth(false);
      case Opcode::IsFinite:
        return truth(true);
      case Opcode::Signbit:
        return is_unsigned(dtype) ? truth(false) : exceeds(zero, a, dtype);
      default:
        return -1;
    }
  }

  // conversions

  int as_integer(int mask, Lanes lanes) {
    return builder_.append({VectorOp::MaskToInt, lanes, mask_of(lanes), {builder_.mask_for(lanes, mask), -1, -1}});
  }

  int rounded(int a, DType half) {
    if (half == DType::Float16) return builder_.unary(VectorOp::RoundToHalf, Lanes::Float32, a);
    // half a unit more if the last bit that stays is odd or more follows; NaN keeps a bit
    const auto bits = [this](std::uint64_t value) { return builder_.constant(Lanes::Int32, value); };
    const auto both = [this](VectorOp op, int x, int y) { return builder_.binary(op, Lanes::Int32, x, y); };
    const int odd = both(VectorOp::And, builder_.shift(VectorOp::ShiftRight, Lanes::Int32, a, 16), bits(1));
    const int sum = both(VectorOp::Add, both(VectorOp::Add, a, bits(0x7fff)), odd);
    const int is_nan = builder_.compare(VectorOp::Unordered, Lanes::Float32, a, a);
    const int chosen = builder_.select(Lanes::Int32, is_nan, both(VectorOp::Or, a, bits(0x400000)), sum);
    return both(VectorOp::And, chosen, bits(0xffff0000U));
  }

  int cast(int a, DType from, DType to) {
    if (from == to) return a;
    if (to == DType::Bool) return nonzero(a, from);
    if (from == DType::Bool) return from_mask(a, to);
    const bool from_float = is_floating(from);
    if (is_floating(to)) return from_float ? float_to_float(a, from, to) : integer_to_float(a, from, to);
    return from_float ? float_to_integer(a, from, to) : integer_to_integer(a, from, to);
  }

  int nonzero(int a, DType from) {
    const Lanes lanes = lanes_for(from);
    const int zero = builder_.constant(lanes, 0);
    if (is_float(lanes)) return builder_.compare(VectorOp::NotEqual, lanes, a, zero);
    return negated(builder_.compare(VectorOp::Equal, lanes, a, zero));
  }

  int from_mask(int mask, DType to) {
    const Lanes lanes = lanes_for(to);
    if (!is_float(lanes)) return as_integer(mask, lanes);
    return builder_.select(lanes, mask, builder_.number(lanes, 1), builder_.constant(lanes, 0));
  }

  int float_to_float(int a, DType from, DType to) {
    if (is_half(to)) return from == DType::Float64 ? -1 : rounded(a, to);
    const Lanes lanes = lanes_for(to);
    if (lanes_for(from) == lanes) return a;
    return lanes == Lanes::Float64 ? builder_.convert(VectorOp::FloatToDouble, Lanes::Float32, lanes, a)
                                   : builder_.convert(VectorOp::DoubleToFloat, Lanes::Float64, lanes, a);
  }

  int integer_to_float(int a, DType from, DType to) {
    const Lanes lanes = lanes_for(to);
    if (is_half(to))
      return itemsize(from) > 2 ? -1 : rounded(builder_.convert(VectorOp::IntToFloat, Lanes::Int32, lanes, a), to);
    if (from == DType::UInt64) return -1;
    if (from == DType::UInt32) {
      if (lanes != Lanes::Float64) return -1;
      return wide_to_double(builder_.convert(VectorOp::WidenUnsigned, Lanes::Int32, Lanes::Int64, a));
    }
    if (from != DType::Int64) return builder_.convert(VectorOp::IntToFloat, Lanes::Int32, lanes, a);
    const int number = wide_to_double(a);
    // numbers of more than 53 bits are rounded twice
    return lanes == Lanes::Float64 ? number : builder_.convert(VectorOp::DoubleToFloat, Lanes::Float64, lanes, number);
  }

  /// int64 as float64: both halves as the low digits of large numbers, which are taken away again.
  int wide_to_double(int a) {
    const auto bits = [this](std::uint64_t value) { return builder_.constant(Lanes::Int64, value); };
    const auto both = [this](VectorOp op, Lanes lanes, int x, int y) { return builder_.binary(op, lanes, x, y); };
    const int low = both(VectorOp::Or, Lanes::Int64, both(VectorOp::And, Lanes::Int64, a, bits(0xffffffffU)),
                         bits(0x4330000000000000U));  // 2^52 + low
    const int high = both(VectorOp::Xor, Lanes::Int64, builder_.shift(VectorOp::ShiftRight, Lanes::Int64, a, 32),
                          bits(0x4530000080000000U));  // 2^84 + 2^63 + high 2^32
    const int rest = both(VectorOp::Subtract, Lanes::Float64, high, bits(0x4530000080100000U));
    return both(VectorOp::Add, Lanes::Float64, rest, low);
  }

  /// Saturated, NaN as 0.
  int float_to_integer(int a, DType from, DType to) {
    if (itemsize(to) > 4 || to == DType::UInt32) return -1;
    const Lanes lanes = lanes_for(from);
    const int is_number = builder_.compare(VectorOp::Equal, lanes, a, a);
    const int zero = builder_.constant(Lanes::Int32, 0);
    if (to == DType::Int32) {
      // what is too small gives the least integer by itself
      const int is_above = builder_.compare(VectorOp::LessEqual, lanes, builder_.number(lanes, 0x1p31), a);
      const int whole = builder_.convert(VectorOp::FloatToInt, lanes, Lanes::Int32, a);
      const int most = builder_.constant(Lanes::Int32, 0x7fffffff);
      return builder_.select(Lanes::Int32, is_number, builder_.select(Lanes::Int32, is_above, most, whole), zero);
    }
    const int width = 8 * static_cast<int>(itemsize(to));
    const double least = is_unsigned(to) ? 0 : -static_cast<double>(1 << (width - 1));
    const double most = static_cast<double>(1 << (is_unsigned(to) ? width : width - 1)) - 1;
    const int from_below = builder_.binary(VectorOp::Max, lanes, builder_.number(lanes, least), a);
    const int limited = builder_.binary(VectorOp::Min, lanes, builder_.number(lanes, most), from_below);
    const int whole = builder_.convert(VectorOp::FloatToInt, lanes, Lanes::Int32, limited);
    return builder_.select(Lanes::Int32, is_number, whole, zero);
  }

  int integer_to_integer(int a, DType from, DType to) {
    const Lanes lanes = lanes_for(from);
    if (lanes_for(to) == Lanes::Int64) {
      if (lanes == Lanes::Int64) return a;
      return builder_.convert(is_unsigned(from) ? VectorOp::WidenUnsigned : VectorOp::WidenSigned, lanes, Lanes::Int64,
                              a);
    }
    if (lanes == Lanes::Int64) a = builder_.convert(VectorOp::Narrow, lanes, Lanes::Int32, a);
    return wrapped(a, to);
  }

  // results

  void add_store(int s) {
    const auto& store = loop_.stores[static_cast<std::size_t>(s)];
    const DType dtype = at(store.value).dtype;
    int a = value(store.value);
    DType memory = dtype;
    if (dtype == DType::Bool) {
      a = builder_.mask_for(Lanes::Int32, a);
    } else if (dtype == DType::BFloat16) {
      a = builder_.shift(VectorOp::ShiftRight, Lanes::Int32, a, 16);
      memory = DType::UInt16;
    } else if (itemsize(dtype) < 4 && dtype != DType::Float16) {
      // packing saturates
      a = builder_.binary(VectorOp::And, Lanes::Int32, a,
                          builder_.constant(Lanes::Int32, itemsize(dtype) == 1 ? 0xff : 0xffff));
      memory = itemsize(dtype) == 1 ? DType::UInt8 : DType::UInt16;
    }
    program_.stores.push_back({a, s, memory});
  }

  bool add_reduction(int r) {
    const auto& reduction = loop_.reductions[static_cast<std::size_t>(r)];
    const DType dtype = at(reduction.value).dtype;
    Lanes lanes = lanes_for(dtype);
    int a = value(reduction.value);
    if (is_mask(lanes)) {
      a = as_integer(a, Lanes::Int32);
      lanes = Lanes::Int32;
    }
    const bool is_integer = !is_float(lanes);
    const bool is_unsigned_wide = is_unsigned(dtype) && itemsize(dtype) >= 4;
    if (is_integer && reduction.kind == ReductionKind::Prod) return false;
    if (is_unsigned_wide && (reduction.kind == ReductionKind::Max || reduction.kind == ReductionKind::Min))
      return false;
    program_.reductions.push_back({a, r, lanes, reduction.kind, is_unsigned(dtype) || is_bool(dtype)});
    return true;
  }

  const FusedLoop& loop_;
  VectorProgram program_;
  VectorBuilder builder_;
  std::vector<int> values_;  // of the instructions
};

}  // namespace

VectorProgram expand(const FusedLoop& loop, bool is_avx512, std::string& refusal) {
  return Expansion(loop, is_avx512).run(refusal);
}

}  // namespace kerascpp::cpu::jit
