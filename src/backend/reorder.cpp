#include "backend/reorder.hpp"

#include <cstring>
#include <vector>

#include <kerascpp/core/error.hpp>

namespace kerascpp::runtime {
namespace {

/// For a layout: where each logical coordinate contributes. offset = sum over axes of table[axis][coordinate].
std::vector<std::vector<std::int64_t>> offset_tables(const Layout& layout, const Shape& shape) {
  const Shape physical = layout.physical_shape(shape);
  const Shape strides = physical.strides();
  const std::vector<int> axes = layout.physical_axes(shape.ndim());
  std::vector<std::vector<std::int64_t>> tables;
  for (int axis = 0; axis < shape.ndim(); ++axis) {
    std::vector<std::int64_t> table(static_cast<std::size_t>(shape[axis]));
    for (std::int64_t coordinate = 0; coordinate < shape[axis]; ++coordinate) {
      std::int64_t rest = coordinate, offset = 0;
      for (std::size_t p = axes.size(); p-- > 0;)  // innermost blocks take the low digits
        if (axes[p] == axis) {
          const auto i = static_cast<std::int64_t>(p);
          offset += rest % physical[i] * strides[i];
          rest /= physical[i];
        }
      table[static_cast<std::size_t>(coordinate)] = offset;
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

template <std::size_t Bytes>
void copy_elements(const char* from, const std::vector<std::vector<std::int64_t>>& from_offsets, char* to,
                   const std::vector<std::vector<std::int64_t>>& to_offsets, const Shape& shape) {
  const int last = shape.ndim() - 1;
  std::vector<std::int64_t> index(static_cast<std::size_t>(shape.ndim()), 0);
  const auto& inner_from = from_offsets[static_cast<std::size_t>(last)];
  const auto& inner_to = to_offsets[static_cast<std::size_t>(last)];
  while (true) {
    std::int64_t base_from = 0, base_to = 0;
    for (int axis = 0; axis < last; ++axis) {
      const auto a = static_cast<std::size_t>(axis), i = static_cast<std::size_t>(index[a]);
      base_from += from_offsets[a][i];
      base_to += to_offsets[a][i];
    }
    for (std::size_t i = 0; i < inner_from.size(); ++i)
      std::memcpy(to + static_cast<std::size_t>(base_to + inner_to[i]) * Bytes,
                  from + static_cast<std::size_t>(base_from + inner_from[i]) * Bytes, Bytes);
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      if (++index[static_cast<std::size_t>(axis)] < shape[axis]) break;
      index[static_cast<std::size_t>(axis)] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace

void reorder(const void* from, const Layout& from_layout, void* to, const Layout& to_layout, const TensorSpec& spec) {
  const std::size_t bytes = itemsize(spec.dtype);
  const auto to_bytes = static_cast<std::size_t>(to_layout.physical_size(spec.shape)) * bytes;
  if (from_layout == to_layout) {
    std::memcpy(to, from, to_bytes);
    return;
  }
  if (to_layout.has_padding(spec.shape)) std::memset(to, 0, to_bytes);
  if (spec.shape.size() == 0) return;
  const auto from_offsets = offset_tables(from_layout, spec.shape);
  const auto to_offsets = offset_tables(to_layout, spec.shape);
  const char* source = static_cast<const char*>(from);
  char* target = static_cast<char*>(to);
  switch (bytes) {
    case 1:
      return copy_elements<1>(source, from_offsets, target, to_offsets, spec.shape);
    case 2:
      return copy_elements<2>(source, from_offsets, target, to_offsets, spec.shape);
    case 4:
      return copy_elements<4>(source, from_offsets, target, to_offsets, spec.shape);
    case 8:
      return copy_elements<8>(source, from_offsets, target, to_offsets, spec.shape);
    case 16:
      return copy_elements<16>(source, from_offsets, target, to_offsets, spec.shape);
    default:
      KCPP_UNREACHABLE();
  }
}

Attributes reorder_attributes(const Layout& to) {
  const std::vector<std::int64_t> order(to.order().begin(), to.order().end());
  std::vector<std::int64_t> blocks;  // axis, size, axis, size ...
  for (const Layout::Block& block : to.blocks()) {
    blocks.push_back(block.axis);
    blocks.push_back(block.size);
  }
  return {{"order", order}, {"blocks", blocks}};
}

Layout reorder_layout(const Attributes& attributes) {
  std::vector<int> order;
  for (const std::int64_t axis : attributes.integers("order")) order.push_back(static_cast<int>(axis));
  std::vector<Layout::Block> blocks;
  const auto& flat = attributes.integers("blocks");
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) blocks.push_back({static_cast<int>(flat[i]), flat[i + 1]});
  return {std::move(order), std::move(blocks)};
}

}  // namespace kerascpp::runtime
