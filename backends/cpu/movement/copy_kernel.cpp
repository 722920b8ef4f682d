#include "backends/cpu/movement/copy_kernel.hpp"

#include <algorithm>
#include <cstring>

#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {

using runtime::Layout;

class CopyPlan::CopyKernel final : public runtime::Kernel {
 public:
  explicit CopyKernel(CopyPlan plan) : plan_(std::move(plan)) {}

  void run(const runtime::KernelArguments& arguments) const override {
    for (std::size_t o = 0; o < plan_.fills_.size(); ++o)
      if (plan_.fills_[o].elements > 0) fill(plan_.fills_[o], arguments.outputs[o]);
    for (const Part& part : plan_.parts_) {
      const void* from = arguments.inputs[part.input];
      void* to = arguments.outputs[part.output];
      if (from != to) part.copy.run(from, to, plan_.itemsize_);  // taken over in place
    }
  }

 private:
  void fill(const Fill& fill, void* to) const {
    auto* bytes = static_cast<char*>(to);
    const auto size = static_cast<std::int64_t>(plan_.itemsize_);
    parallel_for(fill.elements, (1 << 15) / size, [&](std::int64_t begin, std::int64_t end) {
      if (fill.value.empty()) {
        std::memset(bytes + begin * size, 0, static_cast<std::size_t>((end - begin) * size));
        return;
      }
      for (std::int64_t i = begin; i < end; ++i) std::memcpy(bytes + i * size, fill.value.data(), plan_.itemsize_);
    });
  }

  CopyPlan plan_;
};

void CopyPlan::add(int input, int output, StridedCopy copy) {
  copy.simplify();
  if (copy.size() > 0) parts_.push_back({input, output, std::move(copy)});
}

bool CopyPlan::add(int input, const Region& from, int output, const Region& to, const Shape& lengths,
                   const Layout& layout) {
  StridedCopy copy;
  const Shape from_shape = layout.physical_shape(from.whole), to_shape = layout.physical_shape(to.whole);
  const Shape from_strides = from_shape.strides(), to_strides = to_shape.strides();
  const std::vector<int> axes = layout.physical_axes(lengths.ndim());
  for (int p = 0; p < from_shape.ndim(); ++p) {
    const int axis = axes[static_cast<std::size_t>(p)];
    const auto a = static_cast<std::size_t>(axis);
    if (p >= lengths.ndim()) {  // inside of a block
      copy.add_axis(from_shape[p], from_strides[p], to_strides[p]);
      continue;
    }
    std::int64_t block = 1;
    for (const Layout::Block& part : layout.blocks())
      if (part.axis == axis) block *= part.size;
    const std::int64_t from_end = from.begin[a] + lengths[axis], to_end = to.begin[a] + lengths[axis];
    const bool on_blocks = from.begin[a] % block == 0 && to.begin[a] % block == 0 &&
                           (lengths[axis] % block == 0 || (from_end == from.whole[axis] && to_end == to.whole[axis]));
    if (block > 1 && (!on_blocks || from.step[a] != 1 || to.step[a] != 1)) return false;
    copy.from_offset += from.begin[a] / block * from_strides[p];
    copy.to_offset += to.begin[a] / block * to_strides[p];
    copy.add_axis((lengths[axis] + block - 1) / block, from.step[a] * from_strides[p], to.step[a] * to_strides[p]);
  }
  add(input, output, std::move(copy));
  return true;
}

void CopyPlan::fill(int output, std::int64_t elements, std::vector<std::byte> value) {
  const bool zero = std::all_of(value.begin(), value.end(), [](std::byte byte) { return byte == std::byte{0}; });
  fills_[static_cast<std::size_t>(output)] = {elements, zero ? std::vector<std::byte>{} : std::move(value)};
}

runtime::Prepared CopyPlan::finish(const runtime::KernelQuery& query, const Layout& layout) {
  runtime::Prepared prepared;
  if (!layout.is_plain()) {
    prepared.input_layouts.assign(query.inputs.size(), layout);
    // of the last one only the shape is used
    if (query.op.has(Trait::LikeLast)) prepared.input_layouts.back() = Layout();
    prepared.output_layouts.assign(query.outputs.size(), layout);
  }
  prepared.kernel = std::make_shared<const CopyKernel>(std::move(*this));
  prepared.implementation = "copies";
  return prepared;
}

Layout layout_of_inputs(const runtime::KernelQuery& query) {
  for (std::size_t i = 0; i < query.input_layouts.size(); ++i)
    if (!query.input_layouts[i].is_plain() && query.inputs[i].shape.ndim() == query.outputs[0].shape.ndim())
      return query.input_layouts[i];
  return {};
}

}  // namespace kerascpp::cpu
