#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/shape.hpp>

/// Plain loops over the places of arrays, for kernels that move elements without computing.
namespace kerascpp::reference {

/// Calls f(index, flat) for each place of an array, in row-major order; `index` has one entry for each axis.
template <class F>
void walk(const Shape& shape, F&& f) {
  const std::int64_t size = shape.size();
  Shape index;
  for (int i = 0; i < shape.ndim(); ++i) index.push_back(0);
  for (std::int64_t flat = 0; flat < size; ++flat) {
    f(static_cast<const Shape&>(index), flat);
    for (int i = shape.ndim() - 1; i >= 0 && ++index[i] == shape[i]; --i) index[i] = 0;
  }
}

/// The row-major place of `index` in an array of `shape`.
[[nodiscard]] inline std::int64_t flat_place(const Shape& shape, const Shape& index) {
  std::int64_t place = 0;
  for (int i = 0; i < shape.ndim(); ++i) place = place * shape[i] + index[i];
  return place;
}

/// Copies element `from` of `source` to element `to` of `target`, as bytes.
inline void move_element(void* target, std::int64_t to, const void* source, std::int64_t from, DType dtype) {
  const std::size_t bytes = itemsize(dtype);
  std::memcpy(static_cast<char*>(target) + static_cast<std::size_t>(to) * bytes,
              static_cast<const char*>(source) + static_cast<std::size_t>(from) * bytes, bytes);
}

/// All of `spec`'s elements copied, or set to zero when there is no source.
inline void move_all(void* target, const void* source, const TensorSpec& spec) {
  const std::size_t bytes = static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
  if (bytes == 0) return;
  if (source == nullptr)
    std::memset(target, 0, bytes);
  else
    std::memcpy(target, source, bytes);
}

/// A possibly negative index as a place in [0, length). Throws ValueError out of range.
[[nodiscard]] inline std::int64_t checked_index(std::string_view op, std::int64_t index, std::int64_t length) {
  KCPP_CHECK(index >= -length && index < length, ValueError, "[", op, "] index ", index,
             " is out of range for an axis of length ", length);
  return index < 0 ? index + length : index;
}

}  // namespace kerascpp::reference
