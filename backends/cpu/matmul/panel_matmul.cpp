#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

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

// Of K at a time: a panel of this depth stays in the first-level cache while rows pass by.
constexpr std::int64_t kMostDepth = 256;
// Numbers of A that stay in the second-level cache while panels pass by.
constexpr std::int64_t kMostOfA = 48 << 10;
// Columns after which the rows of a chunk are finished: what they hold is still in the second-level cache.
constexpr std::int64_t kFinishedColumns = 256;
// Products below which another thread does not pay.
constexpr std::int64_t kGrain = 1 << 17;
// Products of a part below which smaller parts do not pay.
constexpr std::int64_t kLargestPart = 1 << 22;
// Parts for each thread at most.
constexpr std::int64_t kMostTurns = 8;
// A thread is held up for one part in so many.
constexpr std::int64_t kHeldUp = 10;
// Products in the time that packing one number takes.
constexpr std::int64_t kPacking = 8;

class PanelMatmulKernel final : public runtime::Kernel {
 public:
  /// `packed_b`: b comes in panels, each over the whole of K.
  PanelMatmulKernel(const PanelProduct& product, bool packed_b) : product_(product), packed_b_(packed_b) {
    depth_ = PanelProduct::pieces(product.K, PanelProduct::pieces(product.K, kMostDepth));
    chunk_ = std::clamp<std::int64_t>(kMostOfA / depth_ / unit(), 1, product.row_blocks());
    divide();
  }

