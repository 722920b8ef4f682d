#pragma once

#include <string>

#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>

#include "core/byte_source.hpp"

// The parts of the .npy format, for readers of .npz archives and of arrays that are no tensors.

namespace kerascpp {

/// What stands before the elements of a .npy file.
struct NpyHeader {
  std::string descr;  // byte order, kind and size, as "<f4"; the text of the list for records
  bool fortran_order = false;
  Shape shape;
};

/// Reads magic, version and header; `source` then stands at the first element. Throws FormatError naming the source.
[[nodiscard]] KCPP_API NpyHeader read_npy_header(ByteSource& source);
/// Reads the elements that follow `header`.
[[nodiscard]] KCPP_API Tensor read_npy_elements(const NpyHeader& header, ByteSource& source);
/// Header and elements.
[[nodiscard]] KCPP_API Tensor read_npy(ByteSource& source);

/// Magic, version and header of format 1 for a row-major array.
[[nodiscard]] KCPP_API std::string npy_header_bytes(const std::string& descr, const Shape& shape);
/// "<f4" and the like. Throws DTypeError for bfloat16.
[[nodiscard]] KCPP_API std::string npy_descr(DType dtype);

}  // namespace kerascpp
