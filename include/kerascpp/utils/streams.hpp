#pragma once

#include <string>
#include <type_traits>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/device.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/profile.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/tensor_type.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/sparse/function.hpp>
#include <kerascpp/sparse/symbol.hpp>
#include <kerascpp/sparse/tensor.hpp>

/// What is printed by `std::cout << x`: the text of `to_string(x)`.
namespace kerascpp {

/// `Variable "w" float32 (784,)`.
[[nodiscard]] KCPP_API std::string to_string(const Variable& variable);
/// The text of the only item; of several a list in brackets, an item a line.
[[nodiscard]] KCPP_API std::string to_string(const TensorList& list);
[[nodiscard]] KCPP_API std::string to_string(const SymbolList& list);
/// `Function "train" (x float64 (None, 3)) -> float64 ()`.
[[nodiscard]] KCPP_API std::string to_string(const Function& function);
/// Its summary.
[[nodiscard]] inline std::string to_string(const Profile& profile) { return profile.summary(); }

template <class T, class... Types>
inline constexpr bool is_one_of = (std::is_same_v<T, Types> || ...);

template <class T>
concept Printable =
    is_one_of<T, Tensor, TensorList, Symbol, SymbolList, Variable, Shape, DType, Device, TensorType, TensorSpec, Config,
              Graph, Function, Profile, sparse::SparseTensor, sparse::SparseSymbol, sparse::Value, sparse::Values>;

/// A template, so that programs without streams need not know them: Stream is one of the standard library's.
template <class Stream, Printable T>
requires requires {
  typename Stream::char_type;
  typename Stream::traits_type;
}
Stream& operator<<(Stream& stream, const T& value) {
  stream << to_string(value);
  return stream;
}

namespace sparse {
/// As those of tensors.
[[nodiscard]] KCPP_API std::string to_string(const Value& value);
[[nodiscard]] KCPP_API std::string to_string(const Values& values);
using kerascpp::operator<<;
}  // namespace sparse

}  // namespace kerascpp
