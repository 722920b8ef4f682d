#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/long_matmul.hpp"
#include "backends/cpu/matmul/panel_product.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

// Depth of the panels that are packed at a time: a panel and the rows beside it stay in the second-level cache.
constexpr std::int64_t kDepth = 768;
// Products below which threads do not pay.
constexpr std::int64_t kGrain = 1 << 17;
// Numbers to pack below which they do not pay either.
constexpr std::int64_t kPackGrain = 1 << 15;

class PanelMatmulKernel final : public runtime::Kernel {
 public:
  /// `packed_b`: b comes in panels, each over the whole of K.
  PanelMatmulKernel(const PanelProduct& product, bool packed_b)
      : product_(product), depth_(std::min(kDepth, product.K)), packed_b_(packed_b) {}

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(panels_size() + product_.rows_size(depth_)) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    const auto* b = static_cast<const float*>(arguments.inputs[1]);
    auto* panels = static_cast<float*>(arguments.workspace);
    float* packed = panels + panels_size();
    const std::int64_t rows = product_.row_blocks(), columns = product_.column_blocks();
    for (std::int64_t first = 0; first < product_.K; first += depth_) {
      const std::int64_t depth = std::min(depth_, product_.K - first);
      if (!packed_b_)
        parallel_for(
            columns, PanelProduct::pieces(kPackGrain, panel_loops().panel * depth),
            [&](std::int64_t begin, std::int64_t end) { product_.pack_columns(b, first, depth, begin, end, panels); });
      if (product_.transpose_a)
        parallel_for(
            rows, PanelProduct::pieces(kPackGrain, panel_loops().row_unit * depth),
            [&](std::int64_t begin, std::int64_t end) { product_.pack_rows(a, first, depth, begin, end, packed); });
      // every sum runs over k in order, so threads may share the work in any way
      if (rows >= columns)
        parallel_for(rows, grain(columns), [&](std::int64_t begin, std::int64_t end) {
          multiply(arguments, panels, packed, first, depth, begin, end, 0, columns);
        });
      else
        parallel_for(columns, grain(rows), [&](std::int64_t begin, std::int64_t end) {
          multiply(arguments, panels, packed, first, depth, 0, rows, begin, end);
        });
    }
  }

 private:
  [[nodiscard]] std::int64_t panels_size() const { return packed_b_ ? 0 : product_.panels_size(depth_); }

  // blocks that one thread takes at least, when each meets `others` blocks of the other axis
  [[nodiscard]] std::int64_t grain(std::int64_t others) const {
    return PanelProduct::pieces(kGrain, others * panel_loops().panel * panel_loops().row_unit * depth_);
  }

  void multiply(const KernelArguments& arguments, const float* panels, const float* packed, std::int64_t first,
                std::int64_t depth, std::int64_t row_begin, std::int64_t row_end, std::int64_t column_begin,
                std::int64_t column_end) const {
    const std::int64_t unit = panel_loops().row_unit, width = panel_loops().panel, N = product_.N;
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    // panels of this part of K, and from one to the next
    const float* const first_panel =
        packed_b_ ? static_cast<const float*>(arguments.inputs[1]) + first * width : panels;
    const std::int64_t panel_size = (packed_b_ ? product_.K : depth) * width;
    const std::int64_t left = column_begin * width, right = std::min(N, column_end * width);
    const bool last = first + depth == product_.K, add = first > 0 || product_.steps.bias_input >= 0;
    for (std::int64_t block = row_begin; block < row_end; ++block) {
      const std::int64_t row = block * unit, end = std::min(row + unit, product_.M);
      if (first == 0) start_rows(arguments, row, end, left, right);
      for (std::int64_t panel = column_begin; panel < column_end; ++panel)
        product_.multiply(a, packed, first_panel + panel * panel_size, first, depth, block, panel, y, add);
      if (last)
        for (std::int64_t r = row; r < end; ++r) finish_product(product_.steps, arguments, r * N + left, right - left);
    }
  }

  // sums start with the bias
  void start_rows(const KernelArguments& arguments, std::int64_t row, std::int64_t end, std::int64_t left,
                  std::int64_t right) const {
    if (product_.steps.bias_input < 0) return;
    const auto* bias = static_cast<const float*>(arguments.inputs[product_.steps.bias_input]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t r = row; r < end; ++r) std::copy(bias + left, bias + right, y + r * product_.N + left);
  }

  PanelProduct product_;
  std::int64_t depth_;
  bool packed_b_;
};

Layout layout_of(const KernelQuery& query, std::size_t input) {
  return input < query.input_layouts.size() ? query.input_layouts[input] : Layout();
}

bool is_lasting(const KernelQuery& query, std::size_t input) {
  return input < query.free_layouts.size() && query.free_layouts[input];
}

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
  PanelProduct product{.M = M, .N = N, .K = K, .transpose_a = transpose_a, .transpose_b = transpose_b};
  const std::string refusal = read_steps(query.attributes.get_or<std::string>("epilogue", {}), 2, product.steps);
  if (!refusal.empty()) return Prepared::refuse(refusal);
  if (is_long(product)) return prepare_long_matmul(product);
  const Layout panels = panel_layout(transpose_b);
  const bool packed_b = b.shape.ndim() == 2 && (is_lasting(query, 1) || layout_of(query, 1) == panels);
  const auto kernel = std::make_shared<PanelMatmulKernel>(product, packed_b);
  Prepared prepared;
  prepared.kernel = kernel;
  prepared.implementation = packed_b ? "panels made before" : "panels";
  if (packed_b) prepared.input_layouts = {Layout(), panels};
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
