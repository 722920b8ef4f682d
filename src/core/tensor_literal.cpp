#include <kerascpp/core/tensor.hpp>

#include "core/convert.hpp"

namespace kerascpp {

/// Reads the tree of a TensorLiteral.
struct TensorLiteralReader {
  /// Lengths along the first element of each level; `fill` checks that the others agree.
  static Shape shape(const TensorLiteral& literal) {
    Shape result;
    for (const TensorLiteral* level = &literal; level->is_list_; level = &level->items_[0]) {
      result.push_back(static_cast<std::int64_t>(level->items_.size()));
      if (level->items_.empty()) break;
    }
    return result;
  }

  /// Joins the dtypes of the numbers below `literal` into `dtype`; `found` tells whether there was one before.
  static void join_dtype(const TensorLiteral& literal, DType& dtype, bool& found) {
    if (literal.is_list_) {
      for (const TensorLiteral& item : literal.items_) join_dtype(item, dtype, found);
      return;
    }
    dtype = found ? result_type(dtype, literal.dtype_) : literal.dtype_;
    found = true;
  }

  template <class T>
  static void fill(const TensorLiteral& literal, const Shape& shape, int axis, T*& next) {
    KCPP_CHECK(literal.is_list_ == (axis < shape.ndim()), ShapeError,
               "[Tensor] the nested literal mixes numbers and lists at depth ", axis, "; all rows must nest alike");
    if (!literal.is_list_) {
      *next++ =
          std::is_integral_v<T> && !std::is_same_v<T, bool> ? convert<T>(literal.integer_) : convert<T>(literal.value_);
      return;
    }
    const auto length = static_cast<std::int64_t>(literal.items_.size());
    KCPP_CHECK(length == shape[axis], ShapeError, "[Tensor] rows of the nested literal differ in length at depth ",
               axis, ": expected ", shape[axis], ", received ", length);
    for (const TensorLiteral& item : literal.items_) fill(item, shape, axis + 1, next);
  }
};

Tensor::Tensor(const TensorLiteral& literal) {
  DType dtype = DType::Float32;
  bool found = false;
  TensorLiteralReader::join_dtype(literal, dtype, found);
  *this = empty(TensorLiteralReader::shape(literal), dtype);
  with_type(dtype, [&]<class T>() {
    T* next = static_cast<T*>(raw());
    TensorLiteralReader::fill(literal, shape_, 0, next);
  });
}

}  // namespace kerascpp
