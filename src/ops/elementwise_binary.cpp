#include <kerascpp/ops/elementwise.hpp>

#include <kerascpp/ops/activations.hpp>

#include "ops/elementwise.hpp"
#include "ops/gradient_helpers.hpp"

namespace kerascpp::ops {
namespace {

constexpr Traits kCommutes = only(Trait::Commutative);
constexpr Traits kSemigroup = Trait::Commutative | Trait::Associative;
constexpr Traits kStep = only(Trait::NonDifferentiable);
constexpr Traits kZero = only(Trait::ZeroPreserving);

// The gradient goes to `a` where `condition` holds, else to `b`.
Gradients split(const Node& node, const Symbol& condition, const Symbol& g) {
  return reduced(node, {where(condition, g, 0), where(condition, 0, g)});
}

Gradients gradient_of_multiply(const Node& node, const Gradients& g) {
  return reduced(node, {g[0] * conjugate_if_complex(node.input(1)), g[0] * conjugate_if_complex(node.input(0))});
}

Gradients gradient_of_divide(const Node& node, const Gradients& g) {
  const Symbol by_a = g[0] / conjugate_if_complex(node.input(1));
  return reduced(node, {by_a, -(by_a * conjugate_if_complex(node.output()))});
}

// d a^b = b a^(b-1) da + a^b log(a) db, the second part where a > 0 (for complex numbers where a is not 0)
Gradients gradient_of_power(const Node& node, const Gradients& g) {
  const Symbol &a = node.input(0), &b = node.input(1);
  const bool is_complex_power = is_complex(a.dtype());
  if (const Tensor exponent = constant_value(b); exponent.defined() && exponent.size() == 1 && !is_complex_power) {
    const double value = exponent.item<double>(0);
    if (value == 0) return {Symbol{}, Symbol{}};
    return reduced(node, {g[0] * (value == 2 ? a * 2 : value * power(a, value - 1)), Symbol{}});
  }
  const Symbol constant_power = b == 0;  // a^0 is constant, while b a^(b-1) would be 0 * infinity at a = 0
  const Symbol by_a = where(constant_power, 0, b * power(a, where(constant_power, 1, b) - 1));
  const Symbol has_log = is_complex_power ? a != 0 : a > 0;
  const Symbol by_b = where(has_log, node.output() * log(where(has_log, a, 1)), 0);
  return reduced(node, {g[0] * conjugate_if_complex(by_a), g[0] * conjugate_if_complex(by_b)});
}

Gradients gradient_of_arctan2(const Node& node, const Gradients& g) {
  const Symbol &y = node.input(0), &x = node.input(1);
  const Symbol scaled = g[0] / (x * x + y * y);
  return reduced(node, {scaled * x, -(scaled * y)});
}

Gradients gradient_of_hypot(const Node& node, const Gradients& g) {
  const Symbol y = node.output();
  const Symbol scaled = where(y > 0, g[0] / where(y > 0, y, 1), 0);
  return reduced(node, {scaled * node.input(0), scaled * node.input(1)});
}

Gradients gradient_of_fmax(const Node& node, const Gradients& g) {
  return split(node, logical_or(node.input(0) >= node.input(1), isnan(node.input(1))), g[0]);
}

Gradients gradient_of_fmin(const Node& node, const Gradients& g) {
  return split(node, logical_or(node.input(0) <= node.input(1), isnan(node.input(1))), g[0]);
}

Gradients gradient_of_logaddexp(const Node& node, const Gradients& g) {
  const Symbol difference = node.input(0) - node.input(1);
  return reduced(node, {g[0] * sigmoid(difference), g[0] * sigmoid(-difference)});
}

Gradients gradient_of_copysign(const Node& node, const Gradients& g) {
  const Symbol same_sign = signbit(node.input(0)) == signbit(node.input(1));
  return reduced(node, {where(same_sign, g[0], -g[0]), Symbol{}});
}

// d/dx P(a, x) = x^(a-1) exp(-x) / Gamma(a). With respect to `a` there is no gradient.
Gradients gradient_of_gammainc(const Node& node, const Gradients& g) {
  const Symbol &a = node.input(0), &x = node.input(1);
  return reduced(node, {Symbol{}, g[0] * exp((a - 1) * log(x) - x - lgamma(a))});
}

}  // namespace

const std::vector<ElementwiseRow>& binary_rows() {
  using N = const Node&;
  using G = const Gradients&;
  static const std::vector<ElementwiseRow> rows = {
      {"add", kAny, kSemigroup | Trait::ZeroPreserving,
       [](N n, G g) {
         return reduced(n, {g[0], g[0]});
       }},
      {"subtract", kNumber, kZero,
       [](N n, G g) {
         return reduced(n, {g[0], -g[0]});
       }},
      {"multiply", kAny, kSemigroup | Trait::ZeroPreserving, gradient_of_multiply},
      {"divide", kFloat, kNoTraits, gradient_of_divide},
      {"floor_divide", kRealNumber, kStep, nullptr},
      {"mod", kRealNumber, kNoTraits,
       [](N n, G g) {
         return reduced(n, {g[0], -(g[0] * floor_divide(n.input(0), n.input(1)))});
       }},
      {"fmod", kRealNumber, kNoTraits,
       [](N n, G g) {
         return reduced(n, {g[0], -(g[0] * trunc(n.input(0) / n.input(1)))});
       }},
      {"power", kNumber, kNoTraits, gradient_of_power},
      {"maximum", kReal, kSemigroup | Trait::ZeroPreserving,
       [](N n, G g) { return split(n, n.input(0) >= n.input(1), g[0]); }},
      {"minimum", kReal, kSemigroup | Trait::ZeroPreserving,
       [](N n, G g) { return split(n, n.input(0) <= n.input(1), g[0]); }},
      {"fmax", kReal, kSemigroup | Trait::ZeroPreserving, gradient_of_fmax},
      {"fmin", kReal, kSemigroup | Trait::ZeroPreserving, gradient_of_fmin},
      {"arctan2", kRealFloat, kZero, gradient_of_arctan2},
      {"hypot", kRealFloat, kSemigroup | Trait::ZeroPreserving, gradient_of_hypot},
      {"logaddexp", kRealFloat, kSemigroup, gradient_of_logaddexp},
      {"nextafter", kRealFloat, kZero,
       [](N n, G g) {
         return reduced(n, {g[0], Symbol{}});
       }},
      {"copysign", kRealFloat, kZero, gradient_of_copysign},
      {"heaviside", kRealFloat, kZero,
       [](N n, G g) {
         return reduced(n, {Symbol{}, where(n.input(0) == 0, g[0], 0)});
       }},
      {"ldexp", kRealFloat, kZero,
       [](N n, G g) {
         return reduced(n, {ldexp(g[0], n.input(1)), Symbol{}});
       }},
      {"gcd", kInteger, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"lcm", kInteger, kCommutes | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"gammainc", kRealFloat, kNoTraits, gradient_of_gammainc},
      {"complex", kMakesComplex, kZero,
       [](N n, G g) {
         const DType dtype = n.input(0).dtype();
         return reduced(n, {cast(real(g[0]), dtype), cast(imag(g[0]), dtype)});
       }},
      {"equal", kPredicate, kCommutes | Trait::NonDifferentiable, nullptr},
      {"not_equal", kPredicate, kCommutes | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"less", kRealPredicate, kStep | Trait::ZeroPreserving, nullptr},
      {"less_equal", kRealPredicate, kStep, nullptr},
      {"greater", kRealPredicate, kStep | Trait::ZeroPreserving, nullptr},
      {"greater_equal", kRealPredicate, kStep, nullptr},
      {"logical_and", kLogical, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"logical_or", kLogical, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"logical_xor", kLogical, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"bitwise_and", kBits, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"bitwise_or", kBits, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"bitwise_xor", kBits, kSemigroup | Trait::ZeroPreserving | Trait::NonDifferentiable, nullptr},
      {"left_shift", kInteger, kStep | Trait::ZeroPreserving, nullptr},
      {"right_shift", kInteger, kStep | Trait::ZeroPreserving, nullptr},
  };
  return rows;
}

}  // namespace kerascpp::ops
