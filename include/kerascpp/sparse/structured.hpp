#pragma once

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/sparse/symbol.hpp>

/// Functions of the stored elements, whatever they make of zero. Source: theano.sparse.
namespace kerascpp::sparse {

/// A function of one matrix, element by element.
class StructuredOp {
 public:
  constexpr explicit StructuredOp(const ops::UnaryOp& op) : op_(&op) {}
  [[nodiscard]] SparseSymbol operator()(const SparseSymbol& x) const { return x.with_data((*op_)(x.data())); }

 private:
  const ops::UnaryOp* op_;
};
/// A function of the stored elements and a scalar; the number takes the dtype of the matrix.
class StructuredScalarOp {
 public:
  constexpr explicit StructuredScalarOp(const ops::BinaryOp& op) : op_(&op) {}
  /// Throws ShapeError unless y is a scalar.
  [[nodiscard]] SparseSymbol operator()(const SparseSymbol& x, const Operand& y) const { return apply(*op_, x, y); }

 private:
  KCPP_API static SparseSymbol apply(const ops::BinaryOp& op, const SparseSymbol& x, const Operand& y);
  const ops::BinaryOp* op_;
};

// They do not keep zero: what is not stored stays zero all the same.
inline constexpr StructuredOp structured_exp{ops::exp};
inline constexpr StructuredOp structured_log{ops::log};
inline constexpr StructuredOp structured_sigmoid{ops::sigmoid};
inline constexpr StructuredScalarOp structured_pow{ops::power};
inline constexpr StructuredScalarOp structured_minimum{ops::minimum};
inline constexpr StructuredScalarOp structured_maximum{ops::maximum};
inline constexpr StructuredScalarOp structured_add{ops::add};

// f(0) = 0
inline constexpr StructuredOp sin{ops::sin};
inline constexpr StructuredOp arcsin{ops::arcsin};
inline constexpr StructuredOp tan{ops::tan};
inline constexpr StructuredOp arctan{ops::arctan};
inline constexpr StructuredOp sinh{ops::sinh};
inline constexpr StructuredOp arcsinh{ops::arcsinh};
inline constexpr StructuredOp tanh{ops::tanh};
inline constexpr StructuredOp arctanh{ops::arctanh};
inline constexpr StructuredOp ceil{ops::ceil};
inline constexpr StructuredOp floor{ops::floor};
inline constexpr StructuredOp trunc{ops::trunc};
inline constexpr StructuredOp sgn{ops::sign};
inline constexpr StructuredOp abs{ops::abs};
inline constexpr StructuredOp sqr{ops::square};
inline constexpr StructuredOp sqrt{ops::sqrt};
inline constexpr StructuredOp expm1{ops::expm1};
inline constexpr StructuredOp log1p{ops::log1p};
inline constexpr StructuredOp conjugate{ops::conj};
/// To the nearest integer, halves to the even one.
[[nodiscard]] KCPP_API SparseSymbol rint(const SparseSymbol& x);
[[nodiscard]] KCPP_API SparseSymbol deg2rad(const SparseSymbol& x);
[[nodiscard]] KCPP_API SparseSymbol rad2deg(const SparseSymbol& x);

}  // namespace kerascpp::sparse
