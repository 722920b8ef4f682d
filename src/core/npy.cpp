#include <kerascpp/core/npy.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "core/atomic_file.hpp"
#include "core/host.hpp"
#include "core/npy_format.hpp"
#include "core/npy_texts.hpp"

namespace kerascpp {
namespace {

static_assert(std::endian::native == std::endian::little, "npy files are written as they lie in memory");

struct Element {
  DType dtype = DType::Float32;
  bool swapped = false;  // the other byte order
};

constexpr struct {
  std::string_view code;
  DType dtype;
} kCodes[] = {
    {"b1", DType::Bool},      {"u1", DType::UInt8},       {"u2", DType::UInt16},  {"u4", DType::UInt32},
    {"u8", DType::UInt64},    {"i1", DType::Int8},        {"i2", DType::Int16},   {"i4", DType::Int32},
    {"i8", DType::Int64},     {"f2", DType::Float16},     {"f4", DType::Float32}, {"f8", DType::Float64},
    {"c8", DType::Complex64}, {"c16", DType::Complex128},
};

std::string_view kind_in_words(std::string_view descr) {
  switch (descr.size() > 1 ? descr[1] : '\0') {
    case 'O':
      return "an array of Python objects, which needs pickle";
    case 'M':
    case 'm':
      return "an array of dates or durations";
    case 'f':
    case 'c':
      return "an array of extended precision";
    default:
      return "not an array of numbers";
  }
}

Element element_of(const NpyHeader& header, const std::string& origin) {
  const std::string_view descr = header.descr;
  KCPP_CHECK(!descr.starts_with('['), DTypeError, origin, ": an array of records ", descr,
             " cannot become a tensor; save its fields one by one");
  if (!descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos)
    for (const auto& row : kCodes)
      if (row.code == descr.substr(1)) return {row.dtype, descr[0] == '>' && itemsize(row.dtype) > 1};
  throw DTypeError(text_of(origin, ": dtype '", descr, "' cannot become a tensor: ", kind_in_words(descr),
                           "; convert it with astype before saving"));
}

// Complex numbers are swapped part by part.
void swap_bytes(Tensor& tensor) {
  const std::size_t width = itemsize(tensor.dtype()) / (is_complex(tensor.dtype()) ? 2 : 1);
  char* const first = static_cast<char*>(tensor.raw());
  for (std::size_t at = 0; at < tensor.nbytes(); at += width) std::reverse(first + at, first + at + width);
}

// Any byte but 0 is true; C++ wants exactly 1.
void clean_booleans(Tensor& tensor) {
  auto* const bytes = static_cast<unsigned char*>(tensor.raw());
  for (std::int64_t i = 0; i < tensor.size(); ++i) bytes[i] = bytes[i] != 0;
}

// `tensor` holds the elements of an array of `shape` with the first index running fastest.
Tensor from_fortran_order(const Tensor& tensor, const Shape& shape) {
  Tensor result = Tensor::empty(shape, tensor.dtype());
  const std::size_t width = itemsize(tensor.dtype());
  Shape strides = shape;
  std::int64_t stride = 1;
  for (int axis = 0; axis < shape.ndim(); ++axis) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  Shape index(std::vector<std::int64_t>(static_cast<std::size_t>(shape.ndim()), 0));
  const char* const source = static_cast<const char*>(tensor.raw());
  char* target = static_cast<char*>(result.raw());
  std::int64_t offset = 0;
  for (std::int64_t i = 0; i < result.size(); ++i, target += width) {
    std::memcpy(target, source + static_cast<std::size_t>(offset) * width, width);
    for (int axis = shape.ndim() - 1; axis >= 0; --axis) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

// Checks against the bytes at hand before anything is allocated.
void check_size(const NpyHeader& header, DType dtype, const ByteSource& source) {
  std::uint64_t needed = itemsize(dtype);
  const bool is_empty = std::find(header.shape.begin(), header.shape.end(), 0) != header.shape.end();
  for (const std::int64_t length : header.shape) {
    if (is_empty) needed = 0;
    const bool fits = needed == 0 || static_cast<std::uint64_t>(length) <= source.remaining() / needed;
    KCPP_CHECK(fits, FormatError, source.name(), ": the file is truncated: shape ", header.shape, " of ", dtype,
               " needs more than the ", source.remaining(), " bytes that follow the header");
    needed *= static_cast<std::uint64_t>(length);
  }
  KCPP_CHECK(needed <= source.remaining(), FormatError, source.name(), ": the file is truncated: a scalar of ", dtype,
             " needs more than the ", source.remaining(), " bytes that follow the header");
}

}  // namespace

std::string npy_descr(DType dtype) {
  for (const auto& row : kCodes)
    if (row.dtype == dtype) return text_of(itemsize(dtype) == 1 ? '|' : '<', row.code);
  throw DTypeError(text_of("[save_npy] .npy files have no ", dtype, "; convert with astype first"));
}

Tensor read_npy_elements(const NpyHeader& header, ByteSource& source) {
  if (is_npy_text(header.descr)) return read_npy_texts(header, source);
  const Element element = element_of(header, source.name());
  check_size(header, element.dtype, source);
  Tensor tensor = Tensor::empty(header.shape, element.dtype);
  source.read(tensor.raw(), tensor.nbytes());
  if (element.swapped) swap_bytes(tensor);
  if (element.dtype == DType::Bool) clean_booleans(tensor);
  return header.fortran_order && header.shape.ndim() > 1 ? from_fortran_order(tensor, header.shape) : tensor;
}

Tensor read_npy(ByteSource& source) {
  const NpyHeader header = read_npy_header(source);
  return read_npy_elements(header, source);
}

Tensor load_npy(const std::string& path) {
  FileSource source(path);
  return read_npy(source);
}

Tensor tensor_from_npy(std::string_view bytes, const std::string& origin) {
  MemorySource source(bytes, origin);
  return read_npy(source);
}

std::string npy_from_tensor(const Tensor& tensor) {
  check_on_host(tensor, "npy_from_tensor");
  std::string bytes = npy_header_bytes(npy_descr(tensor.dtype()), tensor.shape());
  bytes.append(static_cast<const char*>(tensor.raw()), tensor.nbytes());
  return bytes;
}

void save_npy(const std::string& path, const Tensor& tensor) {
  check_on_host(tensor, "save_npy");
  AtomicFile file(path);
  file.write(npy_header_bytes(npy_descr(tensor.dtype()), tensor.shape()));
  file.write({static_cast<const char*>(tensor.raw()), tensor.nbytes()});
  file.commit();
}

}  // namespace kerascpp
