#pragma once

#include <optional>
#include <vector>

#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/onednn/compat.hpp"

/// Between `runtime::Layout`, which speaks of our logical axes, and oneDNN's memory descriptors.
namespace kerascpp::cpu::onednn {

/// How oneDNN sees one of our tensors: its dimensions, and for each of its axes the logical axis it runs over.
/// A grouped kernel is the case where two of its axes, G and O, share one of ours, F.
struct AxisView {
  Shape logical;
  Dims dims;
  std::vector<int> axes;
};

/// The axes as they are.
[[nodiscard]] AxisView plain_view(const Shape& shape);
/// An activation as (B, C, spatial...).
[[nodiscard]] AxisView activation_view(const Shape& shape, bool channels_first);
/// A kernel (K..., C / groups, F) as (F, C, K...) or, with groups, as (G, F / G, C / G, K...).
[[nodiscard]] AxisView kernel_view(const Shape& shape, std::int64_t groups);

/// The one spelling of a layout among those that put every element of `shape` at the same place.
[[nodiscard]] runtime::Layout canonical(const runtime::Layout& layout, const Shape& shape);

/// The layout that a memory descriptor of the view stands for, in canonical spelling; empty when strides and blocks do
/// not describe it.
[[nodiscard]] std::optional<runtime::Layout> to_layout(const AxisView& view, const MemoryDesc& desc);

/// The memory descriptor of a tensor in a layout; empty when oneDNN has no format tag for it.
[[nodiscard]] std::optional<MemoryDesc> to_desc(const AxisView& view, const runtime::Layout& layout,
                                                dnnl::memory::data_type type);

/// A memory descriptor with the layout left for oneDNN to choose.
[[nodiscard]] MemoryDesc any_desc(const AxisView& view, dnnl::memory::data_type type);

}  // namespace kerascpp::cpu::onednn
