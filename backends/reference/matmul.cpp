#include "backends/reference/batch.hpp"
#include "backends/reference/epilogue.hpp"
#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

void run_matmul(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape &a_shape = query.inputs[0].shape, &b_shape = query.inputs[1].shape, &shape = query.outputs[0].shape;
  const bool transpose_a = query.attributes.flag("transpose_a"), transpose_b = query.attributes.flag("transpose_b");
  const Shape batch = batch_of(shape), a_batch = batch_of(a_shape), b_batch = batch_of(b_shape);
  const std::int64_t N = shape.dim(-2), M = shape.dim(-1), K = a_shape.dim(transpose_a ? -2 : -1);
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto a = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto b = load<Wide>(arguments.inputs[1], query.inputs[1]);
    xt::xarray<Wide> c = xt::zeros<Wide>(std::vector<std::size_t>(shape.begin(), shape.end()));
    const std::int64_t matrices = N * M == 0 ? 0 : shape.size() / (N * M);
    for (std::int64_t i = 0; i < matrices; ++i) {
      const Wide* ai = a.data() + matrix_of(i, batch, a_batch) * N * K;
      const Wide* bi = b.data() + matrix_of(i, batch, b_batch) * K * M;
      Wide* ci = c.data() + i * N * M;
      for (std::int64_t n = 0; n < N; ++n)
        for (std::int64_t k = 0; k < K; ++k) {
          const Wide left = transpose_a ? ai[k * N + n] : ai[n * K + k];
          for (std::int64_t m = 0; m < M; ++m) ci[n * M + m] += left * (transpose_b ? bi[m * K + k] : bi[k * M + m]);
        }
    }
    apply_epilogue(query, arguments, 2, c);
    store<Wide>(c, arguments.outputs[0], query.outputs[0]);
  });
}

}  // namespace

void register_matmul_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "matmul", run_matmul);
}

}  // namespace kerascpp::reference
