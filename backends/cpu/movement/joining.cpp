#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/slice_range.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/movement/copy_kernel.hpp"

/// Arrays put together and cut. Blocked layouts are kept where parts end with whole blocks.
namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

// prepare(layout) in the layout of the inputs, or plain where that is refused
template <class Prepare>
Prepared in_layout_or_plain(const KernelQuery& query, Prepare prepare) {
  const Layout layout = layout_of_inputs(query);
  if (!layout.is_plain()) {
    Prepared prepared = prepare(layout);
    if (prepared.kernel != nullptr) return prepared;
  }
  return prepare(Layout());
}

Prepared cut_blocks() { return Prepared::refuse("blocks that are cut"); }

Prepared prepare_concatenate(const KernelQuery& query) {
  return in_layout_or_plain(query, [&](const Layout& layout) {
    const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
    CopyPlan plan(query);
    Region to(query.outputs[0].shape);
    for (std::size_t i = 0; i < query.inputs.size(); ++i) {
      const Shape& x = query.inputs[i].shape;
      if (!plan.add(static_cast<int>(i), Region(x), 0, to, x, layout)) return cut_blocks();
      to.begin[axis] += x[static_cast<std::int64_t>(axis)];
    }
    return plan.finish(query, layout);
  });
}

Prepared prepare_split_like(const KernelQuery& query) {
  return in_layout_or_plain(query, [&](const Layout& layout) {
    const auto axis = static_cast<std::size_t>(query.attributes.integer("axis"));
    CopyPlan plan(query);
    Region from(query.inputs[0].shape);
    for (std::size_t o = 0; o < 2; ++o) {
      const Shape& part = query.outputs[o].shape;
      if (!plan.add(0, from, static_cast<int>(o), Region(part), part, layout)) return cut_blocks();
      from.begin[axis] += part[static_cast<std::int64_t>(axis)];
    }
    return plan.finish(query, layout);
  });
}

// begin:end:step of an array, and the lengths of what that names
Region sliced(const KernelQuery& query, const Shape& whole, Shape& lengths) {
  const Attributes& attributes = query.attributes;
  Region region(whole);
  lengths = whole;
  for (int i = 0; i < whole.ndim(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    const SliceRange range = resolve_slice(attributes.integers("begin")[k], attributes.integers("end")[k],
                                           attributes.integers("step")[k], whole[i]);
    region.begin[k] = range.begin;
    region.step[k] = range.length == 1 ? 1 : range.step;  // one element is an element in any direction
    lengths[i] = range.length;
  }
  return region;
}

Prepared prepare_slice(const KernelQuery& query) {
  return in_layout_or_plain(query, [&](const Layout& layout) {
    Shape lengths;
    const Region from = sliced(query, query.inputs[0].shape, lengths);
    CopyPlan plan(query);
    if (!plan.add(0, from, 0, Region(query.outputs[0].shape), lengths, layout)) return cut_blocks();
    return plan.finish(query, layout);
  });
}

Prepared prepare_slice_gradient(const KernelQuery& query) {
  return in_layout_or_plain(query, [&](const Layout& layout) {
    Shape lengths;
    const Shape& whole = query.outputs[0].shape;
    const Region to = sliced(query, whole, lengths);
    CopyPlan plan(query);
    plan.fill(0, layout.physical_size(whole));
    if (!plan.add(0, Region(query.inputs[0].shape), 0, to, lengths, layout)) return cut_blocks();
    return plan.finish(query, layout);
  });
}

Prepared prepare_slice_assign(const KernelQuery& query) {
  Shape lengths;
  const Shape& whole = query.outputs[0].shape;
  const Region to = sliced(query, whole, lengths);
  CopyPlan plan(query);
  if (!plan.add(0, Region(whole), 0, Region(whole), whole, {}) ||
      !plan.add(1, Region(query.inputs[1].shape), 0, to, lengths, {}))
    return cut_blocks();
  Prepared prepared = plan.finish(query);
  prepared.in_place = {{0}};
  return prepared;
}

}  // namespace

void register_joining_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "copies", "concatenate", prepare_concatenate});
  registry.add_kernel({"cpu", "copies", "split_like", prepare_split_like});
  registry.add_kernel({"cpu", "copies", "slice", prepare_slice});
  registry.add_kernel({"cpu", "copies", "slice_gradient", prepare_slice_gradient});
  registry.add_kernel({"cpu", "copies", "slice_assign", prepare_slice_assign});
}

}  // namespace kerascpp::cpu
