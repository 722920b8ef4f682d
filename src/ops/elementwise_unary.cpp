#include <kerascpp/ops/elementwise.hpp>

#include <numbers>

#include <kerascpp/ops/activations.hpp>

#include "ops/elementwise.hpp"
#include "ops/gradient_helpers.hpp"

namespace kerascpp::ops {
namespace {

// Traits used together.
constexpr Traits kZero = only(Trait::ZeroPreserving);
constexpr Traits kIncreasing = only(Trait::Monotonic);
constexpr Traits kZeroIncreasing = Trait::ZeroPreserving | Trait::Monotonic;
constexpr Traits kStep = only(Trait::NonDifferentiable);
constexpr Traits kRounding = Trait::NonDifferentiable | Trait::ZeroPreserving | Trait::Monotonic | Trait::Idempotent;

Gradients gradient_of_abs(const Node& node, const Gradients& g) {
  const Symbol& z = node.input(0);
  return {is_complex(z.dtype()) ? cast(g[0], z.dtype()) * sign(z) : g[0] * sign(z)};
}

Gradients gradient_of_relu(const Node& node, const Gradients& g) { return {where(node.output() > 0, g[0], 0)}; }

Gradients gradient_of_real(const Node& node, const Gradients& g) { return {cast(g[0], node.input(0).dtype())}; }

Gradients gradient_of_imag(const Node& node, const Gradients& g) {
  if (!is_complex(node.input(0).dtype())) return {Symbol{}};
  return {complex(0, g[0])};
}

// d angle(x + iy) = (x dy - y dx) / |z|^2
Gradients gradient_of_angle(const Node& node, const Gradients& g) {
  const Symbol& z = node.input(0);
  if (!is_complex(z.dtype())) return {Symbol{}};
  const Symbol x = real(z), y = imag(z);
  const Symbol scaled = g[0] / (x * x + y * y);
  return {complex(-(scaled * y), scaled * x)};
}

Symbol derivative_of_i1(const Symbol& x, const Symbol& y) {
  const Symbol at_zero = x == 0;
  return i0(x) - where(at_zero, 0.5, y / where(at_zero, 1, x));
}

}  // namespace

const std::vector<ElementwiseRow>& unary_rows() {
  using std::numbers::ln10;
  using std::numbers::ln2;
  using X = const Symbol&;  // the argument
  using Y = const Symbol&;  // the value
  static const std::vector<ElementwiseRow> rows = {
      {"negative", kNumber, kZero, [](const Node&, const Gradients& g) { return Gradients{-g[0]}; }},
      {"abs", kRealPart, Trait::ZeroPreserving | Trait::Idempotent, gradient_of_abs},
      {"sign", kNumber, kRounding, nullptr},
      {"floor", kRealFloat, kRounding, nullptr},
      {"ceil", kRealFloat, kRounding, nullptr},
      {"round", kReal, kRounding, nullptr},
      {"trunc", kReal, kRounding, nullptr},
      {"sqrt", kFloat, kZero, chain<[](X, Y y) { return 0.5 / y; }>},
      {"rsqrt", kFloat, kNoTraits, chain<[](X x, Y y) { return -0.5 * y / x; }>},
      {"cbrt", kRealFloat, kZeroIncreasing, chain<[](X, Y y) { return 1 / (3 * y * y); }>},
      {"reciprocal", kFloat, kNoTraits, chain<[](X, Y y) { return -(y * y); }>},
      {"square", kNumber, kZero, chain<[](X x, Y) { return 2 * x; }>},
      {"exp", kFloat, kIncreasing, chain<[](X, Y y) { return y; }>},
      {"exp2", kFloat, kIncreasing, chain<[](X, Y y) { return y * ln2; }>},
      {"expm1", kFloat, kZeroIncreasing, chain<[](X, Y y) { return y + 1; }>},
      {"log", kFloat, kNoTraits, chain<[](X x, Y) { return 1 / x; }>},
      {"log1p", kFloat, kZero, chain<[](X x, Y) { return 1 / (1 + x); }>},
      {"log2", kFloat, kNoTraits, chain<[](X x, Y) { return (1 / ln2) / x; }>},
      {"log10", kFloat, kNoTraits, chain<[](X x, Y) { return (1 / ln10) / x; }>},
      {"sin", kFloat, kZero, chain<[](X x, Y) { return cos(x); }>},
      {"cos", kFloat, kNoTraits, chain<[](X x, Y) { return -sin(x); }>},
      {"tan", kFloat, kZero, chain<[](X, Y y) { return 1 + y * y; }>},
      {"arcsin", kFloat, kZero, chain<[](X x, Y) { return rsqrt((1 - x) * (1 + x)); }>},
      {"arccos", kFloat, kNoTraits, chain<[](X x, Y) { return -rsqrt((1 - x) * (1 + x)); }>},
      {"arctan", kFloat, kZeroIncreasing, chain<[](X x, Y) { return 1 / (1 + x * x); }>},
      {"sinh", kFloat, kZeroIncreasing, chain<[](X x, Y) { return cosh(x); }>},
      {"cosh", kFloat, kNoTraits, chain<[](X x, Y) { return sinh(x); }>},
      {"tanh", kFloat, kZeroIncreasing, chain<[](X, Y y) { return 1 - y * y; }>},
      {"arcsinh", kFloat, kZeroIncreasing, chain<[](X x, Y) { return rsqrt(x * x + 1); }>},
      {"arccosh", kFloat, kNoTraits, chain<[](X x, Y) { return 1 / (sqrt(x - 1) * sqrt(x + 1)); }>},
      {"arctanh", kFloat, kZero, chain<[](X x, Y) { return 1 / ((1 - x) * (1 + x)); }>},
      {"erf", kRealFloat, kZeroIncreasing,
       chain<[](X x, Y) { return (2 * std::numbers::inv_sqrtpi) * exp(-(x * x)); }>},
      {"erfc", kRealFloat, kNoTraits, chain<[](X x, Y) { return (-2 * std::numbers::inv_sqrtpi) * exp(-(x * x)); }>},
      {"erfinv", kRealFloat, kZero, chain<[](X, Y y) { return (0.5 / std::numbers::inv_sqrtpi) * exp(y * y); }>},
      {"sigmoid", kFloat, kIncreasing, chain<[](X, Y y) { return y * (1 - y); }>},
      {"relu", kReal, Trait::ZeroPreserving | Trait::Monotonic | Trait::Idempotent, gradient_of_relu},
      {"lgamma", kRealFloat, kNoTraits, chain<[](X x, Y) { return digamma(x); }>},
      {"digamma", kRealFloat, kNoTraits, chain<[](X x, Y) { return polygamma(1, x); }>},
      {"i0", kRealFloat, kNoTraits, chain<[](X x, Y) { return i1(x); }>},
      {"i1", kRealFloat, kZeroIncreasing, chain<derivative_of_i1>},
      {"logical_not", kLogical, kStep, nullptr},
      {"bitwise_not", kBits, kStep, nullptr},
      {"isfinite", kPredicate, kStep, nullptr},
      {"isinf", kPredicate, kStep | Trait::ZeroPreserving, nullptr},
      {"isnan", kPredicate, kStep | Trait::ZeroPreserving, nullptr},
      {"signbit", kRealPredicate, kStep | Trait::ZeroPreserving, nullptr},
      {"real", kRealPart, kZero | Trait::Idempotent, gradient_of_real},
      {"imag", kRealPart, kZero, gradient_of_imag},
      {"conj", kAny, kZero, [](const Node&, const Gradients& g) { return Gradients{conjugate_if_complex(g[0])}; }},
      {"angle", kFloatPart, kNoTraits, gradient_of_angle},
      {"identity", kAny, kZeroIncreasing | Trait::Idempotent, [](const Node&, const Gradients& g) { return g; }},
      {"stop_gradient", kAny, kZeroIncreasing | Trait::Idempotent | Trait::NonDifferentiable, nullptr},
  };
  return rows;
}

}  // namespace kerascpp::ops
