#include <algorithm>

#include "backends/cpu/families.hpp"
#include "backends/cpu/indexing/indices.hpp"
#include "backends/cpu/parallel.hpp"

/// Running sums and products along an axis: x (outer, N, inner). float32 is added up in float64.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kColumns = 64;

template <class T, bool kIsProduct>
class AccumulationKernel final : public Kernel {
 public:
  using Wide = std::conditional_t<std::is_same_v<T, float>, double, T>;

  explicit AccumulationKernel(const KernelQuery& query)
      : exclusive_(query.attributes.flag("exclusive")), reverse_(query.attributes.flag("reverse")) {
    const Shape& x = query.inputs[0].shape;
    const auto axis = static_cast<int>(query.attributes.integer("axis"));
    outer_ = x.slice(0, axis).size();
    N_ = x[axis];
    inner_ = x.slice(axis + 1, x.ndim()).size();
  }

  void run(const KernelArguments& arguments) const override {
    const T* x = static_cast<const T*>(arguments.inputs[0]);
    T* y = static_cast<T*>(arguments.outputs[0]);
    const std::int64_t blocks = (inner_ + kColumns - 1) / kColumns;
    const std::int64_t work = std::max<std::int64_t>(1, N_ * std::min(inner_, kColumns));
    parallel_for(outer_ * blocks, std::max<std::int64_t>(1, (1 << 13) / work),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t item = begin; item < end; ++item) {
                     const std::int64_t offset = item / blocks * N_ * inner_ + item % blocks * kColumns;
                     run_columns(x + offset, y + offset, std::min(kColumns, inner_ - item % blocks * kColumns));
                   }
                 });
  }

 private:
  void run_columns(const T* x, T* y, std::int64_t columns) const {
    Wide total[kColumns];
    std::fill_n(total, columns, Wide{kIsProduct ? 1 : 0});
    for (std::int64_t n = 0; n < N_; ++n) {
      const std::int64_t place = (reverse_ ? N_ - 1 - n : n) * inner_;
      for (std::int64_t i = 0; i < columns; ++i) {
        const auto value = static_cast<Wide>(x[place + i]);
        const Wide next = kIsProduct ? times(total[i], value) : plus(total[i], value);
        y[place + i] = static_cast<T>(exclusive_ ? total[i] : next);
        total[i] = next;
      }
    }
  }

  bool exclusive_, reverse_;
  std::int64_t outer_ = 0, N_ = 0, inner_ = 0;
};

template <bool kIsProduct>
Prepared prepare(const KernelQuery& query) {
  Prepared prepared;
  const bool known = with_number_type(query.outputs[0].dtype, [&]<class T>(T) {
    prepared.kernel = std::make_shared<AccumulationKernel<T, kIsProduct>>(query);
    prepared.implementation = "loops";
    prepared.in_place = {{0}};
  });
  return known ? prepared : Prepared::refuse(text_of("arithmetic of ", query.outputs[0].dtype));
}

}  // namespace

void register_accumulation_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "cumsum", prepare<false>});
  registry.add_kernel({"cpu", "loops", "cumprod", prepare<true>});
}

}  // namespace kerascpp::cpu
