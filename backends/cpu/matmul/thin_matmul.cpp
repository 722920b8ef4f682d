#include <algorithm>
#include <atomic>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/panel_product.hpp"
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
// columns that threads take: cache lines are not shared, and the sums of as many in panels fill the registers
constexpr std::int64_t kColumnUnit = 128;
// elements of b that one thread reads in the time that waking another takes
constexpr std::int64_t kGrain = 1 << 15;
// elements of b in a slice of its rows: one stretch of memory, which is read faster than as many columns
constexpr std::int64_t kSlice = 1 << 16;
constexpr std::int64_t kMostSlices = 16;

/// How b lies, and so how sums are made.
enum class Way {
  Columns,  // (K, N): a row of b times one number is added to the sums
  Dots,     // (N, K): rows of a times rows of b
  Panels,   // in panels: as columns, with the sums in registers
};

class ThinMatmulKernel final : public runtime::Kernel {
 public:
  ThinMatmulKernel(std::int64_t M, std::int64_t N, std::int64_t K, Way way, ProductSteps steps)
      : M_(M), N_(N), K_(K), way_(way), steps_(steps) {
    // as many slices for any number of threads, so that the sums are the same; an even number, as that of threads is
    if (way == Way::Columns && M <= ThinLoops::kMostRows && K * N >= 2 * kSlice)
      slices_ = std::min<std::int64_t>(K * N / kSlice / 2 * 2, kMostSlices);
  }

  /// A sum for each slice.
  [[nodiscard]] std::size_t workspace_bytes() const {
    return slices_ == 1 ? 0 : static_cast<std::size_t>(slices_ * M_ * N_) * sizeof(float);
  }

  void run(const runtime::KernelArguments& arguments) const override {
    if (slices_ > 1) return run_slices(arguments);
    // There and back in turns: the columns that a call ends with are still in the cache of their core when the next one
    // begins with them.
    const bool backwards = backwards_.fetch_xor(1, std::memory_order_relaxed) != 0;
    const std::int64_t units = (N_ + kColumnUnit - 1) / kColumnUnit;
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, K_ * kColumnUnit));
    parallel_for(units, grain, [&](std::int64_t first, std::int64_t last) {
      if (way_ != Way::Panels) return compute(arguments, first * kColumnUnit, std::min(N_, last * kColumnUnit));
      for (std::int64_t i = first; i < last; ++i) {
        const std::int64_t unit = backwards ? first + last - 1 - i : i;
        compute(arguments, unit * kColumnUnit, std::min(N_, (unit + 1) * kColumnUnit));
      }
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
        if (way_ == Way::Dots)
          for (std::int64_t n = 0; n < columns; ++n) row[n] += loops.dot(a + (m + r) * K_, b + (first + n) * K_, K_);
        if (way_ == Way::Panels) loops.accumulate_panels(a + (m + r) * K_, b + first * K_, row, K_, columns);
      }
      if (way_ == Way::Columns)
        loops.accumulate(rows, a + m * K_, K_, b + first, N_, y + m * N_ + first, N_, K_, columns);
      for (int r = 0; r < rows; ++r) finish_product(steps_, arguments, (m + r) * N_ + first, columns);
    }
  }

  void run_slices(const runtime::KernelArguments& arguments) const {
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    const auto* b = static_cast<const float*>(arguments.inputs[1]);
    auto* sums = static_cast<float*>(arguments.workspace);
    const std::int64_t size = M_ * N_;
    parallel_for(slices_, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t slice = first; slice < last; ++slice) {
        const std::int64_t k = K_ * slice / slices_, end = K_ * (slice + 1) / slices_;
        float* sum = sums + slice * size;
        std::fill_n(sum, size, 0.0f);
        thin_loops().accumulate(static_cast<int>(M_), a + k, K_, b + k * N_, N_, sum, N_, end - k, N_);
      }
    });
    const float* bias =
        steps_.bias_input < 0 ? nullptr : static_cast<const float*>(arguments.inputs[steps_.bias_input]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t m = 0; m < M_; ++m) {
      float* row = y + m * N_;
      std::copy_n(sums + m * N_, N_, row);
      for (std::int64_t slice = 1; slice < slices_; ++slice) add(sums + slice * size + m * N_, row);
      if (bias != nullptr) add(bias, row);
      finish_product(steps_, arguments, m * N_, N_);
    }
  }

  void add(const float* from, float* to) const {
    for (std::int64_t n = 0; n < N_; ++n) to[n] += from[n];
  }

  std::int64_t M_, N_, K_;
  std::int64_t slices_ = 1;
  Way way_;
  ProductSteps steps_;
  mutable std::atomic<unsigned> backwards_{0};
};

std::int64_t leading(const Shape& shape) { return shape.size() / (shape[shape.ndim() - 2] * shape.back()); }

/// Whether b, of so many elements, comes in panels or is worth them: it can be packed once, and its dots would be
/// short, or it is too large for the second-level cache and read faster in one stretch. Not so large that the memory
/// counts.
bool makes_panels(const KernelQuery& query, std::int64_t elements) {
  constexpr std::int64_t kMostOfDots = 1 << 15, kLeast = 2 * kSlice, kMost = 1 << 20;
  if (panel_loops().panel == 0 || query.inputs[1].shape.ndim() != 2) return false;
  const bool transpose_b = query.attributes.flag("transpose_b");
  if (query.input_layouts.size() > 1 && query.input_layouts[1] == panel_layout(transpose_b)) return true;
  const bool lasts = query.free_layouts.size() > 1 && query.free_layouts[1];
  return lasts && (transpose_b ? elements <= kMostOfDots : elements >= kLeast && elements <= kMost);
}

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
  const Way way = makes_panels(query, K * N) ? Way::Panels : transpose_b || N == 1 ? Way::Dots : Way::Columns;
  Prepared prepared;
  auto kernel = std::make_shared<ThinMatmulKernel>(M, N, K, way, steps);
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.kernel = std::move(kernel);
  prepared.implementation = way == Way::Panels ? "panels made before" : way == Way::Dots ? "dots" : "columns";
  if (way == Way::Panels) prepared.input_layouts = {runtime::Layout(), panel_layout(transpose_b)};
  return prepared;
}

}  // namespace

const ThinLoops& thin_loops() {
  static const ThinLoops loops = for_best_instruction_set([]<InstructionSet set>() { return thin_loops_for<set>(); });
  return loops;
}

void register_thin_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "thin", "matmul", prepare});
}

}  // namespace kerascpp::cpu