  /// For each thread: a panel, and the packed rows of a chunk.
  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(workers_ * room()) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    parallel_parts(row_parts_ * column_parts_, workers_, [&](std::int64_t part, int worker) {
      const std::int64_t row = part / column_parts_, column = part % column_parts_;
      const std::int64_t rows = product_.row_blocks(), columns = product_.column_blocks();
      auto* const workspace = static_cast<float*>(arguments.workspace) + worker * room();
      const std::int64_t end = rows * (row + 1) / row_parts_;
      for (std::int64_t begin = rows * row / row_parts_; begin < end; begin += chunk_)
        multiply(arguments, workspace, begin, std::min(begin + chunk_, end), columns * column / column_parts_,
                 columns * (column + 1) / column_parts_);
    });
  }

 private:
  [[nodiscard]] static std::int64_t unit() { return panel_loops().row_unit; }
  [[nodiscard]] static std::int64_t width() { return panel_loops().panel; }
  [[nodiscard]] std::int64_t room() const {
    return (packed_b_ ? 0 : width() * depth_) + (product_.transpose_a ? chunk_ * unit() * depth_ : 0);
  }

  // Every sum runs over k in order, so the work may be shared in any way: in that with the least to do for one thread.
  // More parts than threads are worth what they cost in packing only as far as a thread that is held up costs more.
  void divide() {
    const std::int64_t work = product_.M * product_.N * product_.K;
    workers_ = static_cast<int>(std::clamp<std::int64_t>(work / kGrain, 1, num_threads()));
    std::int64_t least = 0;
    for (std::int64_t turns = 1; turns <= kMostTurns; turns *= 2) {
      const std::int64_t parts = workers_ * turns;
      for (std::int64_t row_parts = 1; row_parts <= std::min(parts, product_.row_blocks()); ++row_parts) {
        const std::int64_t column_parts = std::min(parts / row_parts, product_.column_blocks());
        const std::int64_t cost = cost_of_part(row_parts, column_parts) * (kHeldUp * turns + 1);
        if (least > 0 && cost >= least) continue;
        least = cost;
        row_parts_ = row_parts;
        column_parts_ = column_parts;
      }
      if (workers_ == 1 || work / parts < kLargestPart) break;
    }
  }

  // products per unit of K
  [[nodiscard]] std::int64_t cost_of_part(std::int64_t row_parts, std::int64_t column_parts) const {
    const std::int64_t r = PanelProduct::pieces(product_.row_blocks(), row_parts);
    const std::int64_t c = PanelProduct::pieces(product_.column_blocks(), column_parts);
    std::int64_t cost = r * unit() * c * width();
    if (!packed_b_) cost += kPacking * c * width() * PanelProduct::pieces(r, chunk_);
    if (product_.transpose_a) cost += kPacking * r * unit();
    return cost;
  }

  // row blocks [row_begin, row_end), a chunk, with column blocks [column_begin, column_end)
  void multiply(const KernelArguments& arguments, float* workspace, std::int64_t row_begin, std::int64_t row_end,
                std::int64_t column_begin, std::int64_t column_end) const {
    const auto* const a = static_cast<const float*>(arguments.inputs[0]);
    float* const packed = workspace + (packed_b_ ? 0 : width() * depth_);
    for (std::int64_t first = 0; first < product_.K; first += depth_) {
      const std::int64_t depth = std::min(depth_, product_.K - first);
      const bool last = first + depth == product_.K;
      if (product_.transpose_a) product_.pack_rows(a, first, depth, row_begin, row_end, packed);
      std::int64_t unfinished = column_begin;
      for (std::int64_t column = column_begin; column < column_end; ++column) {
        const float* const panel = panel_of(arguments, workspace, column, first, depth);
        for (std::int64_t row = row_begin; row < row_end; ++row)
          multiply_block(arguments, packed + (row - row_begin) * unit() * depth, panel, first, depth, row, column);
        if (!last || ((column + 1 - unfinished) * width() < kFinishedColumns && column + 1 < column_end)) continue;
        finish(arguments, row_begin, row_end, unfinished, column + 1);
        unfinished = column + 1;
      }
    }
  }

  const float* panel_of(const KernelArguments& arguments, float* room, std::int64_t column, std::int64_t first,
                        std::int64_t depth) const {
    const auto* const b = static_cast<const float*>(arguments.inputs[1]);
    if (packed_b_) return b + (column * product_.K + first) * width();
    product_.pack_columns(b, first, depth, column, column + 1, room);
    return room;
  }

  void multiply_block(const KernelArguments& arguments, const float* packed, const float* panel, std::int64_t first,
                      std::int64_t depth, std::int64_t row, std::int64_t column) const {
    auto* const y = static_cast<float*>(arguments.outputs[0]);
    const float* start = nullptr;  // sums start with the bias, and go on with what is there
    std::int64_t start_row = 0;
    if (first > 0) {
      start = y + row * unit() * product_.N + column * width();
      start_row = product_.N;
    } else if (product_.steps.bias_input >= 0) {
      start = static_cast<const float*>(arguments.inputs[product_.steps.bias_input]) + column * width();
    }
    product_.multiply(static_cast<const float*>(arguments.inputs[0]), packed, panel, first, depth, row, column, y,
                      start, start_row);
  }

  void finish(const KernelArguments& arguments, std::int64_t row_begin, std::int64_t row_end, std::int64_t column_begin,
              std::int64_t column_end) const {
    if (!product_.steps.finishes()) return;
    const std::int64_t left = column_begin * width(), right = std::min(product_.N, column_end * width());
    for (std::int64_t row = row_begin * unit(); row < std::min(product_.M, row_end * unit()); ++row)
      finish_product(product_.steps, arguments, row * product_.N + left, right - left);
  }

  PanelProduct product_;
  std::int64_t depth_ = 0, chunk_ = 1;  // of K; row blocks
  int workers_ = 1;
  std::int64_t row_parts_ = 1, column_parts_ = 1;  // of the work
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
  // oneDNN may give threads parts of long sums, as many as there are threads
  if (instruction_set() == InstructionSet::Avx512 && !op_determinism_enabled() &&
      query.attributes.get_or<std::string>("algorithm", "") != "panels")
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
  constexpr std::int64_t kSmallest = 8;
  if (std::min({M, N, K}) < kSmallest) return Prepared::refuse("takes matrices of 8 rows and columns or more");
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
