#include "backend/reorder.hpp"
#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/matmul/panel_product.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

// Numbers to pack below which threads do not pay.
constexpr std::int64_t kGrain = 1 << 15;

class PanelReorderKernel final : public runtime::Kernel {
 public:
  explicit PanelReorderKernel(const PanelProduct& product) : product_(product) {}

  void run(const runtime::KernelArguments& arguments) const override {
    const auto* const b = static_cast<const float*>(arguments.inputs[0]);
    auto* const panels = static_cast<float*>(arguments.outputs[0]);
    parallel_for(product_.column_blocks(), PanelProduct::pieces(kGrain, panel_loops().panel * product_.K),
                 [&](std::int64_t begin, std::int64_t end) {
                   product_.pack_columns(b, 0, product_.K, begin, end,
                                         panels + begin * panel_loops().panel * product_.K);
                 });
  }

 private:
  PanelProduct product_;
};

Prepared prepare(const KernelQuery& query) {
  const TensorSpec& b = query.inputs[0];
  const Layout from = query.input_layouts.empty() ? Layout() : query.input_layouts[0];
  if (panel_loops().panel == 0) return Prepared::refuse("needs AVX2 or AVX-512");
  if (b.dtype != DType::Float32 || b.shape.ndim() != 2 || b.shape.size() == 0 || !from.is_plain())
    return Prepared::refuse("takes plain float32 matrices with elements");
  const Layout to = runtime::reorder_layout(query.attributes);
  for (const bool transpose_b : {false, true}) {
    if (to != panel_layout(transpose_b)) continue;
    const std::int64_t K = b.shape[transpose_b ? 1 : 0], N = b.shape[transpose_b ? 0 : 1];
    Prepared prepared;
    prepared.kernel = std::make_shared<PanelReorderKernel>(PanelProduct{.N = N, .K = K, .transpose_b = transpose_b});
    prepared.implementation = "panels";
    prepared.input_layouts = {from};
    prepared.output_layouts = {to};
    return prepared;
  }
  return Prepared::refuse("makes panels of right factors only");
}

}  // namespace

void register_panel_reorder_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "panels", "reorder", prepare});
}

}  // namespace kerascpp::cpu
