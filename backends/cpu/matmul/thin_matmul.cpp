#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/product_steps.hpp"
#include "backends/cpu/matmul/thin_loops.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

// Products of more rows than this read b often enough for a library's blocking to pay...
constexpr std::int64_t kFewRows = ThinLoops::kMostRows;
// ... unless there is so little to do that calling it is the larger part.
constexpr std::int64_t kFewProducts = 1 << 14;
// columns that threads take: cache lines are not shared
constexpr std::int64_t kColumnUnit = 64;
// elements of b that one thread reads in the time that waking another takes
constexpr std::int64_t kGrain = 1 << 15;

class ThinMatmulKernel final : public runtime::Kernel {
 public:
  ThinMatmulKernel(std::int64_t M, std::int64_t N, std::int64_t K, bool dots, ProductSteps steps)
      : M_(M), N_(N), K_(K), dots_(dots), steps_(steps) {}

  void run(const runtime::KernelArguments& arguments) const override {
    const std::int64_t units = (N_ + kColumnUnit - 1) / kColumnUnit;
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, K_ * kColumnUnit));
    parallel_for(units, grain, [&](std::int64_t first, std::int64_t last) {
      compute(arguments, first * kColumnUnit, std::min(N_, last * kColumnUnit));
    });
  }

 private:
  void compute(const runtime::KernelArguments& arguments, std::int64_t first, std::int64_t last) const {
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    const auto* b = static_cast<const float*>(arguments.inputs[1]);
    const float* bias =
        steps_.bias_input < 0 ? nullptr : static_cast<const float*>(arguments.inputs[steps_.bias_input]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    const std::int64_t columns = last - first;
    const ThinLoops& loops = thin_loops();
    for (std::int64_t m = 0; m < M_; m += ThinLoops::kMostRows) {
      const int rows = static_cast<int>(std::min<std::int64_t>(ThinLoops::kMostRows, M_ - m));
      for (int r = 0; r < rows; ++r) {
        float* row = y + (m + r) * N_ + first;
        if (bias != nullptr)
          std::copy_n(bias + first, columns, row);
        else
          std::fill_n(row, columns, 0.0f);
        if (dots_)
          for (std::int64_t n = 0; n < columns; ++n) row[n] += loops.dot(a + (m + r) * K_, b + (first + n) * K_, K_);
      }
      if (!dots_) loops.accumulate(rows, a + m * K_, K_, b + first, N_, y + m * N_ + first, N_, K_, columns);
      for (int r = 0; r < rows; ++r) finish_product(steps_, arguments, (m + r) * N_ + first, columns);
    }
  }

  std::int64_t M_, N_, K_;
  bool dots_;  // rows of a times rows of b
  ProductSteps steps_;
};

std::int64_t leading(const Shape& shape) { return shape.size() / (shape[shape.ndim() - 2] * shape.back()); }

Prepared prepare(const KernelQuery& query) {
  const TensorSpec &a = query.inputs[0], &b = query.inputs[1], &c = query.outputs[0];
  if (a.dtype != DType::Float32 || b.dtype != DType::Float32 || c.dtype != DType::Float32)
    return Prepared::refuse("takes float32 only");
  if (a.shape.ndim() < 2 || b.shape.ndim() < 2 || c.shape.size() == 0 || a.shape.size() == 0)
    return Prepared::refuse("takes matrices with elements only");
  const bool transpose_b = query.attributes.flag("transpose_b");
  const std::int64_t K = query.attributes.flag("transpose_a") ? a.shape[a.shape.ndim() - 2] : a.shape.back();
  const std::int64_t N = c.shape.back(), M = c.shape.size() / N;
  // a transposed column is a row
  if (query.attributes.flag("transpose_a") && a.shape.back() != 1) return Prepared::refuse("a is transposed");
  if (leading(b.shape) != 1) return Prepared::refuse("a batch of matrices b");
  if (M > kFewRows && M * N * K > kFewProducts) return Prepared::refuse(text_of(M, " rows are not few"));
  ProductSteps steps;
  const std::string refusal = read_steps(query.attributes.get_or<std::string>("epilogue", {}), 2, steps);
  if (!refusal.empty()) return Prepared::refuse(refusal);
  Prepared prepared;
  prepared.kernel = std::make_shared<ThinMatmulKernel>(M, N, K, transpose_b || N == 1, steps);
  prepared.implementation = transpose_b || N == 1 ? "dots" : "columns";
  return prepared;
}

}  // namespace

const ThinLoops& thin_loops() {
#if defined(__x86_64__)
  static const ThinLoops loops = instruction_set() == InstructionSet::Avx512 ? thin_loops_for<InstructionSet::Avx512>()
                                 : instruction_set() == InstructionSet::Avx2
                                     ? thin_loops_for<InstructionSet::Avx2>()
                                     : thin_loops_for<InstructionSet::Baseline>();
#else
  static const ThinLoops loops = thin_loops_for<InstructionSet::Baseline>();
#endif
  return loops;
}

void register_thin_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "thin", "matmul", prepare});
}

}  // namespace kerascpp::cpu
