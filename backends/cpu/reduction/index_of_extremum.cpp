#include <algorithm>
#include <cstring>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/reduction/index_loops.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::int64_t kGrain = 1 << 14;
constexpr std::int64_t kColumns = 64;

IndexLoops best_loops(DType dtype, bool is_max) {
  return for_best_instruction_set(
      [dtype, is_max]<InstructionSet set>() { return index_loops_for<set>(dtype, is_max); });
}

/// x as (outer, C, inner), the reduced axes being neighbours.
class IndexKernel final : public Kernel {
 public:
  IndexKernel(const TensorSpec& x, int first_axis, int last_axis, bool is_max)
      : outer_(x.shape.slice(0, first_axis).size()),
        C_(x.shape.slice(first_axis, last_axis + 1).size()),
        inner_(x.shape.slice(last_axis + 1, x.shape.ndim()).size()),
        bytes_(static_cast<std::int64_t>(itemsize(x.dtype))),
        loops_(best_loops(x.dtype, is_max)) {}

  void run(const KernelArguments& arguments) const override {
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<std::int32_t*>(arguments.outputs[0]);
    if (inner_ == 1) {
      parallel_for(outer_, std::max<std::int64_t>(1, kGrain / C_), [&](std::int64_t begin, std::int64_t end) {
        loops_.rows(x + begin * C_ * bytes_, y + begin, end - begin, C_);
      });
      return;
    }
    const std::int64_t blocks = (inner_ + kColumns - 1) / kColumns;
    parallel_for(outer_ * blocks, std::max<std::int64_t>(1, kGrain / (C_ * kColumns)),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t item = begin; item < end; ++item) {
                     const std::int64_t outer = item / blocks, first = item % blocks * kColumns;
                     loops_.columns(x + outer * C_ * inner_ * bytes_, y + outer * inner_, C_, inner_, first,
                                    std::min(first + kColumns, inner_));
                   }
                 });
  }

 private:
  std::int64_t outer_, C_, inner_, bytes_;
  IndexLoops loops_;
};

/// Reduced axes that are no neighbours: the elements of each result are brought together first.
class GatheredIndexKernel final : public Kernel {
 public:
  GatheredIndexKernel(const TensorSpec& x, const std::vector<std::int64_t>& axes, bool is_max)
      : bytes_(static_cast<std::int64_t>(itemsize(x.dtype))), loops_(best_loops(x.dtype, is_max)) {
    const Shape strides = x.shape.strides();
    kept_ = {0};
    reduced_ = {0};
    for (int axis = 0; axis < x.shape.ndim(); ++axis) {
      const bool is_reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
      append_axis(is_reduced ? reduced_ : kept_, x.shape[axis], strides[axis] * bytes_);
    }
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return reduced_.size() * static_cast<std::size_t>(bytes_); }

  void run(const KernelArguments& arguments) const override {
    const auto* x = static_cast<const char*>(arguments.inputs[0]);
    auto* y = static_cast<std::int32_t*>(arguments.outputs[0]);
    auto* row = static_cast<char*>(arguments.workspace);
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      char* to = row;
      for (const std::int64_t place : reduced_) {
        std::memcpy(to, x + kept_[i] + place, static_cast<std::size_t>(bytes_));
        to += bytes_;
      }
      loops_.rows(row, y + i, 1, static_cast<std::int64_t>(reduced_.size()));
    }
  }

 private:
  // the places of an array, in bytes, with one more axis
  static void append_axis(std::vector<std::int64_t>& places, std::int64_t length, std::int64_t stride) {
    std::vector<std::int64_t> longer;
    for (const std::int64_t place : places)
      for (std::int64_t i = 0; i < length; ++i) longer.push_back(place + i * stride);
    places = std::move(longer);
  }

  std::int64_t bytes_;
  IndexLoops loops_;
  std::vector<std::int64_t> kept_, reduced_;
};

Prepared prepare_gathered(const KernelQuery& query, const std::vector<std::int64_t>& axes, bool is_max) {
  const auto kernel = std::make_shared<GatheredIndexKernel>(query.inputs[0], axes, is_max);
  Prepared prepared;
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.kernel = kernel;
  prepared.implementation = "gathered";
  return prepared;
}

Prepared prepare(const KernelQuery& query, bool is_max) {
  std::vector<std::int64_t> axes = query.attributes.integers("axis");
  if (axes.empty()) return Prepared::refuse("nothing to choose from: no axis is reduced");
  std::sort(axes.begin(), axes.end());
  if (is_complex(query.inputs[0].dtype)) return Prepared::refuse(text_of("dtype ", query.inputs[0].dtype));
  for (std::size_t i = 1; i < axes.size(); ++i)
    if (axes[i] != axes[i - 1] + 1) return prepare_gathered(query, axes, is_max);
  Prepared prepared;
  prepared.kernel = std::make_shared<IndexKernel>(query.inputs[0], static_cast<int>(axes.front()),
                                                  static_cast<int>(axes.back()), is_max);
  prepared.implementation = "loops";
  return prepared;
}

}  // namespace

void register_index_of_extremum_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "argmax", [](const KernelQuery& query) { return prepare(query, true); }});
  registry.add_kernel({"cpu", "loops", "argmin", [](const KernelQuery& query) { return prepare(query, false); }});
}

}  // namespace kerascpp::cpu
