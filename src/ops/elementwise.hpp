#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Elementwise operations are rows of tables: name, inputs, dtype rule, traits, gradient.
namespace kerascpp::ops {

/// Which dtypes an operation has a meaning for.
enum class Accepts { Any, Real, Integer };
/// The dtype the operands are converted to, from their result type.
enum class Computes { AsGiven, BoolAsInt32, Floating, Bool };
/// The dtype of the result, from the one computed in.
enum class Gives { Same, Bool, RealPart, Complex };

struct DTypeRule {
  Accepts accepts = Accepts::Any;
  Computes computes = Computes::AsGiven;
  Gives gives = Gives::Same;

  /// The dtype in which operands with this result type are computed. Throws DTypeError naming the op.
  [[nodiscard]] DType compute_dtype(std::string_view op, DType common) const;
  /// Throws DTypeError naming the op when `dtype` is not accepted.
  void check(std::string_view op, DType dtype) const;
  [[nodiscard]] DType output_dtype(DType computed) const;
};

inline constexpr DTypeRule kAny{};                                                            // add
inline constexpr DTypeRule kNumber{Accepts::Any, Computes::BoolAsInt32};                      // negative
inline constexpr DTypeRule kReal{Accepts::Real};                                              // maximum
inline constexpr DTypeRule kRealNumber{Accepts::Real, Computes::BoolAsInt32};                 // mod
inline constexpr DTypeRule kFloat{Accepts::Any, Computes::Floating};                          // exp
inline constexpr DTypeRule kRealFloat{Accepts::Real, Computes::Floating};                     // erf
inline constexpr DTypeRule kBits{Accepts::Integer};                                           // bitwise_and
inline constexpr DTypeRule kInteger{Accepts::Integer, Computes::BoolAsInt32};                 // gcd
inline constexpr DTypeRule kPredicate{Accepts::Any, Computes::AsGiven, Gives::Bool};          // equal
inline constexpr DTypeRule kRealPredicate{Accepts::Real, Computes::AsGiven, Gives::Bool};     // less
inline constexpr DTypeRule kLogical{Accepts::Any, Computes::Bool, Gives::Bool};               // logical_and
inline constexpr DTypeRule kRealPart{Accepts::Any, Computes::AsGiven, Gives::RealPart};       // abs
inline constexpr DTypeRule kFloatPart{Accepts::Any, Computes::Floating, Gives::RealPart};     // angle
inline constexpr DTypeRule kMakesComplex{Accepts::Real, Computes::Floating, Gives::Complex};  // complex

using Gradients = std::vector<Symbol>;
using GradientFunction = Gradients (*)(const Node& node, const Gradients& output_gradients);

struct ElementwiseRow {
  std::string_view name;
  DTypeRule rule;
  Traits traits;  // besides Elementwise
  GradientFunction gradient;
};

// The tables.
[[nodiscard]] const std::vector<ElementwiseRow>& unary_rows();
[[nodiscard]] const std::vector<ElementwiseRow>& binary_rows();

/// Makes a node of an elementwise operation of the tables on operands converted by its rule.
[[nodiscard]] Symbol elementwise(std::string_view op, const std::vector<Operand>& operands);
/// The broadcast of the inputs' shapes; a ShapeError names the op.
[[nodiscard]] Shape broadcast_inputs(const InferContext& context);

/// Trait sets without any flag.
inline constexpr Traits kNoTraits = 0;
[[nodiscard]] constexpr Traits only(Trait trait) { return static_cast<Traits>(trait); }

}  // namespace kerascpp::ops
