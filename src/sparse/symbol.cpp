#include <kerascpp/sparse/symbol.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>

#include "sparse/compressed.hpp"

namespace kerascpp::sparse {
namespace {

// A known vector gives known lengths.
Symbol length_from(const Symbol& shape, std::int64_t i) {
  const Tensor known = constant_value(shape);
  if (known.defined()) return size_constant(known.item<std::int64_t>(i));
  return ops::cast(ops::get_item(shape, {i}), DType::Int64);
}

void check_shape(std::string_view name, const Shape& shape) {
  KCPP_CHECK(shape.ndim() == 2, ShapeError, "[", name, "] expected the shape of a matrix, received ", shape);
}

SparseSymbol from_parts(Format format, const Operand& data, const Operand& indices, const Operand& indptr,
                        const Symbol& rows, const Symbol& columns) {
  const char* name = format == Format::CSR ? "CSR" : "CSC";
  const Symbol parts[] = {data.symbol(), indices.symbol(), indptr.symbol()};
  for (const Symbol& part : parts)
    KCPP_CHECK(part.ndim() == 1, ShapeError, "[", name, "] expected vectors of data, indices and indptr, received ",
               parts[0].shape(), ", ", parts[1].shape(), " and ", parts[2].shape());
  KCPP_CHECK(is_integer(parts[1].dtype()) && is_integer(parts[2].dtype()), DTypeError, "[", name,
             "] expected indices and indptr of an integer dtype, received ", parts[1].dtype(), " and ",
             parts[2].dtype());
  const bool wide = itemsize(parts[1].dtype()) > 4 || itemsize(parts[2].dtype()) > 4;
  const DType index_dtype = wide ? DType::Int64 : DType::Int32;
  Symbol pointers = ops::cast(parts[2], index_dtype);
  const std::int64_t major = known_size(format == Format::CSR ? rows : columns);
  if (major != None && pointers.dim(0) == None)
    pointers = make_symbol("specify_shape", {pointers}, {{"shape", std::vector<std::int64_t>{major + 1}}});
  return {format, parts[0], ops::cast(parts[1], index_dtype), pointers, rows, columns};
}

SparseSymbol from_parts(Format format, const Operand& data, const Operand& indices, const Operand& indptr,
                        const Shape& shape) {
  const SiteGuard guard(data.site());
  check_shape(format == Format::CSR ? "CSR" : "CSC", shape);
  KCPP_CHECK(shape.is_known(), ShapeError, "[", format == Format::CSR ? "CSR" : "CSC",
             "] expected a known shape, or an integer vector that gives it, received ", shape);
  return from_parts(format, data, indices, indptr, size_constant(shape[0]), size_constant(shape[1]));
}

SparseSymbol from_parts(Format format, const Operand& data, const Operand& indices, const Operand& indptr,
                        const Symbol& shape) {
  const SiteGuard guard(data.site());
  const char* name = format == Format::CSR ? "CSR" : "CSC";
  KCPP_CHECK(is_integer(shape.dtype()), DTypeError, "[", name, "] expected a shape of an integer dtype, received ",
             shape);
  KCPP_CHECK(shape.ndim() == 1 && (shape.dim(0) == 2 || shape.dim(0) == None), ShapeError, "[", name,
             "] expected a shape of two lengths, received ", shape);
  return from_parts(format, data, indices, indptr, length_from(shape, 0), length_from(shape, 1));
}

}  // namespace

SparseSymbol::SparseSymbol(Format format, const Symbol& data, const Symbol& indices, const Symbol& indptr,
                           const Symbol& rows, const Symbol& columns)
    : format_(format),
      shape_{known_size(rows), known_size(columns)},
      data_(data),
      indices_(indices),
      indptr_(indptr),
      rows_(rows),
      columns_(columns) {
  const std::int64_t major = format == Format::CSR ? shape_[0] : shape_[1], stored = indices.dim(0);
  KCPP_CHECK(stored == None || data.dim(0) == None || stored == data.dim(0), ShapeError,
             "[sparse] expected as many indices as data, received ", indices.shape(), " and ", data.shape());
  KCPP_CHECK(major == None || indptr.dim(0) == None || indptr.dim(0) == major + 1, ShapeError, "[sparse] a ",
             to_string(format), " matrix ", shape_, " has an indptr of shape ", Shape{major + 1}, ", received ",
             indptr.shape());
}

SparseSymbol::SparseSymbol(const SparseTensor& value)
    : SparseSymbol(value.format(), constant(value.data()), constant(value.indices()), constant(value.indptr()),
                   size_constant(value.shape()[0]), size_constant(value.shape()[1])) {}

Symbol SparseSymbol::shape_symbol() const {
  if (shape_.is_known()) return constant(Tensor(shape_.vector()));
  return fed_shape_.defined() ? fed_shape_ : ops::stack({rows_, columns_});
}

std::vector<Symbol> SparseSymbol::fed_parts() const {
  KCPP_CHECK(shape_.is_known() || fed_shape_.defined(), ValueError,
             "[function] expected matrices made by csr_matrix or ", "csc_matrix as inputs, received ", *this);
  std::vector<Symbol> parts{data_, indices_, indptr_};
  if (fed_shape_.defined()) parts.push_back(fed_shape_);
  return parts;
}

SparseSymbol SparseSymbol::with_data(const Symbol& data) const {
  return {format_, data, indices_, indptr_, rows_, columns_};
}

std::string to_string(const SparseSymbol& matrix) {
  if (!matrix.defined()) return "undefined";
  return text_of(matrix.format(), " ", matrix.dtype(), " ", matrix.shape());
}

SparseSymbol placeholder(Format format, std::string name, DType dtype, const Shape& shape) {
  check_shape(format == Format::CSR ? "csr_matrix" : "csc_matrix", shape);
  const auto part = [&name](const char* what) { return name.empty() ? name : name + "." + what; };
  const std::int64_t major = format == Format::CSR ? shape[0] : shape[1];
  const Symbol fed = shape.is_known() ? Symbol() : kerascpp::placeholder(Shape{2}, DType::Int64, part("shape"));
  const auto length = [&](std::int64_t i) { return shape[i] == None ? length_from(fed, i) : size_constant(shape[i]); };
  SparseSymbol result(format, kerascpp::placeholder(Shape{None}, dtype, part("data")),
                      kerascpp::placeholder(Shape{None}, DType::Int32, part("indices")),
                      kerascpp::placeholder(Shape{major == None ? None : major + 1}, DType::Int32, part("indptr")),
                      length(0), length(1));
  result.fed_shape_ = fed;
  result.name_ = std::move(name);
  return result;
}

SparseSymbol CSR(const Operand& data, const Operand& indices, const Operand& indptr, const Shape& shape) {
  return from_parts(Format::CSR, data, indices, indptr, shape);
}
SparseSymbol CSR(const Operand& data, const Operand& indices, const Operand& indptr, const Symbol& shape) {
  return from_parts(Format::CSR, data, indices, indptr, shape);
}
SparseSymbol CSC(const Operand& data, const Operand& indices, const Operand& indptr, const Shape& shape) {
  return from_parts(Format::CSC, data, indices, indptr, shape);
}
SparseSymbol CSC(const Operand& data, const Operand& indices, const Operand& indptr, const Symbol& shape) {
  return from_parts(Format::CSC, data, indices, indptr, shape);
}

Properties csm_properties(const SparseSymbol& x) { return {x.data(), x.indices(), x.indptr(), x.shape_symbol()}; }

SparseSymbol grad(const Symbol& cost, const SparseSymbol& wrt, const GradientOptions& options) {
  return wrt.with_data(kerascpp::grad(cost, wrt.data(), options).single());
}

SparseTensor eval(const SparseSymbol& x) {
  const std::vector<Tensor> parts =
      compute_now(std::vector<Symbol>{x.data(), x.indices(), x.indptr(), x.rows(), x.columns()});
  return {x.format(), parts[0], parts[1], parts[2], {parts[3].item<std::int64_t>(), parts[4].item<std::int64_t>()}};
}

}  // namespace kerascpp::sparse
