#pragma once

#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/sparse/tensor.hpp>

namespace kerascpp::sparse {

/// A sparse matrix that will be computed: symbols for the parts of a SparseTensor.
///
/// Results are differentiated with respect to `data()`, as any other symbol: the gradient is structured, it has the
/// stored places of the matrix and no others.
class KCPP_API SparseSymbol {
 public:
  SparseSymbol() = default;
  /// A constant.
  SparseSymbol(const SparseTensor& value);  // NOLINT: implicit by design
  /// From parts; rows and columns are integer scalars.
  SparseSymbol(Format format, const Symbol& data, const Symbol& indices, const Symbol& indptr, const Symbol& rows,
               const Symbol& columns);

  [[nodiscard]] bool defined() const { return data_.defined(); }
  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] DType dtype() const { return data_.dtype(); }
  /// (M, N), None where it is not known before a value is given.
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] const Symbol& data() const { return data_; }
  [[nodiscard]] const Symbol& indices() const { return indices_; }
  [[nodiscard]] const Symbol& indptr() const { return indptr_; }
  /// M and N, int64 scalars.
  [[nodiscard]] const Symbol& rows() const { return rows_; }
  [[nodiscard]] const Symbol& columns() const { return columns_; }
  /// (M, N) as an int64 vector.
  [[nodiscard]] Symbol shape_symbol() const;

  /// What a function takes in its place: data, indices, indptr and, where it is not known, the shape.
  [[nodiscard]] std::vector<Symbol> fed_parts() const;

  /// Other elements at the same places.
  [[nodiscard]] SparseSymbol with_data(const Symbol& data) const;

 private:
  friend KCPP_API SparseSymbol placeholder(Format format, std::string name, DType dtype, const Shape& shape);

  Format format_ = Format::CSR;
  Shape shape_;
  Symbol data_, indices_, indptr_, rows_, columns_;
  Symbol fed_shape_;  // of a placeholder of which the shape is not known
  std::string name_;
};

/// "csr float32 (None, 4)".
[[nodiscard]] KCPP_API std::string to_string(const SparseSymbol& matrix);

/// A sparse matrix to be fed, with int32 indices. Throws ShapeError unless `shape` has two dimensions.
[[nodiscard]] KCPP_API SparseSymbol placeholder(Format format, std::string name = {}, DType dtype = floatx(),
                                                const Shape& shape = {None, None});
/// Source: theano.sparse.csr_matrix.
[[nodiscard]] inline SparseSymbol csr_matrix(std::string name = {}, DType dtype = floatx(),
                                             const Shape& shape = {None, None}) {
  return placeholder(Format::CSR, std::move(name), dtype, shape);
}
/// Source: theano.sparse.csc_matrix.
[[nodiscard]] inline SparseSymbol csc_matrix(std::string name = {}, DType dtype = floatx(),
                                             const Shape& shape = {None, None}) {
  return placeholder(Format::CSC, std::move(name), dtype, shape);
}

/// The matrix itself; a constant of a SparseTensor. Source: theano.sparse.as_sparse_variable.
[[nodiscard]] inline SparseSymbol as_sparse_variable(const SparseSymbol& x) { return x; }

/// A matrix from its parts. Their contents are checked when a function uses them, as those of a SparseTensor.
///
/// data (n), indices (n), indptr (M + 1; N + 1 for CSC), shape (M, N): known now, or an integer vector
/// Throws ShapeError for parts that cannot fit together, DTypeError for indices that are no integers.
/// Gradient: data. Source: theano.sparse.CSR, CSC.
[[nodiscard]] KCPP_API SparseSymbol CSR(const Operand& data, const Operand& indices, const Operand& indptr,
                                        const Shape& shape);
[[nodiscard]] KCPP_API SparseSymbol CSR(const Operand& data, const Operand& indices, const Operand& indptr,
                                        const Symbol& shape);
[[nodiscard]] KCPP_API SparseSymbol CSC(const Operand& data, const Operand& indices, const Operand& indptr,
                                        const Shape& shape);
[[nodiscard]] KCPP_API SparseSymbol CSC(const Operand& data, const Operand& indices, const Operand& indptr,
                                        const Symbol& shape);

/// The parts of a matrix.
struct Properties {
  Symbol data, indices, indptr, shape;
};
/// Source: theano.sparse.csm_properties.
[[nodiscard]] KCPP_API Properties csm_properties(const SparseSymbol& x);
[[nodiscard]] inline Symbol csm_data(const SparseSymbol& x) { return x.data(); }
[[nodiscard]] inline Symbol csm_indices(const SparseSymbol& x) { return x.indices(); }
[[nodiscard]] inline Symbol csm_indptr(const SparseSymbol& x) { return x.indptr(); }
[[nodiscard]] inline Symbol csm_shape(const SparseSymbol& x) { return x.shape_symbol(); }

/// The structured gradient of a scalar: that of every stored element, at the places of `wrt`.
/// Throws what kerascpp::grad throws. Source: theano.grad.
[[nodiscard]] KCPP_API SparseSymbol grad(const Symbol& cost, const SparseSymbol& wrt,
                                         const GradientOptions& options = {});

/// The value of a matrix that depends on constants and variables only.
[[nodiscard]] KCPP_API SparseTensor eval(const SparseSymbol& x);

}  // namespace kerascpp::sparse
