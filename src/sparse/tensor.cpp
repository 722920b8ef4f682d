#include <kerascpp/sparse/tensor.hpp>

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/sparse/ops.hpp>

namespace kerascpp::sparse {
namespace {

DType smallest_index_dtype(const Shape& shape, std::int64_t stored) {
  const std::int64_t largest = std::max({shape[0], shape[1], stored});
  return largest <= std::numeric_limits<std::int32_t>::max() ? DType::Int32 : DType::Int64;
}

void check_indptr(const std::vector<std::int64_t>& indptr, std::int64_t stored) {
  KCPP_CHECK(indptr.front() == 0 && indptr.back() == stored, ValueError,
             "[SparseTensor] expected an indptr from 0 to the number of stored elements, ", stored, ", received ",
             indptr.front(), " to ", indptr.back());
  for (std::size_t i = 1; i < indptr.size(); ++i)
    KCPP_CHECK(indptr[i - 1] <= indptr[i], ValueError, "[SparseTensor] indptr decreases from ", indptr[i - 1], " to ",
               indptr[i], " at place ", i);
}

}  // namespace

std::string to_string(Format format) { return format == Format::CSR ? "csr" : "csc"; }

SparseTensor::SparseTensor(Format format, const Tensor& data, const Tensor& indices, const Tensor& indptr,
                           const Shape& shape)
    : format_(format), shape_(shape) {
  KCPP_CHECK(shape.ndim() == 2 && shape[0] >= 0 && shape[1] >= 0, ShapeError,
             "[SparseTensor] expected the shape of a matrix, received ", shape);
  KCPP_CHECK(data.defined() && indices.defined() && indptr.defined(), ValueError, "[SparseTensor] a part is undefined");
  KCPP_CHECK(is_integer(indices.dtype()) && is_integer(indptr.dtype()), DTypeError,
             "[SparseTensor] expected indices and indptr of an integer dtype, received ", indices.dtype(), " and ",
             indptr.dtype());
  const std::int64_t major = format == Format::CSR ? shape[0] : shape[1], minor = shape[0] + shape[1] - major;
  KCPP_CHECK(data.ndim() == 1 && indices.shape() == data.shape(), ShapeError,
             "[SparseTensor] expected vectors of data and indices of one length, received ", data.shape(), " and ",
             indices.shape());
  KCPP_CHECK(indptr.shape() == Shape{major + 1}, ShapeError, "[SparseTensor] a ", to_string(format), " matrix ", shape,
             " has an indptr of shape ", Shape{major + 1}, ", received ", indptr.shape());
  check_indptr(indptr.to_vector<std::int64_t>(), data.size());
  for (const std::int64_t index : indices.to_vector<std::int64_t>())
    KCPP_CHECK(index >= 0 && index < minor, ValueError, "[SparseTensor] index ", index, " is out of range for ", minor,
               format == Format::CSR ? " columns" : " rows");
  const DType index_dtype = smallest_index_dtype(shape, data.size());
  data_ = data;
  indices_ = indices.astype(index_dtype);
  indptr_ = indptr.astype(index_dtype);
}

SparseTensor SparseTensor::csr(const Tensor& dense) { return csr_from_dense(dense); }
SparseTensor SparseTensor::csc(const Tensor& dense) { return csc_from_dense(dense); }

Tensor SparseTensor::to_dense() const { return dense_from_sparse(*this); }

std::string to_string(const SparseTensor& matrix) {
  if (!matrix.defined()) return "undefined";
  return text_of(matrix.format(), " ", matrix.dtype(), " ", matrix.shape(), ", ", matrix.nnz(), " stored");
}

}  // namespace kerascpp::sparse
