#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Reads a NumPy `.npy` file of format 1, 2 or 3: booleans, integers, floats and complex numbers of either byte order,
/// in C or Fortran order; the tensor is in native byte order and row-major. Arrays of texts ("S", "U") become tensors
/// of strings in UTF-8, see core/strings.hpp.
///
/// Throws IoError when the file cannot be read, FormatError when it is damaged or truncated, DTypeError for arrays of
/// dates, records, Python objects and extended precision. Source: numpy.lib.format.
[[nodiscard]] KCPP_API Tensor load_npy(const std::string& path);

/// Writes `tensor` as a `.npy` file of format 1, atomically.
///
/// Throws IoError, and DTypeError for bfloat16, which the format does not know.
KCPP_API void save_npy(const std::string& path, const Tensor& tensor);

/// As `load_npy` from the bytes of a file; errors call it `origin`.
[[nodiscard]] KCPP_API Tensor tensor_from_npy(std::string_view bytes, const std::string& origin = "npy data");

/// The bytes of a `.npy` file.
[[nodiscard]] KCPP_API std::string npy_from_tensor(const Tensor& tensor);

}  // namespace kerascpp
