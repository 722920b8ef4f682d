#include <cmath>
#include <limits>

#include "backends/reference/families.hpp"
#include "backends/reference/lapack.hpp"
#include "backends/reference/matrices.hpp"

/// det, slogdet, inv, solve and solve_triangular by LAPACK, which sees a matrix stored by rows as its transpose.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

// The factors L and U of the transpose of one matrix.
struct Factors {
  explicit Factors(std::int64_t N) : n(static_cast<int>(N)), lu(static_cast<std::size_t>(N * N)) {
    pivots.resize(static_cast<std::size_t>(N));
  }

  // Whether the matrix has an inverse.
  bool take(const double* matrix) {
    std::copy_n(matrix, lu.size(), lu.begin());
    return n == 0 || lapack::getrf(n, n, lu.data(), pivots.data()) == 0;
  }
  [[nodiscard]] double diagonal(int i) const {
    return lu[static_cast<std::size_t>(i) * static_cast<std::size_t>(n + 1)];
  }
  [[nodiscard]] bool exchanged(int i) const { return pivots[static_cast<std::size_t>(i)] != i + 1; }

  int n;
  std::vector<double> lu;
  std::vector<int> pivots;
};

void check_regular(const Query& query, bool regular, std::int64_t index) {
  KCPP_CHECK(regular, ValueError, "[", query.op.name, "] expected matrices that have an inverse, received ",
             matrix_text(query.inputs[0], index), ", which is singular; pinv and lstsq take singular matrices");
}

void run_det(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  Factors factors(size.rows);
  WideOutput y(query, 0);
  for (std::int64_t b = 0; b < size.count; ++b) {
    (void)factors.take(x.data() + b * size.elements);
    double determinant = 1;
    for (int i = 0; i < factors.n; ++i)
      determinant *= factors.exchanged(i) ? -factors.diagonal(i) : factors.diagonal(i);
    y.data()[b] = determinant;
  }
  y.store(arguments);
}

void run_slogdet(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  Factors factors(size.rows);
  WideOutput sign(query, 0), logarithm(query, 1);
  for (std::int64_t b = 0; b < size.count; ++b) {
    double& s = sign.data()[b] = 1;
    double& l = logarithm.data()[b] = 0;
    if (!factors.take(x.data() + b * size.elements)) {
      s = 0;
      l = -std::numeric_limits<double>::infinity();
      continue;
    }
    for (int i = 0; i < factors.n; ++i) {
      const double u = factors.diagonal(i);
      if (factors.exchanged(i) != (u < 0)) s = -s;
      l += std::log(std::abs(u));
    }
  }
  sign.store(arguments);
  logarithm.store(arguments);
}

void run_inv(const Query& query, const Arguments& arguments) {
  const MatrixSizes size(query.inputs[0].shape);
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  Factors factors(size.rows);
  WideOutput y(query, 0);
  for (std::int64_t b = 0; b < size.count && factors.n > 0; ++b) {
    check_regular(query, factors.take(x.data() + b * size.elements), b);
    lapack::getri("inv", factors.n, factors.lu.data(), factors.pivots.data());
    std::copy(factors.lu.begin(), factors.lu.end(), y.data() + b * size.elements);
  }
  y.store(arguments);
}

// Calls solve(matrix of a, its number, right-hand side by columns) for each matrix of the broadcast batch.
template <class Solve>
void solve_all(const Query& query, const Arguments& arguments, Solve solve) {
  const Shape &a_shape = query.inputs[0].shape, &b_shape = query.inputs[1].shape, &shape = query.outputs[0].shape;
  const MatrixSizes size(shape);
  const auto a = load<double>(arguments.inputs[0], query.inputs[0]);
  const auto b = load<double>(arguments.inputs[1], query.inputs[1]);
  const Shape batch = batch_of(shape);
  std::vector<double> columns(static_cast<std::size_t>(size.elements));
  WideOutput x(query, 0);
  for (std::int64_t i = 0; i < size.count && size.elements > 0; ++i) {
    const std::int64_t number = matrix_of(i, batch, batch_of(a_shape));
    transpose_matrix(b.data() + matrix_of(i, batch, batch_of(b_shape)) * size.elements, size.rows, size.columns,
                     columns.data());
    solve(a.data() + number * size.rows * size.rows, number, columns.data());
    transpose_matrix(columns.data(), size.columns, size.rows, x.data() + i * size.elements);
  }
  x.store(arguments);
}

void run_solve(const Query& query, const Arguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  Factors factors(shape.dim(-2));
  const int columns = static_cast<int>(shape.dim(-1));
  solve_all(query, arguments, [&](const double* a, std::int64_t number, double* b) {
    check_regular(query, factors.take(a), number);
    lapack::getrs_transposed("solve", factors.n, columns, factors.lu.data(), factors.pivots.data(), b);
  });
}

void run_solve_triangular(const Query& query, const Arguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  const bool lower = query.attributes.flag("lower"), transpose = query.attributes.flag("transpose");
  const int n = static_cast<int>(shape.dim(-2)), columns = static_cast<int>(shape.dim(-1));
  solve_all(query, arguments, [&](const double* a, std::int64_t number, double* b) {
    const int zero = lapack::trtrs(lower, !transpose, n, columns, a, b);
    KCPP_CHECK(zero == 0, ValueError,
               "[solve_triangular] expected triangles without zeros on their diagonal, received ",
               matrix_text(query.inputs[0], number), " with a zero in row ", zero - 1);
  });
}

}  // namespace

void register_inverse_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "det", run_det);
  add_reference_kernel(registry, "slogdet", run_slogdet);
  add_reference_kernel(registry, "inv", run_inv);
  add_reference_kernel(registry, "solve", run_solve);
  add_reference_kernel(registry, "solve_triangular", run_solve_triangular);
}

}  // namespace kerascpp::reference
