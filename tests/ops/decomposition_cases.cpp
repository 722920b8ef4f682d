#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/op_families.hpp"

// Values against Keras are in tests/ops/conformance, those against other sources in linalg_test.cpp.
namespace kerascpp::test {
namespace {

const std::vector<DType> kFloats = {DType::Float32, DType::Float64};

Symbol identity_like(const Symbol& x) {
  return ops::cast(ops::equal(ops::iota_like(x, -2), ops::iota_like(x, -1)), x.dtype());
}
Symbol symmetric(const Symbol& x) { return x + ops::swapaxes(x, -2, -1); }
Symbol definite(const Symbol& x) { return ops::matmul(x, ops::swapaxes(x, -2, -1)) + 2 * identity_like(x); }
Symbol regular(const Symbol& x) { return x + 4 * identity_like(x); }
// With singular values near 1, 2, 3, ...
Symbol spread(const Symbol& x) {
  const Symbol number = ops::cast(ops::iota_like(x, -2), x.dtype()) + 1;
  return 0.3 * x + number * identity_like(x);
}

OpCase row(const char* op, const char* label, std::vector<Shape> shapes, decltype(OpCase::build) build) {
  std::vector<OpInput> inputs;
  for (const Shape& shape : shapes) inputs.push_back({.shape = shape, .low = -1, .high = 1});
  return {.op = op,
          .build = std::move(build),
          .inputs = std::move(inputs),
          .dtypes = kFloats,
          .accumulation_length = 60,
          .label = label};
}

OpCase without_gradient(OpCase item) {
  item.gradient = false;
  return item;
}

// The gradient asks for lengths that are known.
OpCase of_known_size(OpCase item) {
  item.unknown_dimensions = false;
  return item;
}

OpCase with_errors(OpCase item, std::vector<OpError> errors) {
  item.errors = std::move(errors);
  return item;
}

Symbol x_of(const Shape& shape, DType dtype = DType::Float32) { return placeholder(shape, dtype); }

void add_factorizations(std::vector<OpCase>& rows) {
  for (const bool upper : {false, true})
    rows.push_back(row("cholesky", upper ? "upper" : "lower", {{2, 3, 3}},
                       unary([=](const Symbol& x) { return ops::cholesky(definite(x), upper); })));
  rows.back().errors = {
      {[] {
         (void)ops::cholesky(x_of({2, 3, 4}));
       },
       "[cholesky] expected square matrices (..., N, N), received shape (2, 3, 4)"},
      {[] { (void)ops::cholesky(x_of({3})); },
       "[cholesky] expected matrices (..., M, N), received shape (3,); add axes with expand_dims"},
      {[] {
         (void)ops::cholesky(x_of({3, 3}, DType::Int32));
       },
       "[cholesky] expected a floating dtype, received int32 (3, 3); cast it to float32 or float64"},
      {[] {
         (void)ops::cholesky(Tensor{{{2.0F, 0.0F}, {0.0F, 1.0F}}, {{1.0F, 2.0F}, {2.0F, 1.0F}}});
       },
       "[cholesky] expected positive definite matrices, received matrix 1 of float32 (2, 2, 2) whose leading minor of "
       "order 2 is not positive; add a small multiple of the identity to it"}};
  for (const bool upper : {false, true})
    rows.push_back(row("solve_triangular", upper ? "cholesky_inverse of an upper factor" : "cholesky_inverse",
                       {{2, 3, 3}}, unary([=](const Symbol& x) { return ops::cholesky_inverse(regular(x), upper); })));

  rows.push_back(row("lu_factor", "square", {{2, 4, 4}}, unary([](const Symbol& x) { return ops::lu_factor(x).lu; })));
  const auto all_of_lu = [](const std::vector<Symbol>& x) {
    const ops::LuFactor parts = ops::lu_factor(x[0]);
    return std::vector<Symbol>{parts.lu, parts.pivots};
  };
  rows.push_back(without_gradient(row("lu_factor", "more rows", {{2, 5, 3}}, all_of_lu)));
  rows.push_back(without_gradient(row("lu_factor", "more columns", {{2, 3, 5}}, all_of_lu)));

  const auto all_of_qr = [](const char* mode) {
    return [mode](const std::vector<Symbol>& x) {
      const ops::Qr parts = ops::qr(spread(x[0]), mode);
      return std::vector<Symbol>{parts.q, parts.r};
    };
  };
  rows.push_back(of_known_size(row("qr", "more rows", {{2, 5, 3}}, all_of_qr("reduced"))));
  rows.push_back(of_known_size(row("qr", "square", {{2, 3, 3}}, all_of_qr("reduced"))));
  rows.push_back(of_known_size(row("qr", "more columns", {{2, 3, 5}}, all_of_qr("reduced"))));
  rows.push_back(of_known_size(row("qr", "complete, more columns", {{2, 3, 4}}, all_of_qr("complete"))));
  rows.push_back(with_errors(without_gradient(row("qr", "complete, more rows", {{2, 5, 3}}, all_of_qr("complete"))),
                             {{[] {
                                 (void)ops::qr(x_of({2, 3}), "raw");
                               },
                               "[qr] expected mode \"reduced\" or \"complete\", received \"raw\""}}));
  rows.push_back(without_gradient(row("qr", "unknown sizes", {{2, 5, 3}}, all_of_qr("reduced"))));
}

void add_inverses(std::vector<OpCase>& rows) {
  rows.push_back(row("det", "", {{2, 3, 3}}, unary([](const Symbol& x) { return ops::det(regular(x) / 4); })));
  rows.push_back(row("slogdet", "", {{2, 3, 3}}, [](const std::vector<Symbol>& x) {
    const ops::Slogdet parts = ops::slogdet(regular(x[0]));
    return std::vector<Symbol>{parts.sign, parts.logabsdet};
  }));
  rows.push_back(row("slogdet", "logdet", {{4, 4}}, unary([](const Symbol& x) { return ops::logdet(definite(x)); })));
  rows.push_back(with_errors(
      row("inv", "", {{2, 3, 3}}, unary([](const Symbol& x) { return ops::inv(regular(x)); })),
      {{[] {
          (void)ops::inv(Tensor{{1.0, 2.0}, {2.0, 4.0}});
        },
        "[inv] expected matrices that have an inverse, received float32 (2, 2), which is singular; pinv and lstsq take "
        "singular matrices"},
       {[] {
          (void)ops::inv(x_of({2, 3}));
        },
        "[inv] expected square matrices (..., N, N), received shape (2, 3)"},
       {[] {
          (void)ops::det(x_of({2, 3}));
        },
        "[det] expected square matrices"},
       {[] {
          (void)ops::slogdet(x_of({2, 2}, DType::Complex64));
        },
        "[slogdet] expected a floating dtype, received complex64 (2, 2)"}}));
  rows.push_back(row("inv", "matrix_power -2", {{2, 3, 3}},
                     unary([](const Symbol& x) { return ops::matrix_power(regular(x), -2); })));
  rows.push_back(
      with_errors(row("solve", "matrices", {{2, 1, 3, 3}, {1, 4, 3, 5}},
                      binary([](const Symbol& a, const Symbol& b) { return ops::solve(regular(a), b); })),
                  {{[] {
                      (void)ops::solve(Tensor{{1.0F, 2.0F}, {2.0F, 4.0F}}, Tensor{1.0F, 2.0F});
                    },
                    "[solve] expected matrices that have an inverse, received float32 (2, 2), which is singular"},
                   {[] {
                      (void)ops::solve(x_of({3, 3}), x_of({2, 1}));
                    },
                    "[solve] expected as many rows of b as of a, received (3, 3) and (2, 1)"},
                   {[] {
                      (void)ops::solve(x_of({3, 3}, DType::Int32), x_of({3}, DType::Int32));
                    },
                    "[solve] expected a floating dtype, received int32 (3, 3)"},
                   {[] {
                      (void)ops::solve(x_of({3, 3}), x_of({}));
                    },
                    "[solve] expected b of at least one axis, received a scalar"}}));
  rows.push_back(row("solve", "vectors", {{2, 3, 3}, {2, 3}},
                     binary([](const Symbol& a, const Symbol& b) { return ops::solve(regular(a), b); })));
  for (const bool lower : {false, true})
    rows.push_back(
        row("solve_triangular", lower ? "lower" : "upper", {{3, 3}, {2, 3, 4}},
            binary([=](const Symbol& a, const Symbol& b) { return ops::solve_triangular(regular(a), b, lower); })));
  rows.back().errors = {{[] {
                           (void)ops::solve_triangular(Tensor{{1.0F, 2.0F}, {2.0F, 0.0F}}, Tensor{1.0F, 2.0F});
                         },
                         "[solve_triangular] expected triangles without zeros on their diagonal, received float32 (2, "
                         "2) with a zero in row 1"}};
  rows.push_back(row("solve_triangular", "vectors", {{2, 3, 3}, {2, 3}}, binary([](const Symbol& a, const Symbol& b) {
                       return ops::solve_triangular(regular(a), b, true);
                     })));
}

// Of vectors whose sign is free.
std::vector<Symbol> squares_of(const ops::Svd& parts) { return {ops::square(parts.u), parts.s, ops::square(parts.vh)}; }

void add_spectra(std::vector<OpCase>& rows) {
  rows.push_back(row("eigh", "", {{2, 4, 4}}, [](const std::vector<Symbol>& x) {
    const ops::Eigenpairs pairs = ops::eigh(symmetric(x[0]));
    return std::vector<Symbol>{pairs.w, ops::square(pairs.v)};
  }));
  rows.push_back(row("eigh", "values", {{2, 4, 4}}, unary([](const Symbol& x) { return ops::eigh(symmetric(x)).w; })));
  rows.push_back(without_gradient(row("eig", "", {{2, 4, 4}}, [](const std::vector<Symbol>& x) {
    const ops::Eigenpairs pairs = ops::eig(x[0]);
    return std::vector<Symbol>{pairs.w, pairs.v};
  })));
  const auto reduced = [](const std::vector<Symbol>& x) { return squares_of(ops::svd(spread(x[0]), false)); };
  const auto full = [](const std::vector<Symbol>& x) { return squares_of(ops::svd(spread(x[0]))); };
  rows.push_back(row("svd", "more rows", {{2, 4, 3}}, reduced));
  rows.push_back(row("svd", "more columns", {{2, 3, 4}}, reduced));
  rows.push_back(of_known_size(row("svd", "full and square", {{2, 3, 3}}, full)));
  rows.push_back(of_known_size(without_gradient(row("svd", "full", {{2, 3, 5}}, full))));
  rows.push_back(of_known_size(
      row("svd", "values of the full one", {{2, 3, 4}}, unary([](const Symbol& x) { return ops::svd(spread(x)).s; }))));
  rows.push_back(
      row("svd", "values", {{2, 4, 3}}, unary([](const Symbol& x) { return ops::svd(spread(x), true, false).s; })));
  for (const ops::NormOrder& ord : {ops::NormOrder(2), ops::NormOrder(-2), ops::NormOrder("nuc")})
    rows.push_back(row("svd", "norm of matrices", {{4, 2, 3}}, unary([=](const Symbol& x) {
                         return ops::norm(x, {.ord = ord, .axis = {2, 0}, .keepdims = true});
                       })));
  rows.push_back(without_gradient(
      row("svd", "matrix_rank", {{2, 4, 3}}, unary([](const Symbol& x) { return ops::matrix_rank(x); }))));
  const auto pinv = unary([](const Symbol& x) { return ops::pinv(spread(x)); });
  rows.push_back(row("pinv", "more rows", {{2, 5, 3}}, pinv));
  rows.push_back(row("pinv", "more columns", {{2, 3, 5}}, pinv));
  rows.push_back(
      with_errors(row("pinv", "lstsq", {{6, 3}, {6, 2}},
                      binary([](const Symbol& a, const Symbol& b) { return ops::lstsq(spread(a), b); })),
                  {{[] {
                      (void)ops::lstsq(x_of({6, 3}), x_of({5}));
                    },
                    "[lstsq] expected as many rows of b as of a, received shapes (6, 3) and (5,)"},
                   {[] {
                      (void)ops::lstsq(x_of({2, 6, 3}), x_of({6}));
                    },
                    "[lstsq] expected a matrix a (M, N) and b (M,) or (M, P), received shapes (2, 6, 3) and (6,)"},
                   {[] {
                      (void)ops::pinv(x_of({6, 3}), -1.0);
                    },
                    "[pinv] expected rcond of at least 0, received -1"}}));
  rows.push_back(
      with_errors(row("sum", "cdist", {{2, 3, 4}, {5, 4}},
                      binary([](const Symbol& x, const Symbol& y) { return ops::cdist(x, y); })),
                  {{[] {
                      (void)ops::cdist(x_of({3, 4}), x_of({3, 5}));
                    },
                    "[cdist] expected vectors of one length, received shapes (3, 4) and (3, 5)"},
                   {[] {
                      (void)ops::cdist(x_of({4}), x_of({3, 4}));
                    },
                    "[cdist] expected vectors (..., M, D) and (..., N, D), received shapes (4,) and (3, 4)"}}));
}

}  // namespace

std::vector<OpCase> decomposition_cases() {
  std::vector<OpCase> rows;
  add_factorizations(rows);
  add_inverses(rows);
  add_spectra(rows);
  return rows;
}

}  // namespace kerascpp::test
