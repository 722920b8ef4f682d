#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

namespace {

/// A count, or the axes of both factors.
ops::ContractedAxes contracted_axes(A& a) {
  const Config* given = a.find("axes");
  if (given == nullptr) return 2;
  if (given->is_int()) return given->as_int();
  KCPP_CHECK(given->size() == 2, FormatError, "[Tensordot] expected a number or two lists as axes, received ", *given);
  const auto axes = [](const Config& item) {
    std::vector<std::int64_t> values;
    if (item.is_int()) return std::vector<std::int64_t>{item.as_int()};
    for (const Config& axis : item.as_list()) values.push_back(axis.as_int());
    return values;
  };
  return std::pair(axes(given->as_list()[0]), axes(given->as_list()[1]));
}

ops::NormOrder norm_order(A& a) {
  const Config* given = a.find("ord");
  if (given == nullptr) return {};
  return given->is_string() ? ops::NormOrder(given->as_string()) : ops::NormOrder(given->as_double());
}

}  // namespace

const std::vector<KerasOperation>& linear_algebra_operations() {
  static const std::vector<KerasOperation> table = {
      {"Matmul", {"x1", "x2"}, [](A& a) { return S{ops::matmul(a.operand("x1"), a.operand("x2"))}; }},
      {"Dot", {"x1", "x2"}, [](A& a) { return S{ops::dot(a.operand("x1"), a.operand("x2"))}; }},
      {"Vdot", {"x1", "x2"}, [](A& a) { return S{ops::vdot(a.operand("x1"), a.operand("x2"))}; }},
      {"Inner", {"x1", "x2"}, [](A& a) { return S{ops::inner(a.operand("x1"), a.operand("x2"))}; }},
      {"Outer", {"x1", "x2"}, [](A& a) { return S{ops::outer(a.operand("x1"), a.operand("x2"))}; }},
      {"Kron", {"x1", "x2"}, [](A& a) { return S{ops::kron(a.operand("x1"), a.operand("x2"))}; }},
      {"Tensordot",
       {"x1", "x2"},
       [](A& a) { return S{ops::tensordot(a.operand("x1"), a.operand("x2"), contracted_axes(a))}; }},
      {"Einsum", {"..."}, [](A& a) { return S{ops::einsum(a.text("subscripts"), a.positional_tensors())}; }},
      {"Cross",
       {"x1", "x2"},
       [](A& a) {
         return S{ops::cross(a.operand("x1"), a.operand("x2"),
                             {.axisa = a.integer("axisa", -1),
                              .axisb = a.integer("axisb", -1),
                              .axisc = a.integer("axisc", -1),
                              .axis = a.axes("axis")})};
       }},
      {"Diag", {"x"}, [](A& a) { return S{ops::diag(a.operand("x"), a.integer("k", 0))}; }},
      {"Diagflat", {"x"}, [](A& a) { return S{ops::diagflat(a.operand("x"), a.integer("k", 0))}; }},
      {"Diagonal",
       {"x"},
       [](A& a) {
         return S{ops::diagonal(
             a.operand("x"),
             {.offset = a.integer("offset", 0), .axis1 = a.integer("axis1", 0), .axis2 = a.integer("axis2", 1)})};
       }},
      {"Trace",
       {"x"},
       [](A& a) {
         return S{ops::trace(
             a.operand("x"),
             {.offset = a.integer("offset", 0), .axis1 = a.integer("axis1", 0), .axis2 = a.integer("axis2", 1)})};
       }},
      {"Correlate",
       {"x1", "x2"},
       [](A& a) { return S{ops::correlate(a.operand("x1"), a.operand("x2"), a.text("mode", "valid"))}; }},
      {"Norm",
       {"x"},
       [](A& a) {
         return S{
             ops::norm(a.operand("x"), {.ord = norm_order(a), .axis = a.axes("axis"), .keepdims = a.flag("keepdims")})};
       },
       "linalg"},
      {"Cholesky", {"x"}, [](A& a) { return S{ops::cholesky(a.operand("x"), a.flag("upper"))}; }, "linalg"},
      {"CholeskyInverse",
       {"x"},
       [](A& a) { return S{ops::cholesky_inverse(a.operand("x"), a.flag("upper"))}; },
       "linalg"},
      {"Det", {"x"}, [](A& a) { return S{ops::det(a.operand("x"))}; }, "linalg"},
      {"Slogdet",
       {"x"},
       [](A& a) {
         const ops::Slogdet found = ops::slogdet(a.operand("x"));
         return S{found.sign, found.logabsdet};
       }},
      {"Logdet", {"x"}, [](A& a) { return S{ops::logdet(a.operand("x"))}; }, "math"},
      {"Inv", {"x"}, [](A& a) { return S{ops::inv(a.operand("x"))}; }, "linalg"},
      {"Pinv", {"x"}, [](A& a) { return S{ops::pinv(a.operand("x"), a.optional_number("rcond"))}; }, "linalg"},
      {"MatrixRank",
       {"x"},
       [](A& a) { return S{ops::matrix_rank(a.operand("x"), a.optional_number("tol"))}; },
       "linalg"},
      {"Solve", {"a", "b"}, [](A& a) { return S{ops::solve(a.operand("a"), a.operand("b"))}; }, "linalg"},
      {"SolveTriangular",
       {"a", "b"},
       [](A& a) { return S{ops::solve_triangular(a.operand("a"), a.operand("b"), a.flag("lower"))}; },
       "linalg"},
      {"Lstsq",
       {"a", "b"},
       [](A& a) { return S{ops::lstsq(a.operand("a"), a.operand("b"), a.optional_number("rcond"))}; },
       "linalg"},
      {"LuFactor",
       {"x"},
       [](A& a) {
         const ops::LuFactor factors = ops::lu_factor(a.operand("x"));
         return S{factors.lu, factors.pivots};
       },
       "linalg"},
      {"Qr",
       {"x"},
       [](A& a) {
         const ops::Qr factors = ops::qr(a.operand("x"), a.text("mode", "reduced"));
         return S{factors.q, factors.r};
       },
       "linalg"},
      {"Eig",
       {"x"},
       [](A& a) {
         const ops::Eigenpairs pairs = ops::eig(a.operand("x"));
         return S{pairs.w, pairs.v};
       },
       "linalg"},
      {"Eigh",
       {"x"},
       [](A& a) {
         const ops::Eigenpairs pairs = ops::eigh(a.operand("x"));
         return S{pairs.w, pairs.v};
       },
       "linalg"},
      {"SVD",
       {"x"},
       [](A& a) {
         const bool all = a.flag("compute_uv", true);
         const ops::Svd factors = ops::svd(a.operand("x"), a.flag("full_matrices", true), all);
         return all ? S{factors.u, factors.s, factors.vh} : S{factors.s};
       },
       "linalg"},
      {"CDist", {"x", "y"}, [](A& a) { return S{ops::cdist(a.operand("x"), a.operand("y"))}; }, "math"},
  };
  return table;
}

}  // namespace kerascpp
