#include <kerascpp/ops/linalg.hpp>

#include "support/op_fixtures.hpp"

/// Decompositions of matrices, called as in keras.ops.linalg.
namespace kerascpp::test {
namespace {

std::optional<double> limit_of(const FixtureArguments& a, std::size_t position, std::string_view name) {
  return a.has(position, name) ? std::optional(a.number(position, name, 0)) : std::nullopt;
}

template <class T>
std::vector<T> svd_of(const ArgumentsOf<T>& a) {
  const bool compute_uv = a.flag(2, "compute_uv", true);
  const auto parts = ops::svd(a.tensor(0, "x"), a.flag(1, "full_matrices", true), compute_uv);
  return compute_uv ? std::vector<T>{parts.u, parts.s, parts.vh} : std::vector<T>{parts.s};
}

template <class T>
FixtureOps<T> table_of() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  return {
      {"cholesky", [=](const Arguments& a) { return Results{ops::cholesky(x_of(a), a.flag(1, "upper", false))}; }},
      {"cholesky_inverse",
       [=](const Arguments& a) { return Results{ops::cholesky_inverse(x_of(a), a.flag(1, "upper", false))}; }},
      {"det", [=](const Arguments& a) { return Results{ops::det(x_of(a))}; }},
      {"slogdet",
       [=](const Arguments& a) {
         const auto parts = ops::slogdet(x_of(a));
         return Results{parts.sign, parts.logabsdet};
       }},
      {"logdet", [=](const Arguments& a) { return Results{ops::logdet(x_of(a))}; }},
      {"inv", [=](const Arguments& a) { return Results{ops::inv(x_of(a))}; }},
      {"lu_factor",
       [=](const Arguments& a) {
         const auto parts = ops::lu_factor(x_of(a));
         return Results{parts.lu, parts.pivots};
       }},
      {"qr",
       [=](const Arguments& a) {
         const auto parts = ops::qr(x_of(a), a.text(1, "mode", "reduced"));
         return Results{parts.q, parts.r};
       }},
      {"eigh",
       [=](const Arguments& a) {
         const auto pairs = ops::eigh(x_of(a));
         return Results{pairs.w, pairs.v};
       }},
      {"svd", svd_of<T>},
      {"matrix_rank", [=](const Arguments& a) { return Results{ops::matrix_rank(x_of(a), limit_of(a, 1, "tol"))}; }},
      {"pinv", [=](const Arguments& a) { return Results{ops::pinv(x_of(a), limit_of(a, 1, "rcond"))}; }},
      {"solve", [](const Arguments& a) { return Results{ops::solve(a.tensor(0, "a"), a.tensor(1, "b"))}; }},
      {"solve_triangular",
       [](const Arguments& a) {
         return Results{ops::solve_triangular(a.tensor(0, "a"), a.tensor(1, "b"), a.flag(2, "lower", false))};
       }},
      {"lstsq",
       [](const Arguments& a) {
         return Results{ops::lstsq(a.tensor(0, "a"), a.tensor(1, "b"), limit_of(a, 2, "rcond"))};
       }},
      {"cdist", [](const Arguments& a) { return Results{ops::cdist(a.tensor(0, "x"), a.tensor(1, "y"))}; }},
  };
}

}  // namespace

FixtureTable decomposition_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
