#include "backends/cpu/onednn/memory.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <string>
#include <string_view>

namespace kerascpp::cpu::onednn {
namespace {

using runtime::Layout;

/// One run over (a part of) a logical axis in memory.
struct Part {
  int axis;
  std::int64_t length;
};

// Parts of `layout` from the outermost: `outer` one per axis, then the blocks.
std::vector<Part> parts_of(const Layout& layout, const Shape& shape) {
  const Shape physical = layout.physical_shape(shape);
  const std::vector<int> axes = layout.physical_axes(shape.ndim());
  std::vector<Part> parts;
  for (std::size_t i = 0; i < axes.size(); ++i) parts.push_back({axes[i], physical[static_cast<std::int64_t>(i)]});
  return parts;
}

// The canonical layout with these outer parts and blocks. Lengths of one put nothing anywhere, so they are moved to the
// front; a layout without real blocks becomes a permutation, and one that keeps the order becomes plain.
Layout layout_of(std::vector<Part> outer, std::vector<Part> blocks, const Shape& shape) {
  std::erase_if(outer, [](const Part& part) { return part.length == 1; });
  std::erase_if(blocks, [](const Part& part) { return part.length == 1; });
  const std::size_t ndim = static_cast<std::size_t>(shape.ndim());
  std::vector<Part> all = outer;
  for (const Part& part : blocks) {
    if (!all.empty() && all.back().axis == part.axis)
      all.back().length *= part.length;
    else
      all.push_back(part);
  }
  std::vector<int> runs(ndim, 0);
  bool permutation = true;
  for (const Part& part : all)
    permutation = permutation && ++runs[static_cast<std::size_t>(part.axis)] == 1 && part.length == shape[part.axis];
  if (permutation) {
    outer = all;
    blocks.clear();
    if (std::is_sorted(outer.begin(), outer.end(), [](const Part& a, const Part& b) { return a.axis < b.axis; }))
      return {};
  }
  std::vector<bool> placed(ndim, false);
  for (const Part& part : outer) placed[static_cast<std::size_t>(part.axis)] = true;
  std::vector<int> order;
  for (std::size_t axis = 0; axis < ndim; ++axis)
    if (!placed[axis]) order.push_back(static_cast<int>(axis));
  for (const Part& part : outer) order.push_back(part.axis);
  std::vector<Layout::Block> inner;
  for (const Part& part : blocks) inner.push_back({part.axis, part.length});
  return {std::move(order), std::move(inner)};
}

// "ABcd16b16a": order and blocks of a format tag; only the blocks are compared here.
std::string_view blocks_of_tag(std::string_view text) {
  const auto digit = std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return text.substr(static_cast<std::size_t>(digit - text.begin()));
}

// Memory descriptor by format tag: of all tags of this rank and these blocks, the one with the same layout.
std::optional<MemoryDesc> find_tag(const AxisView& view, const Layout& wanted, dnnl::memory::data_type type) {
  for (int value = dnnl_format_tag_any + 1; value < dnnl_format_tag_last; ++value) {
    const auto tag = static_cast<dnnl_format_tag_t>(value);
    const std::string_view text = dnnl_fmt_tag2str(tag);
    const std::string_view blocks = blocks_of_tag(text);
    if (text.size() - blocks.size() != view.dims.size() || blocks.empty()) continue;
    try {
      const MemoryDesc desc(view.dims, type, static_cast<dnnl::memory::format_tag>(tag));
      const std::optional<Layout> layout = to_layout(view, desc);
      if (layout && *layout == wanted) return desc;
    } catch (const dnnl::error&) {
      continue;  // a tag that is not defined for this data type
    }
  }
  return std::nullopt;
}

}  // namespace

AxisView plain_view(const Shape& shape) {
  AxisView view{shape, Dims(shape.begin(), shape.end()), std::vector<int>(static_cast<std::size_t>(shape.ndim()))};
  std::iota(view.axes.begin(), view.axes.end(), 0);
  return view;
}

AxisView activation_view(const Shape& shape, bool channels_first) {
  if (channels_first) return plain_view(shape);
  AxisView view{shape, {shape[0], shape.back()}, {0, shape.ndim() - 1}};
  for (int axis = 1; axis + 1 < shape.ndim(); ++axis) {
    view.dims.push_back(shape[axis]);
    view.axes.push_back(axis);
  }
  return view;
}

AxisView kernel_view(const Shape& shape, std::int64_t groups) {
  const int F = shape.ndim() - 1, C = shape.ndim() - 2;
  AxisView view{shape, {shape[F], shape[C]}, {F, C}};
  if (groups > 1) view = {shape, {groups, shape[F] / groups, shape[C]}, {F, F, C}};
  for (int axis = 0; axis < C; ++axis) {
    view.dims.push_back(shape[axis]);
    view.axes.push_back(axis);
  }
  return view;
}

Layout canonical(const Layout& layout, const Shape& shape) {
  const std::vector<Part> parts = parts_of(layout, shape);
  return layout_of({parts.begin(), parts.begin() + shape.ndim()}, {parts.begin() + shape.ndim(), parts.end()}, shape);
}

std::optional<Layout> to_layout(const AxisView& view, const MemoryDesc& desc) {
  const BlockedForm form = blocked_form(desc);
  if (!form.valid) return std::nullopt;
  struct Outer {
    std::size_t axis;  // oneDNN's
    std::int64_t length, stride;
  };
  std::vector<Outer> outer;
  std::int64_t block_size = 1;
  Dims lengths = form.padded_dims;
  for (const auto& [axis, size] : form.blocks) {
    lengths[static_cast<std::size_t>(axis)] /= size;
    block_size *= size;
  }
  for (std::size_t axis = 0; axis < lengths.size(); ++axis)
    if (lengths[axis] != 1) outer.push_back({axis, lengths[axis], form.strides[axis]});
  std::stable_sort(outer.begin(), outer.end(), [](const Outer& a, const Outer& b) { return a.stride > b.stride; });
  std::int64_t expected = block_size;
  for (auto part = outer.rbegin(); part != outer.rend(); ++part) {
    if (part->stride != expected) return std::nullopt;  // gaps between the elements
    expected *= part->length;
  }
  // two axes of oneDNN over one of ours: the outer one comes first, unpadded, and next to the inner one
  std::vector<Part> merged;
  std::vector<std::size_t> last;  // oneDNN's axis that a part ends with
  for (const Outer& part : outer) {
    const int axis = view.axes[part.axis];
    const bool same = !merged.empty() && merged.back().axis == axis;
    if (same && last.back() > part.axis) return std::nullopt;
    if (same) {
      merged.back().length *= part.length;
      last.back() = part.axis;
      continue;
    }
    if (std::any_of(merged.begin(), merged.end(), [axis](const Part& m) { return m.axis == axis; }))
      return std::nullopt;
    merged.push_back({axis, part.length});
    last.push_back(part.axis);
  }
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis)
    for (std::size_t other = axis + 1; other < view.axes.size(); ++other) {
      if (view.axes[axis] != view.axes[other]) continue;
      const bool outer_blocked = std::any_of(form.blocks.begin(), form.blocks.end(), [axis](const auto& block) {
        return block.first == static_cast<int>(axis);
      });
      const bool padded = form.padded_dims[other] != form.dims[other] || form.padded_dims[axis] != form.dims[axis];
      if (outer_blocked ? form.padded_dims[other] != 1 : padded) return std::nullopt;
    }
  std::vector<Part> blocks;
  for (const auto& [axis, size] : form.blocks) blocks.push_back({view.axes[static_cast<std::size_t>(axis)], size});
  return layout_of(std::move(merged), std::move(blocks), view.logical);
}

std::optional<MemoryDesc> to_desc(const AxisView& view, const Layout& layout, dnnl::memory::data_type type) {
  const Layout wanted = canonical(layout, view.logical);
  if (!wanted.blocks().empty()) return find_tag(view, wanted, type);
  std::vector<int> order = wanted.order();
  if (wanted.is_plain()) order = plain_view(view.logical).axes;
  std::vector<std::int64_t> logical_strides(order.size());
  std::int64_t stride = 1;
  for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
    logical_strides[static_cast<std::size_t>(*axis)] = stride;
    stride *= view.logical[*axis];
  }
  Dims strides(view.dims.size());
  for (std::size_t axis = view.dims.size(); axis-- > 0;) {
    // an axis of oneDNN that shares ours with later ones steps over them
    std::int64_t& next = logical_strides[static_cast<std::size_t>(view.axes[axis])];
    strides[axis] = next;
    next *= view.dims[axis];
  }
  return MemoryDesc(view.dims, type, strides);
}

MemoryDesc any_desc(const AxisView& view, dnnl::memory::data_type type) {
  return MemoryDesc(view.dims, type, dnnl::memory::format_tag::any);
}

}  // namespace kerascpp::cpu::onednn
