#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/panel_loops.hpp"
#include "backends/cpu/matmul/product_steps.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

// Depth of the panels that are packed at a time: a panel and the rows beside it stay in the second-level cache.
constexpr std::int64_t kDepth = 768;
// Products below which threads do not pay.
constexpr std::int64_t kGrain = 1 << 17;

std::int64_t pieces(std::int64_t n, std::int64_t size) { return (n + size - 1) / size; }

/// C (M, N) = A (M, K) B (K, N), float32, each operand transposed where the node says so.
class PanelMatmulKernel final : public runtime::Kernel {
 public:
  PanelMatmulKernel(std::int64_t M, std::int64_t N, std::int64_t K, bool transpose_a, bool transpose_b,
                    ProductSteps steps)
      : M_(M), N_(N), K_(K), transpose_a_(transpose_a), transpose_b_(transpose_b), steps_(steps) {}

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(panels_size() + rows_size()) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    auto* panels = static_cast<float*>(arguments.workspace);
    float* rows = panels + panels_size();
    for (std::int64_t first = 0; first < K_; first += kDepth) {
      const std::int64_t depth = std::min(kDepth, K_ - first);
      pack_panels(static_cast<const float*>(arguments.inputs[1]), first, depth, panels);
      if (transpose_a_) pack_rows(static_cast<const float*>(arguments.inputs[0]), first, depth, rows);
      // every sum runs over k in order, so threads may share the work in any way
      if (row_blocks() >= column_blocks())
        parallel_for(row_blocks(), grain(column_blocks()), [&](std::int64_t begin, std::int64_t end) {
          multiply(arguments, panels, rows, first, depth, begin, end, 0, column_blocks());
        });
      else
        parallel_for(column_blocks(), grain(row_blocks()), [&](std::int64_t begin, std::int64_t end) {
          multiply(arguments, panels, rows, first, depth, 0, row_blocks(), begin, end);
        });
    }
  }

 private:
  [[nodiscard]] std::int64_t row_blocks() const { return pieces(M_, panel_loops().row_unit); }
  [[nodiscard]] std::int64_t column_blocks() const { return pieces(N_, panel_loops().panel); }
  [[nodiscard]] std::int64_t panels_size() const {
    return column_blocks() * panel_loops().panel * std::min(kDepth, K_);
  }
  [[nodiscard]] std::int64_t rows_size() const {
    return transpose_a_ ? row_blocks() * panel_loops().row_unit * std::min(kDepth, K_) : 0;
  }
  // blocks that one thread takes at least, when each meets `others` blocks of the other axis
  [[nodiscard]] std::int64_t grain(std::int64_t others) const {
    const std::int64_t products = others * panel_loops().panel * panel_loops().row_unit * std::min(kDepth, K_);
    return pieces(kGrain, products);
  }

  void pack_panels(const float* b, std::int64_t first, std::int64_t depth, float* panels) const {
    const std::int64_t width = panel_loops().panel;
    parallel_for(column_blocks(), pieces(1 << 15, width * depth), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t block = begin; block < end; ++block) {
        const std::int64_t column = block * width, columns = std::min(width, N_ - column);
        float* panel = panels + block * width * depth;
        if (transpose_b_)
          panel_loops().pack_transposed(b + column * K_ + first, K_, depth, columns, panel);
        else
          panel_loops().pack(b + first * N_ + column, N_, depth, columns, panel);
      }
    });
  }

  void pack_rows(const float* a, std::int64_t first, std::int64_t depth, float* packed) const {
    const std::int64_t unit = panel_loops().row_unit;
    parallel_for(row_blocks(), pieces(1 << 15, unit * depth), [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t row = begin * unit;
      panel_loops().pack_rows(a + first * M_ + row, M_, depth, std::min(end * unit, M_) - row,
                              packed + begin * unit * depth);
    });
  }

  void multiply(const KernelArguments& arguments, const float* panels, const float* packed, std::int64_t first,
                std::int64_t depth, std::int64_t row_begin, std::int64_t row_end, std::int64_t column_begin,
                std::int64_t column_end) const {
    const PanelLoops& loops = panel_loops();
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    const bool last = first + depth == K_;
    const std::int64_t left = column_begin * loops.panel, right = std::min(N_, column_end * loops.panel);
    for (std::int64_t block = row_begin; block < row_end; ++block) {
      const std::int64_t row = block * loops.row_unit, rows = std::min<std::int64_t>(loops.row_unit, M_ - row);
      if (first == 0) start_rows(arguments, row, rows, left, right);
      for (std::int64_t panel = column_begin; panel < column_end; ++panel) {
        const std::int64_t column = panel * loops.panel, columns = std::min<std::int64_t>(loops.panel, N_ - column);
        const float* right_factors = panels + panel * loops.panel * depth;
        float* sums = y + row * N_ + column;
        const bool add = first > 0 || steps_.bias_input >= 0;
        if (transpose_a_)
          loops.multiply(rows, columns, packed + block * loops.row_unit * depth, 1, loops.row_unit, right_factors, sums,
                         N_, depth, add);
        else
          loops.multiply(rows, columns, a + row * K_ + first, K_, 1, right_factors, sums, N_, depth, add);
      }
      if (last)
        for (std::int64_t r = row; r < row + rows; ++r) finish_product(steps_, arguments, r * N_ + left, right - left);
    }
  }

  // sums start with the bias
  void start_rows(const KernelArguments& arguments, std::int64_t row, std::int64_t rows, std::int64_t left,
                  std::int64_t right) const {
    if (steps_.bias_input < 0) return;
    const auto* bias = static_cast<const float*>(arguments.inputs[steps_.bias_input]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t r = row; r < row + rows; ++r) std::copy(bias + left, bias + right, y + r * N_ + left);
  }

  std::int64_t M_, N_, K_;
  bool transpose_a_, transpose_b_;
  ProductSteps steps_;
};

