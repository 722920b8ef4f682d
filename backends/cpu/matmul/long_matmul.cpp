#include "backends/cpu/matmul/long_matmul.hpp"

#include <algorithm>

#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

// Of K, at most: what is packed of it stays in the second-level cache.
constexpr std::int64_t kLongestPart = 512;

class LongMatmulKernel final : public runtime::Kernel {
 public:
  explicit LongMatmulKernel(const PanelProduct& product) : product_(product) {
    // an even number of parts, for two threads
    const std::int64_t wanted = 2 * PanelProduct::pieces(product.K, 2 * kLongestPart);
    depth_ = PanelProduct::pieces(PanelProduct::pieces(product.K, wanted), 8) * 8;
    parts_ = PanelProduct::pieces(product.K, depth_);
  }

  /// Per part: its sums, and room for what is packed.
  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(parts_ * part_size()) * sizeof(float);
  }

  void run(const runtime::KernelArguments& arguments) const override {
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    const auto* b = static_cast<const float*>(arguments.inputs[1]);
    auto* const workspace = static_cast<float*>(arguments.workspace);
    parallel_for(parts_, 1, [&](std::int64_t begin, std::int64_t end) {
      // neighbouring parts share the room of the first
      float* const panels = workspace + begin * part_size() + product_.M * product_.N;
      float* const packed = panels + product_.panels_size(depth_);
      for (std::int64_t part = begin; part < end; ++part)
        sum_part(a, b, part, panels, packed, workspace + part * part_size());
    });
    const std::int64_t N = product_.N;
    auto* const y = static_cast<float*>(arguments.outputs[0]);
    const auto* const bias = product_.steps.bias_input < 0
                                 ? nullptr
                                 : static_cast<const float*>(arguments.inputs[product_.steps.bias_input]);
    for (std::int64_t row = 0; row < product_.M; ++row) {
      float* const sums = y + row * N;
      std::copy_n(workspace + row * N, N, sums);
      for (std::int64_t part = 1; part < parts_; ++part) {
        const float* const more = workspace + part * part_size() + row * N;
        for (std::int64_t n = 0; n < N; ++n) sums[n] += more[n];
      }
      if (bias != nullptr)
        for (std::int64_t n = 0; n < N; ++n) sums[n] += bias[n];
      finish_product(product_.steps, arguments, row * N, N);
    }
  }

 private:
  [[nodiscard]] std::int64_t part_size() const {
    return product_.M * product_.N + product_.panels_size(depth_) + product_.rows_size(depth_);
  }

  void sum_part(const float* a, const float* b, std::int64_t part, float* panels, float* packed, float* sums) const {
    const std::int64_t first = part * depth_, depth = std::min(depth_, product_.K - first);
    product_.pack_columns(b, first, depth, 0, product_.column_blocks(), panels);
    if (product_.transpose_a) product_.pack_rows(a, first, depth, 0, product_.row_blocks(), packed);
    for (std::int64_t row = 0; row < product_.row_blocks(); ++row)
      for (std::int64_t column = 0; column < product_.column_blocks(); ++column)
        product_.multiply(a, packed + row * panel_loops().row_unit * depth,
                          panels + column * panel_loops().panel * depth, first, depth, row, column, sums, nullptr, 0);
  }

  PanelProduct product_;
  std::int64_t depth_ = 0, parts_ = 0;
};

}  // namespace

bool is_long(const PanelProduct& product) {
  constexpr std::int64_t kMostSums = 1 << 14, kShortest = 1024;
  return product.M * product.N <= kMostSums && product.K >= kShortest;
}

runtime::Prepared prepare_long_matmul(const PanelProduct& product) {
  const auto kernel = std::make_shared<LongMatmulKernel>(product);
  runtime::Prepared prepared;
  prepared.kernel = kernel;
  prepared.implementation = "panels of parts";
  prepared.workspace_bytes = kernel->workspace_bytes();
  return prepared;
}

}  // namespace kerascpp::cpu
