#pragma once

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Placeholders with the dtype and the number of dimensions in their name, as in theano.tensor: `dmatrix("x")`,
/// `fvector()`, `auto [x, y] = dscalars("x", "y")`, `auto [a, b, c] = matrices.of<3>()`.
///
/// b int8, w int16, i int32, l int64, f float32, d float64, c complex64, z complex128; without a letter `floatx()`.
/// Lengths are not known but those of 1: a row is (1, N), a col (N, 1).
namespace kerascpp::backend {

using kerascpp::TensorType;
/// Source: theano's Variable.type.
[[nodiscard]] inline TensorType type(const Operand& x) { return tensor_type({x.dtype(), x.shape()}); }

/// What a placeholder is made of by a call.
class KCPP_API TypedPlaceholder {
 public:
  enum class Kind { Scalar, Vector, Matrix, Row, Col, Tensor3, Tensor4 };

  constexpr explicit TypedPlaceholder(Kind kind) : kind_(kind), has_dtype_(false) {}
  constexpr TypedPlaceholder(Kind kind, DType dtype) : kind_(kind), has_dtype_(true), dtype_(dtype) {}

  [[nodiscard]] Symbol operator()(std::string name = {}) const;

 private:
  Kind kind_;
  bool has_dtype_;
  DType dtype_ = DType::Float32;
};

/// Several of them, one for each name, or `of<N>()` without names.
class TypedPlaceholders {
 public:
  constexpr explicit TypedPlaceholders(TypedPlaceholder one) : one_(one) {}

  template <class... Names>
  requires(sizeof...(Names) > 0 && (std::is_convertible_v<Names, std::string> && ...))
      [[nodiscard]] std::array<Symbol, sizeof...(Names)>
      operator()(const Names&... names) const {
    return {one_(std::string(names))...};
  }
  template <std::size_t count>
  [[nodiscard]] std::array<Symbol, count> of() const {
    std::array<Symbol, count> symbols;
    for (Symbol& symbol : symbols) symbol = one_();
    return symbols;
  }

