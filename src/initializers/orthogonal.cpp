#include <algorithm>
#include <cmath>

#include "initializers/families.hpp"
#include "initializers/random_source.hpp"
#include "saving/field_types.hpp"

namespace kerascpp::initializers {
namespace {

// several sums side by side, so that they fit vector registers
double dot(const double* a, const double* b, std::int64_t length) {
  constexpr std::int64_t kLanes = 8;
  double sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= length; i += kLanes)
    for (std::int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  double sum = 0;
  for (const double part : sums) sum += part;
  for (; i < length; ++i) sum += a[i] * b[i];
  return sum;
}

/// Takes the projections on the orthonormal rows [0, count) of `basis` out of `v`.
void project_out(const double* basis, std::int64_t count, double* v, std::int64_t length) {
  for (std::int64_t row = 0; row < count; ++row) {
    const double* q = basis + row * length;
    const double projection = dot(q, v, length);
    for (std::int64_t i = 0; i < length; ++i) v[i] -= projection * q[i];
  }
}

/// Makes the rows of `vectors` (N, M), N <= M, orthonormal, one after the other (modified Gram-Schmidt). The diagonal
/// of R is positive this way, so a matrix of normal values gives a uniformly distributed one.
void orthonormalize_rows(double* vectors, std::int64_t count, std::int64_t length) {
  for (std::int64_t row = 0; row < count; ++row) {
    double* v = vectors + row * length;
    double before, norm = std::sqrt(dot(v, v, length));
    do {
      before = norm;
      project_out(vectors, row, v, length);
      norm = std::sqrt(dot(v, v, length));
      // where much was cancelled, what is left is not orthogonal to working precision: once more
    } while (norm < 0.7 * before);
    for (std::int64_t i = 0; i < length; ++i) v[i] /= norm;
  }
}

class OrthogonalMatrix final : public Configured<OrthogonalMatrix, InitializerBase, OrthogonalOptions> {
 public:
  static constexpr const char* kClassName = "Orthogonal";
  using Configured::Configured;

  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype) const override {
    KCPP_CHECK(shape.ndim() >= 2, ShapeError, "[Orthogonal] the initializer needs at least two axes, received shape ",
               shape);
    const std::int64_t columns = shape.back(), rows = shape.slice(0, shape.ndim() - 1).size();
    const std::int64_t count = std::min(rows, columns), length = std::max(rows, columns);
    Tensor vectors = with_stream(options_.seed, [&](RandomStream& stream) {
      return stream.normal({count, length}, 0, 1, DType::Float64);
    });
    orthonormalize_rows(vectors.data<double>(), count, length);

    Tensor matrix = Tensor::empty({rows, columns}, DType::Float64);
    const bool columns_are_vectors = rows > columns;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j)
        matrix.data<double>()[i * columns + j] =
            options_.gain * vectors.data<double>()[columns_are_vectors ? j * length + i : i * length + j];
    return matrix.reshape(shape).astype(dtype);
  }
};

}  // namespace

Initializer Orthogonal(const OrthogonalOptions& options) { return std::make_shared<OrthogonalMatrix>(options); }

void register_orthogonal_initializer(ObjectRegistry& registry) {
  registry.add(initializer_class<OrthogonalMatrix>({"orthogonal", "OrthogonalInitializer"}));
}

}  // namespace kerascpp::initializers