Prepared prepare(const KernelQuery& query) {
  const TensorSpec &a = query.inputs[0], &b = query.inputs[1], &c = query.outputs[0];
  if (panel_loops().panel == 0) return Prepared::refuse("needs AVX2 or AVX-512");
  if (instruction_set() == InstructionSet::Avx512 && query.attributes.get_or<std::string>("algorithm", "") != "panels")
    return Prepared::refuse("oneDNN is as fast with AVX-512");
  if (a.dtype != DType::Float32 || b.dtype != DType::Float32 || c.dtype != DType::Float32)
    return Prepared::refuse("takes float32 only");
  if (a.shape.ndim() < 2 || b.shape.ndim() < 2 || c.shape.size() == 0 || a.shape.size() == 0)
    return Prepared::refuse("takes matrices with elements only");
  const bool transpose_a = query.attributes.flag("transpose_a"), transpose_b = query.attributes.flag("transpose_b");
  const std::int64_t N = c.shape.back(), M = c.shape.size() / N;
  const std::int64_t K = transpose_a ? a.shape.dim(-2) : a.shape.back();
  if (b.shape.size() != K * N) return Prepared::refuse("a batch of matrices b");
  if (transpose_a && a.shape.size() != a.shape.back() * K) return Prepared::refuse("a batch of transposed matrices a");
  constexpr std::int64_t kSmallest = 16;
  if (std::min({M, N, K}) < kSmallest) return Prepared::refuse("takes matrices of 16 rows and columns or more");
  ProductSteps steps;
  const std::string refusal = read_steps(query.attributes.get_or<std::string>("epilogue", {}), 2, steps);
  if (!refusal.empty()) return Prepared::refuse(refusal);
  const auto kernel = std::make_shared<PanelMatmulKernel>(M, N, K, transpose_a, transpose_b, steps);
  Prepared prepared;
  prepared.kernel = kernel;
  prepared.implementation = "panels";
  prepared.workspace_bytes = kernel->workspace_bytes();
  return prepared;
}

}  // namespace

const PanelLoops& panel_loops() {
#if defined(__x86_64__)
  static const PanelLoops loops = instruction_set() == InstructionSet::Avx512
                                      ? panel_loops_for<InstructionSet::Avx512>()
                                  : instruction_set() == InstructionSet::Avx2 ? panel_loops_for<InstructionSet::Avx2>()
                                                                              : PanelLoops{};
#else
  static const PanelLoops loops;
#endif
  return loops;
}

void register_panel_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "panels", "matmul", prepare});
}

}  // namespace kerascpp::cpu
