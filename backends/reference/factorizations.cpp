#include <algorithm>
#include <numeric>

#include "backends/reference/families.hpp"
#include "backends/reference/lapack.hpp"
#include "backends/reference/matrices.hpp"

/// cholesky, lu_factor and qr by LAPACK, which sees a matrix stored by rows as its transpose.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

void run_cholesky(const Query& query, const Arguments& arguments) {
  const TensorSpec& spec = query.inputs[0];
  const MatrixSizes size(spec.shape);
  const std::int64_t N = size.rows;
  const bool upper = query.attributes.flag("upper");
  const auto x = load<double>(arguments.inputs[0], spec);
  std::vector<double> factor(static_cast<std::size_t>(size.elements));
  WideOutput y(query, 0);
  for (std::int64_t b = 0; b < size.count && N > 0; ++b) {
    std::copy_n(x.data() + b * size.elements, size.elements, factor.begin());
    // the lower triangle by rows is the upper one by columns, and so is L the U of U^T U
    const int minor = lapack::potrf_upper(static_cast<int>(N), factor.data());
    KCPP_CHECK(minor == 0, ValueError, "[cholesky] expected positive definite matrices, received ",
               matrix_text(spec, b), " whose leading minor of order ", minor,
               " is not positive; add a small multiple of the identity to it");
    double* to = y.data() + b * size.elements;
    for (std::int64_t i = 0; i < N; ++i)
      for (std::int64_t j = 0; j <= i; ++j)
        to[upper ? j * N + i : i * N + j] = factor[static_cast<std::size_t>(i * N + j)];
  }
  y.store(arguments);
}

void run_lu_factor(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const std::int64_t M = size.rows, N = size.columns, K = std::min(M, N);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  std::vector<double> by_columns(static_cast<std::size_t>(size.elements));
  auto* pivots = static_cast<std::int32_t*>(arguments.outputs[1]);
  auto* permutation = static_cast<std::int32_t*>(arguments.outputs[2]);
  WideOutput lu(query, 0);
  for (std::int64_t b = 0; b < size.count; ++b, pivots += K, permutation += M) {
    std::iota(permutation, permutation + M, 0);
    if (K == 0) continue;
    transpose_matrix(x.data() + b * size.elements, M, N, by_columns.data());
    // a zero on the diagonal of U is no hindrance
    (void)lapack::getrf(static_cast<int>(M), static_cast<int>(N), by_columns.data(), pivots);
    transpose_matrix(by_columns.data(), N, M, lu.data() + b * size.elements);
    for (std::int64_t i = 0; i < K; ++i) {
      --pivots[i];  // LAPACK counts from 1
      std::swap(permutation[i], permutation[pivots[i]]);
    }
  }
  lu.store(arguments);
}

void run_qr(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const std::int64_t M = size.rows, N = size.columns;
  const std::int64_t columns = query.outputs[0].shape.dim(-1);  // of q, rows of r
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  std::vector<double> by_columns(static_cast<std::size_t>(M * std::max(N, columns)));
  WideOutput q(query, 0), r(query, 1);
  for (std::int64_t b = 0; b < size.count && M > 0; ++b) {
    transpose_matrix(x.data() + b * size.elements, M, N, by_columns.data());
    const std::vector<double> factors =
        lapack::geqrf("qr", static_cast<int>(M), static_cast<int>(N), by_columns.data());
    for (std::int64_t j = 0; j < N; ++j)
      for (std::int64_t i = 0; i <= std::min(j, columns - 1); ++i)
        r.data()[(b * columns + i) * N + j] = by_columns[static_cast<std::size_t>(j * M + i)];
    lapack::orgqr("qr", static_cast<int>(M), static_cast<int>(columns), factors, by_columns.data());
    transpose_matrix(by_columns.data(), columns, M, q.data() + b * M * columns);
  }
  q.store(arguments);
  r.store(arguments);
}

}  // namespace

void register_factorization_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "cholesky", run_cholesky);
  add_reference_kernel(registry, "lu_factor", run_lu_factor);
  add_reference_kernel(registry, "qr", run_qr);
}

}  // namespace kerascpp::reference
