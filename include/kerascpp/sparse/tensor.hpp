#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::sparse {

/// Compressed by rows or by columns.
enum class Format : std::uint8_t { CSR, CSC };
/// "csr" or "csc".
[[nodiscard]] KCPP_API std::string to_string(Format format);

/// A matrix (M, N) of which n elements are stored, row by row (CSR) or column by column (CSC).
///
/// data     (n)      the stored elements
/// indices  (n)      their columns (CSR) or rows (CSC); int32 where that suffices, else int64
/// indptr   (M + 1)  row r has the elements from indptr[r] to indptr[r + 1]; (N + 1) and columns for CSC
/// Elements stored at one place add up. A handle: copying shares the parts. Source: scipy.sparse.
class KCPP_API SparseTensor {
 public:
  /// An undefined matrix: nothing but `defined()` may be asked of it.
  SparseTensor() = default;
  /// From parts; indices of any integer dtype. Throws ShapeError for lengths that do not fit, DTypeError for indices
  /// that are no integers, ValueError for an indptr that does not rise from 0 to n and for an index out of range.
  SparseTensor(Format format, const Tensor& data, const Tensor& indices, const Tensor& indptr, const Shape& shape);
  [[nodiscard]] static SparseTensor csr(const Tensor& data, const Tensor& indices, const Tensor& indptr,
                                        const Shape& shape) {
    return {Format::CSR, data, indices, indptr, shape};
  }
  [[nodiscard]] static SparseTensor csc(const Tensor& data, const Tensor& indices, const Tensor& indptr,
                                        const Shape& shape) {
    return {Format::CSC, data, indices, indptr, shape};
  }
  /// The elements of a dense matrix that are not zero. Throws ShapeError when it is no matrix.
  [[nodiscard]] static SparseTensor csr(const Tensor& dense);
  [[nodiscard]] static SparseTensor csc(const Tensor& dense);

  [[nodiscard]] bool defined() const { return data_.defined(); }
  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] DType dtype() const { return data_.dtype(); }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  /// Number of stored elements, zeros among them.
  [[nodiscard]] std::int64_t nnz() const { return data_.size(); }
  [[nodiscard]] const Tensor& data() const { return data_; }
  [[nodiscard]] const Tensor& indices() const { return indices_; }
  [[nodiscard]] const Tensor& indptr() const { return indptr_; }
  /// All elements, (M, N). Source: scipy's toarray.
  [[nodiscard]] Tensor to_dense() const;

 private:
  Format format_ = Format::CSR;
  Shape shape_;
  Tensor data_, indices_, indptr_;
};

/// "csr float32 (3, 4), 5 stored".
[[nodiscard]] KCPP_API std::string to_string(const SparseTensor& matrix);

}  // namespace kerascpp::sparse
