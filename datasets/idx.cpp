#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>

#include "utils/gzip_file.hpp"

// The idx format: two zero bytes, a code of the dtype, the rank, each length as a big-endian 32-bit number, then the
// elements, big-endian, row-major.

namespace kerascpp::datasets {
namespace {

DType dtype_of_code(unsigned code, const std::string& path) {
  switch (code) {
    case 0x08:
      return DType::UInt8;
    case 0x09:
      return DType::Int8;
    case 0x0B:
      return DType::Int16;
    case 0x0C:
      return DType::Int32;
    case 0x0D:
      return DType::Float32;
    case 0x0E:
      return DType::Float64;
    default:
      throw FormatError(text_of(path, ": not an idx file: unknown dtype code ", code));
  }
}

Shape read_shape(utils::GzipFile& file, int ndim, DType dtype, const std::string& path) {
  Shape shape;
  std::uint64_t bytes = itemsize(dtype);
  for (int axis = 0; axis < ndim; ++axis) {
    unsigned char raw[4] = {};
    file.read(raw, sizeof(raw));
    const std::uint64_t length =
        std::uint64_t{raw[0]} << 24 | std::uint64_t{raw[1]} << 16 | std::uint64_t{raw[2]} << 8 | raw[3];
    shape.push_back(static_cast<std::int64_t>(length));
    KCPP_CHECK(length == 0 || bytes <= file.largest_size() / length, FormatError, path,
               ": the file is truncated: it cannot hold ", dtype, " elements of shape ", shape);
    bytes *= length;
  }
  return shape;
}

void from_big_endian(Tensor& tensor) {
  const std::size_t width = itemsize(tensor.dtype());
  auto* const bytes = static_cast<char*>(tensor.raw());
  for (std::size_t at = 0; at < tensor.nbytes(); at += width) std::reverse(bytes + at, bytes + at + width);
}

}  // namespace

Tensor load_idx(const std::string& path) {
  utils::GzipFile file(path);
  unsigned char magic[4] = {};
  file.read(magic, sizeof(magic));
  KCPP_CHECK(magic[0] == 0 && magic[1] == 0, FormatError, path,
             ": not an idx file: it does not begin with two zero bytes");
  const DType dtype = dtype_of_code(magic[2], path);
  const int ndim = magic[3];
  KCPP_CHECK(ndim >= 1 && ndim <= Shape::kMaxRank, FormatError, path, ": an idx file of ", ndim,
             " dimensions; expected 1 to ", Shape::kMaxRank);
  Tensor tensor = Tensor::empty(read_shape(file, ndim, dtype, path), dtype);
  file.read(tensor.raw(), tensor.nbytes());
  file.expect_end();
  if (itemsize(dtype) > 1) from_big_endian(tensor);
  return tensor;
}

}  // namespace kerascpp::datasets
