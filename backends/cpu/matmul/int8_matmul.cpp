#include <algorithm>

#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/int8_loops.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

const Int8Loops& int8_loops() {
  static const Int8Loops loops = for_best_instruction_set([]<InstructionSet set>() { return int8_loops_for<set>(); });
  return loops;
}

/// (M, K) x (K, N), each operand perhaps transposed. Panels of b are packed where they are used: it takes as long as
/// one row of a, and no longer than reading b takes anyway.
class Int8MatmulKernel final : public runtime::Kernel {
 public:
  Int8MatmulKernel(std::int64_t M, std::int64_t N, std::int64_t K, bool transpose_a, bool transpose_b)
      : M_(M), N_(N), K_(K), pairs_((K + 1) / 2), transpose_a_(transpose_a), transpose_b_(transpose_b) {
    panels_ = (N + int8_loops().panel - 1) / int8_loops().panel;
    parts_ = std::min<std::int64_t>(panels_, kMostParts);
  }

  /// Rows of a in pairs, and a panel of b for each part.
  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(rows_size() + parts_ * panel_size()) * sizeof(std::int16_t);
  }

  void run(const runtime::KernelArguments& arguments) const override {
    const auto* a = static_cast<const std::int8_t*>(arguments.inputs[0]);
    const auto* b = static_cast<const std::int8_t*>(arguments.inputs[1]);
    auto* y = static_cast<std::int32_t*>(arguments.outputs[0]);
    auto* rows = static_cast<std::int16_t*>(arguments.workspace);
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, K_));
    parallel_for(M_, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t m = first; m < last; ++m) pack_row(a, m, rows + m * 2 * pairs_);
    });
    const std::int64_t work = std::max<std::int64_t>(1, (M_ + 1) * K_ * int8_loops().panel * panels_ / parts_);
    parallel_for(parts_, std::max<std::int64_t>(1, kGrain / work), [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t part = first; part < last; ++part) {
        std::int16_t* panel = rows + rows_size() + part * panel_size();
        for (std::int64_t i = panels_ * part / parts_; i < panels_ * (part + 1) / parts_; ++i)
          multiply_panel(b, i * int8_loops().panel, rows, panel, y);
      }
    });
  }

 private:
  static constexpr std::int64_t kMostParts = 16;
  static constexpr std::int64_t kGrain = 1 << 15;  // elements that one thread takes while another wakes

  [[nodiscard]] std::int64_t rows_size() const { return M_ * 2 * pairs_; }
  [[nodiscard]] std::int64_t panel_size() const { return 2 * pairs_ * int8_loops().panel; }

  void pack_row(const std::int8_t* a, std::int64_t m, std::int16_t* to) const {
    for (std::int64_t k = 0; k < K_; ++k) to[k] = transpose_a_ ? a[k * M_ + m] : a[m * K_ + k];
    if (K_ % 2 != 0) to[K_] = 0;
  }

  void multiply_panel(const std::int8_t* b, std::int64_t first, const std::int16_t* rows, std::int16_t* panel,
                      std::int32_t* y) const {
    const std::int64_t width = int8_loops().panel, columns = std::min(width, N_ - first);
    for (std::int64_t k = 0; k < 2 * pairs_; ++k) {
      std::int16_t* to = panel + k / 2 * 2 * width + k % 2;
      for (std::int64_t n = 0; n < width; ++n) {
        const bool inside = k < K_ && n < columns;
        to[2 * n] = !inside ? 0 : transpose_b_ ? b[(first + n) * K_ + k] : b[k * N_ + first + n];
      }
    }
    for (std::int64_t m = 0; m < M_; m += Int8Loops::kMostRows)
      int8_loops().multiply(static_cast<int>(std::min<std::int64_t>(Int8Loops::kMostRows, M_ - m)),
                            rows + m * 2 * pairs_, pairs_, panel, pairs_, y + m * N_ + first, N_, columns);
  }

  std::int64_t M_, N_, K_, pairs_, panels_ = 0, parts_ = 0;
  bool transpose_a_, transpose_b_;
};

Prepared prepare(const KernelQuery& query) {
  const Shape &a = query.inputs[0].shape, &b = query.inputs[1].shape, &c = query.outputs[0].shape;
  if (query.inputs[0].dtype != DType::Int8 || query.outputs[0].dtype != DType::Int32)
    return Prepared::refuse("takes int8 only");
  if (!query.attributes.get_or<std::string>("epilogue", {}).empty()) return Prepared::refuse("an epilogue");
  if (a.size() == 0 || c.size() == 0) return Prepared::refuse("an operand without elements");
  const bool transpose_a = query.attributes.flag("transpose_a"), transpose_b = query.attributes.flag("transpose_b");
  // batches of a are further rows
  if (b.size() != b.dim(-1) * b.dim(-2)) return Prepared::refuse("a batch of matrices b");
  if (transpose_a && a.size() != a.dim(-1) * a.dim(-2)) return Prepared::refuse("a batch of transposed matrices a");
  const std::int64_t K = a.dim(transpose_a ? -2 : -1), N = c.back();
  auto kernel = std::make_shared<Int8MatmulKernel>(c.size() / N, N, K, transpose_a, transpose_b);
  Prepared prepared;
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.kernel = std::move(kernel);
  prepared.implementation = "pairs in 16 bits";
  return prepared;
}

}  // namespace

void register_int8_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "int8", "matmul", prepare});
}

}  // namespace kerascpp::cpu
