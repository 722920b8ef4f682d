#include "backends/cpu/onednn/reorder.hpp"

#include "backend/reorder.hpp"
#include "backends/cpu/onednn/engine.hpp"
#include "backends/cpu/onednn/execution.hpp"
#include "backends/cpu/onednn/families.hpp"
#include "backends/cpu/onednn/memory.hpp"

namespace kerascpp::cpu::onednn {
namespace {

using runtime::Layout;
using runtime::Prepared;

/// Equal layouts in another spelling.
class CopyKernel final : public runtime::Kernel {
 public:
  explicit CopyKernel(std::size_t bytes) : bytes_(bytes) {}
  void run(const runtime::KernelArguments& arguments) const override {
    copy_bytes(arguments.outputs[0], arguments.inputs[0], bytes_);
  }

 private:
  std::size_t bytes_;
};

/// What oneDNN has no format for.
class ElementwiseReorderKernel final : public runtime::Kernel {
 public:
  ElementwiseReorderKernel(const TensorSpec& spec, Layout from, Layout to)
      : spec_(spec), from_(std::move(from)), to_(std::move(to)) {}
  void run(const runtime::KernelArguments& arguments) const override {
    runtime::reorder(arguments.inputs[0], from_, arguments.outputs[0], to_, spec_);
  }

 private:
  TensorSpec spec_;
  Layout from_, to_;
};

// Elements are moved, not converted, so any type of their size does.
dnnl::memory::data_type type_of_size(std::size_t bytes) {
  using Type = dnnl::memory::data_type;
  switch (bytes) {
    case 1:
      return Type::u8;
    case 2:
      return Type::bf16;
    case 4:
      return Type::s32;
    default:
      return Type::undef;
  }
}

// oneDNN's blocked formats come with few orders of axes: a view in which the outer parts of `layout` are in order.
AxisView view_along(const Layout& layout, const Shape& shape) {
  AxisView view = plain_view(shape);
  if (layout.is_plain()) return view;
  view.axes = layout.order();
  for (std::size_t i = 0; i < view.axes.size(); ++i) view.dims[i] = shape[view.axes[i]];
  return view;
}

Prepared prepare_in_view(const AxisView& view, const Layout& from, const Layout& to, dnnl::memory::data_type type) {
  const auto source = to_desc(view, from, type), target = to_desc(view, to, type);
  if (!source || !target) return Prepared::refuse("no format tag for the layout");
  const auto pd = make_reorder(engine(), *source, *target, attributes_with_scratchpad());
  if (!pd) return Prepared::refuse("no implementation");
  return prepare_primitive(
      pd, dnnl::reorder(pd),
      {{DNNL_ARG_FROM, *source, Binding::Place::Input}, {DNNL_ARG_TO, *target, Binding::Place::Output}});
}

Prepared prepare_with_library(const TensorSpec& spec, const Layout& from, const Layout& to) {
  const dnnl::memory::data_type type = type_of_size(itemsize(spec.dtype));
  if (type == dnnl::memory::data_type::undef || spec.shape.empty() || spec.shape.size() == 0)
    return Prepared::refuse("no type of this size");
  Prepared prepared;
  for (const AxisView& view : {view_along(to, spec.shape), view_along(from, spec.shape), plain_view(spec.shape)}) {
    prepared = prepare_in_view(view, from, to, type);
    if (prepared.kernel != nullptr && prepared.implementation.substr(0, 3) != "ref") break;
  }
  return prepared;
}

}  // namespace

Prepared prepare_reorder(const TensorSpec& spec, const Layout& from, const Layout& to) {
  Prepared prepared;
  if (canonical(from, spec.shape) == canonical(to, spec.shape)) {
    const auto bytes = static_cast<std::size_t>(to.physical_size(spec.shape)) * itemsize(spec.dtype);
    prepared.kernel = std::make_shared<CopyKernel>(bytes);
    prepared.implementation = "copy";
    prepared.in_place = {{0}};
  } else {
    prepared = prepare_with_library(spec, from, to);
    if (prepared.kernel == nullptr) {
      prepared.kernel = std::make_shared<ElementwiseReorderKernel>(spec, from, to);
      prepared.implementation = text_of("element by element (", prepared.refusal, ")");
      prepared.refusal.clear();
    }
  }
  prepared.input_layouts = {from};
  prepared.output_layouts = {to};
  return prepared;
}

void register_reorder_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "onednn", "reorder", [](const runtime::KernelQuery& query) {
                         const Layout from = query.input_layouts.empty() ? Layout{} : query.input_layouts[0];
                         return prepare_reorder(query.inputs[0], from, runtime::reorder_layout(query.attributes));
                       }});
}

}  // namespace kerascpp::cpu::onednn
