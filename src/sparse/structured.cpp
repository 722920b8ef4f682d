#include <kerascpp/sparse/structured.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/numeric.hpp>

namespace kerascpp::sparse {

SparseSymbol StructuredScalarOp::apply(const ops::BinaryOp& op, const SparseSymbol& x, const Operand& y) {
  const SiteGuard guard(y.site());
  KCPP_CHECK(y.shape().empty(), ShapeError, "[structured] expected a scalar beside a sparse matrix, received shape ",
             y.shape());
  return x.with_data(op(x.data(), y));
}

SparseSymbol rint(const SparseSymbol& x) { return x.with_data(ops::round(x.data())); }
SparseSymbol deg2rad(const SparseSymbol& x) { return x.with_data(ops::deg2rad(x.data())); }
SparseSymbol rad2deg(const SparseSymbol& x) { return x.with_data(ops::rad2deg(x.data())); }

}  // namespace kerascpp::sparse
