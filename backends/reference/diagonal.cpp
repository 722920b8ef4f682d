#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

// Calls visit(i, j) with the place i in the diagonals (..., L) of each element and its place j in the matrices
// (..., N, M).
template <class Visit>
void for_each_diagonal_element(const Shape& diagonals, const Shape& matrices, std::int64_t offset, Visit&& visit) {
  const std::int64_t N = matrices.dim(-2), M = matrices.dim(-1), L = diagonals.dim(-1);
  const std::int64_t count = matrices.slice(0, matrices.ndim() - 2).size();
  const std::int64_t first = offset >= 0 ? offset : -offset * M;
  for (std::int64_t b = 0; b < count; ++b)
    for (std::int64_t l = 0; l < L; ++l) visit(b * L + l, b * N * M + first + l * (M + 1));
}

template <bool scatter>
void run_diagonal(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec &from = query.inputs[0], &to = query.outputs[0];
  const std::int64_t offset = query.attributes.integer("offset");
  with_wide_type(from.dtype, [&]<class Wide>(Wide) {
    const auto x = load<Wide>(arguments.inputs[0], from);
    xt::xarray<Wide> y = xt::zeros<Wide>(std::vector<std::size_t>(to.shape.begin(), to.shape.end()));
    for_each_diagonal_element(scatter ? from.shape : to.shape, scatter ? to.shape : from.shape, offset,
                              [&](std::int64_t i, std::int64_t j) {
                                if constexpr (scatter)
                                  y.data()[j] = x.data()[i];
                                else
                                  y.data()[i] = x.data()[j];
                              });
    store<Wide>(y, arguments.outputs[0], to);
  });
}

}  // namespace

void register_diagonal_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "diagonal", run_diagonal<false>);
  add_reference_kernel(registry, "diagonal_scatter", run_diagonal<true>);
}

}  // namespace kerascpp::reference
