#include "compiler/loop_layout.hpp"

namespace kerascpp::compiler {

std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to, const runtime::Layout& layout) {
  // strides of the next, further out, physical axis over each logical axis: blocks are passed from the innermost
  std::vector<std::int64_t> next(static_cast<std::size_t>(to.ndim()), 0);
  const Shape plain = from.strides();
  for (int axis = 0; axis < from.ndim(); ++axis)
    if (from[axis] != 1) next[static_cast<std::size_t>(axis + to.ndim() - from.ndim())] = plain[axis];
  const std::vector<int> axes = layout.physical_axes(to.ndim());
  const std::size_t outer = axes.size() - layout.blocks().size();
  std::vector<std::int64_t> strides(axes.size());
  for (std::size_t d = axes.size(); d-- > 0;) {
    std::int64_t& stride = next[static_cast<std::size_t>(axes[d])];
    strides[d] = stride;
    if (d >= outer) stride *= layout.blocks()[d - outer].size;
  }
  return strides;
}

}  // namespace kerascpp::compiler
