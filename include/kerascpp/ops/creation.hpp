#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Arrays from nothing, or from the shape of another one. Without `dtype` they are of `floatx()`, or of the dtype of
/// the array they are like. The functions of the same names in `kerascpp` make Tensors.
namespace kerascpp::ops {

/// Zeros.
[[nodiscard]] KCPP_API Symbol zeros(const Shape& shape, std::optional<DType> dtype = {});
/// Ones.
[[nodiscard]] KCPP_API Symbol ones(const Shape& shape, std::optional<DType> dtype = {});
/// `fill_value`, a number or an array that is broadcast to `shape`.
[[nodiscard]] KCPP_API Symbol full(const Shape& shape, const Operand& fill_value, std::optional<DType> dtype = {});
/// An array whose values are not to be relied on (they are 0).
[[nodiscard]] KCPP_API Symbol empty(const Shape& shape, std::optional<DType> dtype = {});

// Of the shape of x, known or not; of its values nothing is used, and no gradient flows to it.

/// Zeros.
[[nodiscard]] KCPP_API Symbol zeros_like(const Operand& x, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor zeros_like(const Tensor& x, std::optional<DType> dtype = {});
/// Ones.
[[nodiscard]] KCPP_API Symbol ones_like(const Operand& x, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor ones_like(const Tensor& x, std::optional<DType> dtype = {});
/// `fill_value`, a number or an array that is broadcast to the shape of x.
[[nodiscard]] KCPP_API Symbol full_like(const Operand& x, const Operand& fill_value, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor full_like(const Tensor& x, const Tensor& fill_value, std::optional<DType> dtype = {});
/// Values that are not to be relied on (they are 0).
[[nodiscard]] KCPP_API Symbol empty_like(const Operand& x, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor empty_like(const Tensor& x, std::optional<DType> dtype = {});

/// x as a symbol, converted to `dtype` when that is given. Source: keras.ops.array.
[[nodiscard]] KCPP_API Symbol array(const Operand& x, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor array(const Tensor& x, std::optional<DType> dtype = {});

/// The same under the name of `keras.ops.core`.
[[nodiscard]] inline Symbol convert_to_tensor(const Operand& x, std::optional<DType> dtype = {}) {
  return array(x, dtype);
}

/// start, start + step, ... before `stop`, int32 when all are integers. Bounds that are symbols give a length that is
/// known when the function runs. Throws ValueError when step is 0, ShapeError for bounds that are no scalars.
[[nodiscard]] KCPP_API Symbol arange(const Operand& start, const Operand& stop, const Operand& step = 1,
                                     std::optional<DType> dtype = {});
/// 0, 1, ... before `stop`.
[[nodiscard]] KCPP_API Symbol arange(const Operand& stop);

struct LinspaceOptions {
  std::int64_t num = 50;
  bool endpoint = true;
  std::optional<DType> dtype = {};
  std::int64_t axis = 0;
};
/// `num` numbers from `start` to `stop` (without it when `endpoint` is false), evenly spaced along a new axis.
///
/// start, stop   numbers or arrays that are broadcast together
/// Gradient: start, stop. Throws ValueError for a negative num.
[[nodiscard]] KCPP_API Symbol linspace(const Operand& start, const Operand& stop, const LinspaceOptions& options = {});
[[nodiscard]] KCPP_API Tensor linspace(const Tensor& start, const Tensor& stop, const LinspaceOptions& options = {});
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>) [[nodiscard]] Symbol
    linspace(A start, B stop, const LinspaceOptions& options = {}) {
  return linspace(Operand(start), Operand(stop), options);
}
/// The same with the distance between two of them, as with `retstep`.
[[nodiscard]] KCPP_API std::pair<Symbol, Symbol> linspace_with_step(const Operand& start, const Operand& stop,
                                                                    const LinspaceOptions& options = {});

struct LogspaceOptions {
  std::int64_t num = 50;
  bool endpoint = true;
  double base = 10;
  std::optional<DType> dtype = {};
  std::int64_t axis = 0;
};
/// base to the powers linspace(start, stop).
[[nodiscard]] KCPP_API Symbol logspace(const Operand& start, const Operand& stop, const LogspaceOptions& options = {});
[[nodiscard]] KCPP_API Tensor logspace(const Tensor& start, const Tensor& stop, const LogspaceOptions& options = {});
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>) [[nodiscard]] Symbol
    logspace(A start, B stop, const LogspaceOptions& options = {}) {
  return logspace(Operand(start), Operand(stop), options);
}
/// Numbers from `start` to `stop`, each the same multiple of the one before; both of one sign and not 0.
[[nodiscard]] KCPP_API Symbol geomspace(const Operand& start, const Operand& stop, const LinspaceOptions& options = {});
[[nodiscard]] KCPP_API Tensor geomspace(const Tensor& start, const Tensor& stop, const LinspaceOptions& options = {});
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>) [[nodiscard]] Symbol
    geomspace(A start, B stop, const LinspaceOptions& options = {}) {
  return geomspace(Operand(start), Operand(stop), options);
}

/// Ones on diagonal `k` of an (N, M) matrix, zeros elsewhere; M is N when left out.
[[nodiscard]] KCPP_API Symbol eye(std::int64_t N, std::optional<std::int64_t> M = {}, std::int64_t k = 0,
                                  std::optional<DType> dtype = {});
/// The identity matrix (n, n).
[[nodiscard]] KCPP_API Symbol identity(std::int64_t n, std::optional<DType> dtype = {});
/// Ones on and below diagonal `k` of an (N, M) matrix, zeros above.
[[nodiscard]] KCPP_API Symbol tri(std::int64_t N, std::optional<std::int64_t> M = {}, std::int64_t k = 0,
                                  std::optional<DType> dtype = {});
/// The matrices (..., N, M) in x with zeros above diagonal `k`. Gradient: x. Throws ShapeError for less than two axes.
[[nodiscard]] KCPP_API Symbol tril(const Operand& x, std::int64_t k = 0);
[[nodiscard]] KCPP_API Tensor tril(const Tensor& x, std::int64_t k = 0);
/// The matrices (..., N, M) in x with zeros below diagonal `k`. Gradient: x. Throws ShapeError for less than two axes.
[[nodiscard]] KCPP_API Symbol triu(const Operand& x, std::int64_t k = 0);
[[nodiscard]] KCPP_API Tensor triu(const Tensor& x, std::int64_t k = 0);

/// Coordinates of a grid: each vector spread over one axis. Numbers count as vectors of length 1.
///
/// indexing: "xy" gives shapes (n_1, n_0, n_2, ...), "ij" gives (n_0, n_1, n_2, ...).
/// Throws ShapeError for arrays of more than one axis, ValueError for another indexing.
[[nodiscard]] KCPP_API std::vector<Symbol> meshgrid(const SymbolList& x, std::string_view indexing = "xy");
[[nodiscard]] KCPP_API std::vector<Tensor> meshgrid(const TensorList& x, std::string_view indexing = "xy");
[[nodiscard]] inline std::vector<Tensor> meshgrid(std::initializer_list<Tensor> x, std::string_view indexing = "xy") {
  return meshgrid(TensorList(x), indexing);
}

// Windows of `M` samples over t from 0 to 1, of `floatx()`; empty for M < 1.

/// A triangle from 0 to 1 and back.
[[nodiscard]] KCPP_API Symbol bartlett(std::int64_t M);
/// 0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t).
[[nodiscard]] KCPP_API Symbol blackman(std::int64_t M);
/// 0.54 - 0.46 cos(2 pi t).
[[nodiscard]] KCPP_API Symbol hamming(std::int64_t M);
/// 0.5 - 0.5 cos(2 pi t).
[[nodiscard]] KCPP_API Symbol hanning(std::int64_t M);
/// i0(beta sqrt(1 - (2 t - 1)^2)) / i0(beta).
[[nodiscard]] KCPP_API Symbol kaiser(std::int64_t M, double beta);

}  // namespace kerascpp::ops
