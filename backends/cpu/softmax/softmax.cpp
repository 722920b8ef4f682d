#include <algorithm>

#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/softmax/softmax_loops.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

// elements that a thread should have to work on
constexpr std::int64_t kGrain = 1 << 13;
// columns that are worked on together: a few lines of cache per row
constexpr std::int64_t kColumns = 64;

SoftmaxLoops best_loops(DType dtype) {
  return for_best_instruction_set([dtype]<InstructionSet set>() { return softmax_loops_for<set>(dtype); });
}

/// x as (outer, C, inner); every softmax is computed by one thread.
class SoftmaxKernel final : public Kernel {
 public:
  SoftmaxKernel(const TensorSpec& x, int axis, bool logarithm)
      : outer_(x.shape.slice(0, axis).size()),
        C_(x.shape[axis]),
        inner_(x.shape.slice(axis + 1, x.shape.ndim()).size()),
        bytes_(static_cast<std::int64_t>(itemsize(x.dtype))),
        logarithm_(logarithm),
        loops_(best_loops(x.dtype)) {}

  void run(const KernelArguments& arguments) const override {
    if (outer_ * C_ * inner_ == 0) return;
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<char*>(arguments.outputs[0]);
    if (inner_ == 1) {
      parallel_for(outer_, std::max<std::int64_t>(1, kGrain / C_), [&](std::int64_t begin, std::int64_t end) {
        loops_.rows(x + begin * C_ * bytes_, y + begin * C_ * bytes_, end - begin, C_, logarithm_);
      });
      return;
    }
    const std::int64_t blocks = (inner_ + kColumns - 1) / kColumns;
    parallel_for(outer_ * blocks, std::max<std::int64_t>(1, kGrain / (C_ * kColumns)),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t item = begin; item < end; ++item) {
                     const std::int64_t offset = item / blocks * C_ * inner_ * bytes_;
                     const std::int64_t first = item % blocks * kColumns;
                     loops_.columns(x + offset, y + offset, C_, inner_, first, std::min(first + kColumns, inner_),
                                    logarithm_);
                   }
                 });
  }

 private:
  std::int64_t outer_, C_, inner_, bytes_;
  bool logarithm_;
  SoftmaxLoops loops_;
};

Prepared prepare(const KernelQuery& query, bool logarithm) {
  Prepared prepared;
  const auto axis = static_cast<int>(query.attributes.integer("axis"));
  prepared.kernel = std::make_shared<SoftmaxKernel>(query.inputs[0], axis, logarithm);
  prepared.implementation = "loops";
  prepared.in_place = {{0}};
  return prepared;
}

}  // namespace

void register_softmax_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "softmax", [](const KernelQuery& query) { return prepare(query, false); }});
  registry.add_kernel({"cpu", "loops", "log_softmax", [](const KernelQuery& query) { return prepare(query, true); }});
}

}  // namespace kerascpp::cpu
