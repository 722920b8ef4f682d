#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/op.hpp>

namespace kerascpp::cpu {

/// Integers of any dtype, read as int64.
class IndexReader {
 public:
  IndexReader(const void* data, DType dtype) : data_(data), dtype_(dtype) {}

  [[nodiscard]] std::int64_t operator[](std::int64_t i) const {
    switch (dtype_) {
      case DType::Int64:
      case DType::UInt64:
        return static_cast<const std::int64_t*>(data_)[i];
      case DType::Int16:
        return static_cast<const std::int16_t*>(data_)[i];
      case DType::Int8:
        return static_cast<const std::int8_t*>(data_)[i];
      case DType::UInt32:
        return static_cast<const std::uint32_t*>(data_)[i];
      case DType::UInt16:
        return static_cast<const std::uint16_t*>(data_)[i];
      case DType::Bool:
      case DType::UInt8:
        return static_cast<const std::uint8_t*>(data_)[i];
      default:
        return static_cast<const std::int32_t*>(data_)[i];
    }
  }

 private:
  const void* data_;
  DType dtype_;
};

/// A possibly negative index as a place in [0, length). Throws ValueError out of range.
[[nodiscard]] inline std::int64_t checked_index(std::string_view op, std::int64_t index, std::int64_t length) {
  KCPP_CHECK(index >= -length && index < length, ValueError, "[", op, "] index ", index,
             " is out of range for an axis of length ", length);
  return index < 0 ? index + length : index;
}

/// Calls f(T{}) with the type of the dtypes that sums are computed in here; false for the others.
template <class F>
[[nodiscard]] bool with_number_type(DType dtype, F f) {
  switch (dtype) {
    case DType::Float32:
      f(float{});
      return true;
    case DType::Float64:
      f(double{});
      return true;
    case DType::Int32:
      f(std::int32_t{});
      return true;
    case DType::Int64:
      f(std::int64_t{});
      return true;
    default:
      return false;
  }
}

/// The kernel for the dtype of the output; refuses those without arithmetic here.
template <template <class> class TypedKernel>
[[nodiscard]] runtime::Prepared prepare_typed(const runtime::KernelQuery& query, const char* implementation) {
  runtime::Prepared prepared;
  const bool known = with_number_type(query.outputs[0].dtype, [&]<class T>(T) {
    prepared.kernel = std::make_shared<TypedKernel<T>>(query);
    prepared.implementation = implementation;
  });
  return known ? prepared : runtime::Prepared::refuse(text_of("arithmetic of ", query.outputs[0].dtype));
}

/// a + b and a * b; integers wrap.
template <class T>
[[nodiscard]] T plus(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else
    return a + b;
}
template <class T>
[[nodiscard]] T times(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else
    return a * b;
}

}  // namespace kerascpp::cpu
