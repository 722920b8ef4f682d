#include <algorithm>
#include <limits>

#include "backends/reference/families.hpp"
#include "backends/reference/lapack.hpp"
#include "backends/reference/matrices.hpp"
#include "ops/dtype_limits.hpp"

/// eigh, eig, svd and pinv by LAPACK, which sees a matrix stored by rows as its transpose.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

void run_eigh(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const std::int64_t N = size.rows;
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  std::vector<double> vectors(static_cast<std::size_t>(size.elements));
  WideOutput w(query, 0), v(query, 1);
  for (std::int64_t b = 0; b < size.count && N > 0; ++b) {
    std::copy_n(x.data() + b * size.elements, size.elements, vectors.begin());
    lapack::syevd_upper("eigh", static_cast<int>(N), vectors.data(), w.data() + b * N);
    transpose_matrix(vectors.data(), N, N, v.data() + b * size.elements);
  }
  w.store(arguments);
  v.store(arguments);
}

void run_eig(const Query& query, const Arguments& arguments) {
  const TensorSpec& spec = query.inputs[0];
  const MatrixSizes size(spec.shape);
  const std::int64_t N = size.rows;
  const auto n = static_cast<std::size_t>(N);
  const auto x = load<double>(arguments.inputs[0], spec);
  std::vector<double> matrix(n * n), packed(n * n), real(n), imaginary(n);
  const auto zeros_of = [](const TensorSpec& output) -> xt::xarray<Complex> {
    return xt::zeros<Complex>(std::vector<std::size_t>(output.shape.begin(), output.shape.end()));
  };
  xt::xarray<Complex> w = zeros_of(query.outputs[0]), v = zeros_of(query.outputs[1]);
  for (std::int64_t b = 0; b < size.count && N > 0; ++b) {
    transpose_matrix(x.data() + b * size.elements, N, N, matrix.data());
    lapack::geev("eig", static_cast<int>(N), matrix.data(), real.data(), imaginary.data(), packed.data());
    for (std::size_t j = 0; j < n; ++j) {
      w.data()[static_cast<std::size_t>(b) * n + j] = {real[j], imaginary[j]};
      // of a conjugate pair, which has the positive part first, the two columns are real and imaginary part
      const bool second = imaginary[j] < 0, is_real = imaginary[j] == 0;
      const std::size_t first = second ? j - 1 : j;
      for (std::size_t i = 0; i < n; ++i) {
        const double imaginary_part = is_real ? 0 : packed[(first + 1) * n + i];
        v.data()[(static_cast<std::size_t>(b) * n + i) * n + j] = {packed[first * n + i],
                                                                   second ? -imaginary_part : imaginary_part};
      }
    }
  }
  store<Complex>(w, arguments.outputs[0], query.outputs[0]);
  store<Complex>(v, arguments.outputs[1], query.outputs[1]);
}

// The transpose vh^T diag(s) u^T of a matrix, so that its left vectors by columns are vh by rows.
void decompose(const Query& query, char job, const double* matrix, double* u, double* s, double* vh) {
  const MatrixSizes size(query.inputs[0].shape);
  std::vector<double> copy(matrix, matrix + size.elements);
  lapack::gesdd(query.op.name, job, static_cast<int>(size.columns), static_cast<int>(size.rows), copy.data(), s, vh, u);
}

void run_svd(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const std::int64_t M = size.rows, N = size.columns, K = std::min(M, N);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  if (!query.attributes.flag("compute_uv")) {
    WideOutput s(query, 0);
    for (std::int64_t b = 0; b < size.count && K > 0; ++b)
      decompose(query, 'N', x.data() + b * size.elements, nullptr, s.data() + b * K, nullptr);
    return s.store(arguments);
  }
  const bool full = query.attributes.flag("full_matrices");
  WideOutput u(query, 0), s(query, 1), vh(query, 2);
  for (std::int64_t b = 0; b < size.count && K == 0 && full; ++b) {  // no values, and any vectors
    for (std::int64_t i = 0; i < M; ++i) u.data()[(b * M + i) * M + i] = 1;
    for (std::int64_t i = 0; i < N; ++i) vh.data()[(b * N + i) * N + i] = 1;
  }
  for (std::int64_t b = 0; b < size.count && K > 0; ++b)
    decompose(query, full ? 'A' : 'S', x.data() + b * size.elements, u.data() + b * M * (full ? M : K),
              s.data() + b * K, vh.data() + b * N * (full ? N : K));
  u.store(arguments);
  s.store(arguments);
  vh.store(arguments);
}

// v diag(1 / s) u^T over the singular values above `rcond` times the largest
void run_pinv(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const std::int64_t M = size.rows, N = size.columns, K = std::min(M, N);
  const double given = query.attributes.number("rcond");
  const double rcond =
      given >= 0 ? given : static_cast<double>(std::max(M, N)) * ops::machine_epsilon(query.inputs[0].dtype);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  std::vector<double> u(static_cast<std::size_t>(M * K)), s(static_cast<std::size_t>(K));
  std::vector<double> vh(static_cast<std::size_t>(K * N));
  WideOutput y(query, 0);
  for (std::int64_t b = 0; b < size.count && K > 0; ++b) {
    decompose(query, 'S', x.data() + b * size.elements, u.data(), s.data(), vh.data());
    double* to = y.data() + b * size.elements;
    for (std::int64_t k = 0; k < K; ++k) {
      const double value = s[static_cast<std::size_t>(k)];
      if (value <= rcond * s[0] || value == 0) continue;
      for (std::int64_t j = 0; j < N; ++j)
        for (std::int64_t i = 0; i < M; ++i)
          to[j * M + i] += vh[static_cast<std::size_t>(k * N + j)] / value * u[static_cast<std::size_t>(i * K + k)];
    }
  }
  y.store(arguments);
}

}  // namespace

void register_spectrum_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "eigh", run_eigh);
  add_reference_kernel(registry, "eig", run_eig);
  add_reference_kernel(registry, "svd", run_svd);
  add_reference_kernel(registry, "pinv", run_pinv);
}

}  // namespace kerascpp::reference