 private:
  TypedPlaceholder one_;
};

inline constexpr TypedPlaceholder scalar{TypedPlaceholder::Kind::Scalar};
inline constexpr TypedPlaceholder vector{TypedPlaceholder::Kind::Vector};
inline constexpr TypedPlaceholder matrix{TypedPlaceholder::Kind::Matrix};
inline constexpr TypedPlaceholder row{TypedPlaceholder::Kind::Row};
inline constexpr TypedPlaceholder col{TypedPlaceholder::Kind::Col};
inline constexpr TypedPlaceholder tensor3{TypedPlaceholder::Kind::Tensor3};
inline constexpr TypedPlaceholder tensor4{TypedPlaceholder::Kind::Tensor4};
inline constexpr TypedPlaceholders scalars{scalar};
inline constexpr TypedPlaceholders vectors{vector};
inline constexpr TypedPlaceholders matrices{matrix};
inline constexpr TypedPlaceholders rows{row};
inline constexpr TypedPlaceholders cols{col};
inline constexpr TypedPlaceholders tensor3s{tensor3};
inline constexpr TypedPlaceholders tensor4s{tensor4};

inline constexpr TypedPlaceholder bscalar{TypedPlaceholder::Kind::Scalar, DType::Int8};
inline constexpr TypedPlaceholder bvector{TypedPlaceholder::Kind::Vector, DType::Int8};
inline constexpr TypedPlaceholder bmatrix{TypedPlaceholder::Kind::Matrix, DType::Int8};
inline constexpr TypedPlaceholder brow{TypedPlaceholder::Kind::Row, DType::Int8};
inline constexpr TypedPlaceholder bcol{TypedPlaceholder::Kind::Col, DType::Int8};
inline constexpr TypedPlaceholder btensor3{TypedPlaceholder::Kind::Tensor3, DType::Int8};
inline constexpr TypedPlaceholder btensor4{TypedPlaceholder::Kind::Tensor4, DType::Int8};
inline constexpr TypedPlaceholders bscalars{bscalar};
inline constexpr TypedPlaceholders bvectors{bvector};
inline constexpr TypedPlaceholders bmatrices{bmatrix};
inline constexpr TypedPlaceholders brows{brow};
inline constexpr TypedPlaceholders bcols{bcol};
inline constexpr TypedPlaceholders btensor3s{btensor3};
inline constexpr TypedPlaceholders btensor4s{btensor4};

inline constexpr TypedPlaceholder wscalar{TypedPlaceholder::Kind::Scalar, DType::Int16};
inline constexpr TypedPlaceholder wvector{TypedPlaceholder::Kind::Vector, DType::Int16};
inline constexpr TypedPlaceholder wmatrix{TypedPlaceholder::Kind::Matrix, DType::Int16};
inline constexpr TypedPlaceholder wrow{TypedPlaceholder::Kind::Row, DType::Int16};
inline constexpr TypedPlaceholder wcol{TypedPlaceholder::Kind::Col, DType::Int16};
inline constexpr TypedPlaceholder wtensor3{TypedPlaceholder::Kind::Tensor3, DType::Int16};
inline constexpr TypedPlaceholder wtensor4{TypedPlaceholder::Kind::Tensor4, DType::Int16};
inline constexpr TypedPlaceholders wscalars{wscalar};
inline constexpr TypedPlaceholders wvectors{wvector};
inline constexpr TypedPlaceholders wmatrices{wmatrix};
inline constexpr TypedPlaceholders wrows{wrow};
inline constexpr TypedPlaceholders wcols{wcol};
inline constexpr TypedPlaceholders wtensor3s{wtensor3};
inline constexpr TypedPlaceholders wtensor4s{wtensor4};

inline constexpr TypedPlaceholder iscalar{TypedPlaceholder::Kind::Scalar, DType::Int32};
inline constexpr TypedPlaceholder ivector{TypedPlaceholder::Kind::Vector, DType::Int32};
inline constexpr TypedPlaceholder imatrix{TypedPlaceholder::Kind::Matrix, DType::Int32};
inline constexpr TypedPlaceholder irow{TypedPlaceholder::Kind::Row, DType::Int32};
inline constexpr TypedPlaceholder icol{TypedPlaceholder::Kind::Col, DType::Int32};
inline constexpr TypedPlaceholder itensor3{TypedPlaceholder::Kind::Tensor3, DType::Int32};
inline constexpr TypedPlaceholder itensor4{TypedPlaceholder::Kind::Tensor4, DType::Int32};
inline constexpr TypedPlaceholders iscalars{iscalar};
inline constexpr TypedPlaceholders ivectors{ivector};
inline constexpr TypedPlaceholders imatrices{imatrix};
inline constexpr TypedPlaceholders irows{irow};
inline constexpr TypedPlaceholders icols{icol};
inline constexpr TypedPlaceholders itensor3s{itensor3};
inline constexpr TypedPlaceholders itensor4s{itensor4};

inline constexpr TypedPlaceholder lscalar{TypedPlaceholder::Kind::Scalar, DType::Int64};
inline constexpr TypedPlaceholder lvector{TypedPlaceholder::Kind::Vector, DType::Int64};
inline constexpr TypedPlaceholder lmatrix{TypedPlaceholder::Kind::Matrix, DType::Int64};
inline constexpr TypedPlaceholder lrow{TypedPlaceholder::Kind::Row, DType::Int64};
inline constexpr TypedPlaceholder lcol{TypedPlaceholder::Kind::Col, DType::Int64};
inline constexpr TypedPlaceholder ltensor3{TypedPlaceholder::Kind::Tensor3, DType::Int64};
inline constexpr TypedPlaceholder ltensor4{TypedPlaceholder::Kind::Tensor4, DType::Int64};
inline constexpr TypedPlaceholders lscalars{lscalar};
inline constexpr TypedPlaceholders lvectors{lvector};
inline constexpr TypedPlaceholders lmatrices{lmatrix};
inline constexpr TypedPlaceholders lrows{lrow};
inline constexpr TypedPlaceholders lcols{lcol};
inline constexpr TypedPlaceholders ltensor3s{ltensor3};
inline constexpr TypedPlaceholders ltensor4s{ltensor4};

inline constexpr TypedPlaceholder fscalar{TypedPlaceholder::Kind::Scalar, DType::Float32};
inline constexpr TypedPlaceholder fvector{TypedPlaceholder::Kind::Vector, DType::Float32};
inline constexpr TypedPlaceholder fmatrix{TypedPlaceholder::Kind::Matrix, DType::Float32};
inline constexpr TypedPlaceholder frow{TypedPlaceholder::Kind::Row, DType::Float32};
inline constexpr TypedPlaceholder fcol{TypedPlaceholder::Kind::Col, DType::Float32};
inline constexpr TypedPlaceholder ftensor3{TypedPlaceholder::Kind::Tensor3, DType::Float32};
inline constexpr TypedPlaceholder ftensor4{TypedPlaceholder::Kind::Tensor4, DType::Float32};
inline constexpr TypedPlaceholders fscalars{fscalar};
inline constexpr TypedPlaceholders fvectors{fvector};
inline constexpr TypedPlaceholders fmatrices{fmatrix};
inline constexpr TypedPlaceholders frows{frow};
inline constexpr TypedPlaceholders fcols{fcol};
inline constexpr TypedPlaceholders ftensor3s{ftensor3};
inline constexpr TypedPlaceholders ftensor4s{ftensor4};

inline constexpr TypedPlaceholder dscalar{TypedPlaceholder::Kind::Scalar, DType::Float64};
inline constexpr TypedPlaceholder dvector{TypedPlaceholder::Kind::Vector, DType::Float64};
inline constexpr TypedPlaceholder dmatrix{TypedPlaceholder::Kind::Matrix, DType::Float64};
inline constexpr TypedPlaceholder drow{TypedPlaceholder::Kind::Row, DType::Float64};
inline constexpr TypedPlaceholder dcol{TypedPlaceholder::Kind::Col, DType::Float64};
inline constexpr TypedPlaceholder dtensor3{TypedPlaceholder::Kind::Tensor3, DType::Float64};
inline constexpr TypedPlaceholder dtensor4{TypedPlaceholder::Kind::Tensor4, DType::Float64};
inline constexpr TypedPlaceholders dscalars{dscalar};
inline constexpr TypedPlaceholders dvectors{dvector};
inline constexpr TypedPlaceholders dmatrices{dmatrix};
inline constexpr TypedPlaceholders drows{drow};
inline constexpr TypedPlaceholders dcols{dcol};
inline constexpr TypedPlaceholders dtensor3s{dtensor3};
inline constexpr TypedPlaceholders dtensor4s{dtensor4};

inline constexpr TypedPlaceholder cscalar{TypedPlaceholder::Kind::Scalar, DType::Complex64};
inline constexpr TypedPlaceholder cvector{TypedPlaceholder::Kind::Vector, DType::Complex64};
inline constexpr TypedPlaceholder cmatrix{TypedPlaceholder::Kind::Matrix, DType::Complex64};
inline constexpr TypedPlaceholder crow{TypedPlaceholder::Kind::Row, DType::Complex64};
inline constexpr TypedPlaceholder ccol{TypedPlaceholder::Kind::Col, DType::Complex64};
inline constexpr TypedPlaceholder ctensor3{TypedPlaceholder::Kind::Tensor3, DType::Complex64};
inline constexpr TypedPlaceholder ctensor4{TypedPlaceholder::Kind::Tensor4, DType::Complex64};
inline constexpr TypedPlaceholders cscalars{cscalar};
inline constexpr TypedPlaceholders cvectors{cvector};
inline constexpr TypedPlaceholders cmatrices{cmatrix};
inline constexpr TypedPlaceholders crows{crow};
inline constexpr TypedPlaceholders ccols{ccol};
inline constexpr TypedPlaceholders ctensor3s{ctensor3};
inline constexpr TypedPlaceholders ctensor4s{ctensor4};

inline constexpr TypedPlaceholder zscalar{TypedPlaceholder::Kind::Scalar, DType::Complex128};
inline constexpr TypedPlaceholder zvector{TypedPlaceholder::Kind::Vector, DType::Complex128};
inline constexpr TypedPlaceholder zmatrix{TypedPlaceholder::Kind::Matrix, DType::Complex128};
inline constexpr TypedPlaceholder zrow{TypedPlaceholder::Kind::Row, DType::Complex128};
inline constexpr TypedPlaceholder zcol{TypedPlaceholder::Kind::Col, DType::Complex128};
inline constexpr TypedPlaceholder ztensor3{TypedPlaceholder::Kind::Tensor3, DType::Complex128};
inline constexpr TypedPlaceholder ztensor4{TypedPlaceholder::Kind::Tensor4, DType::Complex128};
inline constexpr TypedPlaceholders zscalars{zscalar};
inline constexpr TypedPlaceholders zvectors{zvector};
inline constexpr TypedPlaceholders zmatrices{zmatrix};
inline constexpr TypedPlaceholders zrows{zrow};
inline constexpr TypedPlaceholders zcols{zcol};
inline constexpr TypedPlaceholders ztensor3s{ztensor3};
inline constexpr TypedPlaceholders ztensor4s{ztensor4};

}  // namespace kerascpp::backend
