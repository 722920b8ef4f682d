#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are NumPy's, but where another source is named.
namespace kerascpp::test {
namespace {

constexpr double kUnits = 64;

std::string difference(const Tensor& actual, const Tensor& expected) {
  // literals are float32, of which those written here take the dtype of what they are compared with
  const Tensor wanted = is_differentiable(actual.dtype()) ? expected.astype(actual.dtype()) : expected;
  return first_difference(actual, wanted, kUnits * epsilon_of(expected.dtype()));
}

Tensor transposed(const Tensor& x) { return ops::swapaxes(x, -2, -1); }

Tensor random_matrices(const Shape& shape) {
  return make_values({.shape = shape, .low = -1, .high = 1}, DType::Float64, 5);
}

}  // namespace

TEST_CASE("eig gives complex eigenvalues and vectors of length 1", "[ops]") {
  const Tensor x = Tensor{{1.0, -2.0, 0.0}, {3.0, 1.0, 0.5}, {0.0, 1.0, 2.0}}.astype(DType::Float64);
  const ops::EigenpairsTensors pairs = ops::eig(x);
  CHECK(difference(pairs.w, ops::complex(Tensor{0.9624392615997255, 0.9624392615997255, 2.0751214768005486},
                                         Tensor{2.3620656011228984, -2.3620656011228984, 0.0})) == "");
  CHECK(difference(ops::abs(pairs.v[1]), Tensor{0.7318615544661532, 0.7318615544661532, 0.07419348383122866}) == "");
  const Tensor lengths = ops::norm(pairs.v, {.axis = 0});
  CHECK(difference(lengths, Tensor{1.0, 1.0, 1.0}) == "");
  // x v = v diag(w)
  CHECK(difference(ops::matmul(x.astype(DType::Complex128), pairs.v), pairs.v * pairs.w) == "");
  CHECK(ops::eig(x.astype(DType::Float32)).w.dtype() == DType::Complex64);
}

TEST_CASE("factors multiply to the matrix they are of", "[ops]") {
  const auto check_orthonormal = [](const Tensor& columns) {
    const Tensor products = ops::matmul(transposed(columns), columns);
    const Tensor identity = compute_now(ops::eye(columns.dim(-1), {}, 0, DType::Float64));
    for (std::int64_t b = 0; b < products.dim(0); ++b) CHECK(difference(products[b], identity) == "");
  };
  for (const Shape& shape : {Shape{2, 5, 3}, Shape{2, 3, 5}, Shape{2, 4, 4}}) {
    INFO("shape " << to_string(shape));
    const Tensor x = random_matrices(shape);
    const std::int64_t M = shape[1], N = shape[2], K = std::min(M, N);
    for (const char* mode : {"reduced", "complete"}) {
      const ops::QrTensors parts = ops::qr(x, mode);
      CHECK(difference(ops::matmul(parts.q, parts.r), x) == "");
      check_orthonormal(parts.q);
    }
    const ops::SvdTensors reduced = ops::svd(x, false), full = ops::svd(x);
    CHECK(reduced.u.shape() == Shape{2, M, K});
    CHECK(reduced.vh.shape() == Shape{2, K, N});
    CHECK(difference(ops::matmul(reduced.u * ops::expand_dims(reduced.s, -2), reduced.vh), x) == "");
    check_orthonormal(full.u);
    check_orthonormal(transposed(full.vh));
    CHECK(difference(full.s, reduced.s) == "");
    CHECK(difference(ops::svd(x, true, false).s, reduced.s) == "");
  }
  const Tensor half = random_matrices({3, 4, 4}), symmetric = half + transposed(half);
  const ops::EigenpairsTensors pairs = ops::eigh(symmetric);
  CHECK(difference(ops::matmul(pairs.v * ops::expand_dims(pairs.w, -2), transposed(pairs.v)), symmetric) == "");
}

TEST_CASE("lu_factor exchanges rows as SciPy does", "[ops]") {
  const ops::LuFactorTensors square = ops::lu_factor(Tensor{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {7.0, 8.0, 10.0}});
  CHECK(difference(square.lu, Tensor{{7.0, 8.0, 10.0},
                                     {0.14285714285714285, 0.8571428571428572, 1.5714285714285716},
                                     {0.5714285714285714, 0.5000000000000002, -0.5}}) == "");
  CHECK(difference(square.pivots, Tensor{2, 2, 2}) == "");
  const ops::LuFactorTensors tall = ops::lu_factor(Tensor{{1.0, 2.0}, {4.0, 5.0}, {7.0, 8.0}});
  CHECK(difference(tall.lu, Tensor{{7.0, 8.0},
                                   {0.14285714285714285, 0.8571428571428572},
                                   {0.5714285714285714, 0.5000000000000002}}) == "");
  CHECK(difference(tall.pivots, Tensor{2, 2}) == "");
}

TEST_CASE("singular matrices have determinant, rank, pseudo-inverse and least squares", "[ops]") {
  const Tensor x{{1.0, 2.0}, {2.0, 4.0}};
  CHECK(difference(ops::det(x), Tensor(0.0)) == "");
  const ops::SlogdetTensors parts = ops::slogdet(x);
  CHECK(difference(parts.sign, Tensor(0.0)) == "");
  CHECK(difference(parts.logabsdet, Tensor(-std::numeric_limits<double>::infinity())) == "");
  CHECK(difference(ops::matrix_rank(x), Tensor(1)) == "");
  CHECK(difference(ops::matrix_rank(Tensor{{1.0, 0.0}, {0.0, 0.25}}, 0.5), Tensor(1)) == "");
  CHECK(difference(ops::pinv(x), Tensor{{0.04, 0.08}, {0.08, 0.16}}) == "");
  CHECK(difference(ops::lstsq(Tensor{{1.0, 2.0}, {2.0, 4.0}, {3.0, 6.0}}, Tensor{1.0, 0.0, 2.0}), Tensor{0.1, 0.2}) ==
        "");
}

TEST_CASE("slogdet holds determinants that are no numbers", "[ops]") {
  const Tensor x = compute_now(ops::eye(400, {}, 0, DType::Float64)) * Tensor(-1e-3);
  CHECK(difference(ops::slogdet(x).sign, Tensor(1.0)) == "");
  CHECK(difference(ops::logdet(x), Tensor(-2763.102111592873)) == "");
  CHECK(difference(ops::det(x), Tensor(0.0)) == "");
}

TEST_CASE("decompositions take no matrices and empty ones", "[ops]") {
  CHECK(ops::inv(zeros({0, 3, 3})).shape() == Shape{0, 3, 3});
  CHECK(difference(ops::det(zeros({2, 0, 0})), Tensor{1.0F, 1.0F}) == "");
  CHECK(ops::eigh(zeros({2, 0, 0})).w.shape() == Shape{2, 0});
  const ops::QrTensors parts = ops::qr(zeros({2, 0}), "complete");
  CHECK(difference(parts.q, Tensor{{1.0F, 0.0F}, {0.0F, 1.0F}}) == "");
  CHECK(difference(ops::svd(zeros({0, 2})).vh, Tensor{{1.0F, 0.0F}, {0.0F, 1.0F}}) == "");
  CHECK(ops::solve(zeros({0, 0}), zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("cdist has no gradient between equal vectors", "[ops]") {
  const Symbol x = constant(Tensor{{1.0, 2.0}, {4.0, 6.0}});
  const Symbol g = gradients(ops::sum(ops::cdist(x, constant(Tensor{{1.0, 2.0}}))), {x})[0];
  CHECK(difference(compute_now(g), Tensor{{0.0, 0.0}, {0.6, 0.8}}) == "");
}

TEST_CASE("decompositions without a gradient say so", "[ops]") {
  const auto message = [](const Symbol& y, const Symbol& x) -> std::string {
    try {
      (void)gradients(ops::sum(y), {x});
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  const Symbol tall = placeholder({5, 3});
  CHECK_THAT(message(ops::qr(tall, "complete").q, tall),
             ContainsSubstring("[qr] has no gradient in mode \"complete\""));
  CHECK_THAT(message(ops::svd(tall).u, tall), ContainsSubstring("[svd] the vectors of full_matrices have no gradient"));
  CHECK_THAT(message(ops::lu_factor(tall).lu, tall), ContainsSubstring("[lu_factor] expected square matrices for its"));
  const Symbol unknown = placeholder({None, 3});
  CHECK_THAT(message(ops::qr(unknown).r, unknown), ContainsSubstring("[qr] expected matrices of known size"));
}

TEST_CASE("matrices with NaN are refused by decompositions that would not end", "[ops]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor x{{nan, 1.0}, {1.0, 2.0}};
  for (auto* decompose : {+[](const Tensor& m) { (void)ops::svd(m); }, +[](const Tensor& m) { (void)ops::pinv(m); }}) {
    try {
      decompose(x);
      FAIL_CHECK("nothing was thrown");
    } catch (const ValueError& error) {
      CHECK_THAT(error.what(), ContainsSubstring("check the matrices for NaN and infinity"));
    }
  }
}

TEST_CASE("the names of keras.ops.linalg are those of ops", "[ops]") {
  const Tensor x{{4.0, 1.0}, {1.0, 3.0}};
  CHECK(identical(ops::linalg::cholesky(x), ops::cholesky(x)));
  CHECK(identical(ops::linalg::inv(x), ops::inv(x)));
}

}  // namespace kerascpp::test
