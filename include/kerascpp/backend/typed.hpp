#pragma once

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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
  /// With another dtype, also by name: scalar("foo", state.dtype()), matrix("x", "int64").
  [[nodiscard]] Symbol operator()(std::string name, DType dtype) const {
    return TypedPlaceholder(kind_, dtype)(std::move(name));
  }

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

/// The same with a dtype: their names begin with its letter.
#define KCPP_TYPED_PLACEHOLDERS(letter, dtype)                                                      \
  inline constexpr TypedPlaceholder letter##scalar{TypedPlaceholder::Kind::Scalar, DType::dtype};   \
  inline constexpr TypedPlaceholder letter##vector{TypedPlaceholder::Kind::Vector, DType::dtype};   \
  inline constexpr TypedPlaceholder letter##matrix{TypedPlaceholder::Kind::Matrix, DType::dtype};   \
  inline constexpr TypedPlaceholder letter##row{TypedPlaceholder::Kind::Row, DType::dtype};         \
  inline constexpr TypedPlaceholder letter##col{TypedPlaceholder::Kind::Col, DType::dtype};         \
  inline constexpr TypedPlaceholder letter##tensor3{TypedPlaceholder::Kind::Tensor3, DType::dtype}; \
  inline constexpr TypedPlaceholder letter##tensor4{TypedPlaceholder::Kind::Tensor4, DType::dtype}; \
  inline constexpr TypedPlaceholders letter##scalars{letter##scalar};                               \
  inline constexpr TypedPlaceholders letter##vectors{letter##vector};                               \
  inline constexpr TypedPlaceholders letter##matrices{letter##matrix};                              \
  inline constexpr TypedPlaceholders letter##rows{letter##row};                                     \
  inline constexpr TypedPlaceholders letter##cols{letter##col};                                     \
  inline constexpr TypedPlaceholders letter##tensor3s{letter##tensor3};                             \
  inline constexpr TypedPlaceholders letter##tensor4s{letter##tensor4};

// bscalar bvector bmatrix brow bcol btensor3 btensor4 bscalars bvectors bmatrices brows bcols btensor3s btensor4s
KCPP_TYPED_PLACEHOLDERS(b, Int8)
// wscalar wvector wmatrix wrow wcol wtensor3 wtensor4 wscalars wvectors wmatrices wrows wcols wtensor3s wtensor4s
KCPP_TYPED_PLACEHOLDERS(w, Int16)
// iscalar ivector imatrix irow icol itensor3 itensor4 iscalars ivectors imatrices irows icols itensor3s itensor4s
KCPP_TYPED_PLACEHOLDERS(i, Int32)
// lscalar lvector lmatrix lrow lcol ltensor3 ltensor4 lscalars lvectors lmatrices lrows lcols ltensor3s ltensor4s
KCPP_TYPED_PLACEHOLDERS(l, Int64)
// fscalar fvector fmatrix frow fcol ftensor3 ftensor4 fscalars fvectors fmatrices frows fcols ftensor3s ftensor4s
KCPP_TYPED_PLACEHOLDERS(f, Float32)
// dscalar dvector dmatrix drow dcol dtensor3 dtensor4 dscalars dvectors dmatrices drows dcols dtensor3s dtensor4s
KCPP_TYPED_PLACEHOLDERS(d, Float64)
// cscalar cvector cmatrix crow ccol ctensor3 ctensor4 cscalars cvectors cmatrices crows ccols ctensor3s ctensor4s
KCPP_TYPED_PLACEHOLDERS(c, Complex64)
// zscalar zvector zmatrix zrow zcol ztensor3 ztensor4 zscalars zvectors zmatrices zrows zcols ztensor3s ztensor4s
KCPP_TYPED_PLACEHOLDERS(z, Complex128)

#undef KCPP_TYPED_PLACEHOLDERS

}  // namespace kerascpp::backend
