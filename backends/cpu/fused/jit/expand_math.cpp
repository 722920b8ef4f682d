#include "backends/cpu/fused/jit/expand_math.hpp"

#include "backends/cpu/fused/jit/traced_value.hpp"
#include "backends/cpu/fused/vector_math.hpp"

namespace kerascpp::cpu::jit {
namespace {

using compiler::Opcode;

template <bool kFloat32>
class FloatOps {
 public:
  using V = Traced<kFloat32>;
  static constexpr Lanes kLanes = V::kLanes;

  FloatOps(VectorBuilder& builder, const int* args) : builder_(builder), args_(args) {}

  int unary(Opcode opcode) {
    const V a = V::of(args_[0]);
    switch (opcode) {
      case Opcode::Negative:
        return (-a).id;
      case Opcode::Abs:
        return vector_math::absolute(a).id;
      case Opcode::Sign:
        return choose(a < V(0), V(-1), choose(a > V(0), V(1), a)).id;
      case Opcode::Floor:
        return direct(VectorOp::Floor);
      case Opcode::Ceil:
        return direct(VectorOp::Ceil);
      case Opcode::Round:
        return direct(VectorOp::Round);
      case Opcode::Trunc:
        return direct(VectorOp::Trunc);
      case Opcode::Sqrt:
        return direct(VectorOp::Sqrt);
      case Opcode::Rsqrt:
        return (V(1) / V::of(direct(VectorOp::Sqrt))).id;
      case Opcode::Reciprocal:
        return (V(1) / a).id;
      case Opcode::Square:
        return (a * a).id;
      case Opcode::Relu:
        return greater(V(0), a).id;  // a where it is NaN
      case Opcode::IsNan:
        return unordered(a);
      case Opcode::IsInf:
        return (vector_math::absolute(a) == V(__builtin_inf())).id;
      case Opcode::IsFinite:
        return (vector_math::absolute(a) < V(__builtin_inf())).id;
      case Opcode::Signbit:
        return is_negative(bits_of(a)).id;
      default:
        return function(opcode, a);
    }
  }

  int binary(Opcode opcode) {
    const V a = V::of(args_[0]);
    const V b = V::of(args_[1]);
    switch (opcode) {
      case Opcode::Add:
        return (a + b).id;
      case Opcode::Subtract:
        return (a - b).id;
      case Opcode::Multiply:
        return (a * b).id;
      case Opcode::Divide:
        return (a / b).id;
      case Opcode::FloorDivide:
        return builder_.unary(VectorOp::Floor, kLanes, (a / b).id);
      case Opcode::Maximum:
        // the second argument of an extremum is the result where one is NaN
        if (builder_.is_constant(b.id)) return greater(b, a).id;
        if (builder_.is_constant(a.id)) return greater(a, b).id;
        return select(unordered(a), a, greater(a, b));
      case Opcode::Minimum:
        if (builder_.is_constant(b.id)) return lesser(b, a).id;
        if (builder_.is_constant(a.id)) return lesser(a, b).id;
        return select(unordered(a), a, lesser(a, b));
      case Opcode::Fmax:
        return select(unordered(b), a, greater(a, b));
      case Opcode::Fmin:
        return select(unordered(b), a, lesser(a, b));
      case Opcode::Copysign:
        return vector_math::with_sign(vector_math::absolute(a), b).id;
      case Opcode::Heaviside:
        return choose(a < V(0), V(0), choose(a > V(0), V(1), choose(a == V(0), b, a))).id;
      case Opcode::Logaddexp:
        return vector_math::logaddexp(a, b).id;
      case Opcode::Power:
        return power(a, b);
      case Opcode::Equal:
        return (a == b).id;
      case Opcode::NotEqual:
        return (a != b).id;
      case Opcode::Less:
        return (a < b).id;
      case Opcode::Greater:
        return (a > b).id;
      case Opcode::LessEqual:
        return builder_.compare(VectorOp::LessEqual, kLanes, a.id, b.id);
      case Opcode::GreaterEqual:
        return builder_.compare(VectorOp::LessEqual, kLanes, b.id, a.id);
      default:
        return -1;
    }
  }

 private:
  static int function(Opcode opcode, V a) {
    switch (opcode) {
      case Opcode::Exp:
        return vector_math::exp(a).id;
      case Opcode::Exp2:
        return vector_math::exp2(a).id;
      case Opcode::Expm1:
        return vector_math::expm1(a).id;
      case Opcode::Log:
        return vector_math::log(a).id;
      case Opcode::Log1p:
        return vector_math::log1p(a).id;
      case Opcode::Log2:
        return vector_math::log2(a).id;
      case Opcode::Log10:
        return vector_math::log10(a).id;
      case Opcode::Tanh:
        return vector_math::tanh(a).id;
      case Opcode::Sigmoid:
        return vector_math::sigmoid(a).id;
      case Opcode::Erf:
        if constexpr (kFloat32)
          return vector_math::erf(a).id;
        else
          return -1;
      default:
        return -1;
    }
  }

  int power(V a, V b) {
    if constexpr (kFloat32) {
      using Wide = Traced<false>;
      const Wide result = vector_math::power(Wide::of(widened(a)), Wide::of(widened(b)));
      return builder_.convert(VectorOp::DoubleToFloat, Lanes::Float64, Lanes::Float32, result.id);
    } else {
      return -1;
    }
  }
  int widened(V a) { return builder_.convert(VectorOp::FloatToDouble, Lanes::Float32, Lanes::Float64, a.id); }

  int direct(VectorOp op) { return builder_.unary(op, kLanes, args_[0]); }
  int unordered(V a) { return builder_.compare(VectorOp::Unordered, kLanes, a.id, a.id); }
  int select(int mask, V a, V b) { return builder_.select(kLanes, mask, a.id, b.id); }

  VectorBuilder& builder_;
  const int* args_;
};

template <bool kFloat32>
int expand_with(VectorBuilder& builder, Opcode opcode, const int* args) {
  const Tracing tracing(builder);
  FloatOps<kFloat32> ops(builder, args);
  return info(opcode).arity == 1 ? ops.unary(opcode) : ops.binary(opcode);
}

}  // namespace

int expand_float(VectorBuilder& builder, Opcode opcode, Lanes lanes, const int* args) {
  return lanes == Lanes::Float32 ? expand_with<true>(builder, opcode, args) : expand_with<false>(builder, opcode, args);
}

}  // namespace kerascpp::cpu::jit
