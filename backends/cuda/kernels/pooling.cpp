#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/codegen/loop_names.hpp"
#include "backends/cuda/families.hpp"
#include "backends/cuda/kernels/windows.hpp"
#include "ops/pooling_geometry.hpp"

namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

// Starts a kernel with the geometry of a pooling of `x`.
KernelBuilder builder_for(const KernelQuery& query, const Shape& x) {
  const ops::PoolingGeometry geometry = ops::resolve_pooling(query.op.name, query.attributes, x);
  KernelBuilder kernel;
  kernel.needs("pooling");
  kernel.add("struct G {\n" + constant_text("C", geometry.channels_first ? x[1] : x.back()) +
             text_of("  static constexpr bool channels_first = ", geometry.channels_first ? "true" : "false",
                     ", adaptive = ", geometry.adaptive ? "true" : "false", ";\n") +
             axes_text(geometry.axes) + "};\n");
  return kernel;
}

std::string pointer(const TensorSpec& spec, const char* name, bool written) {
  return text_of(written ? "" : "const ", type_name(spec.dtype), "* ", name);
}

std::string sum_of(DType dtype) { return is_floating(dtype) ? compute_type(dtype) : "int64"; }

Prepared prepare_pool(const KernelQuery& query, const std::string& value) {
  KernelBuilder kernel = builder_for(query, query.inputs[0].shape);
  kernel.for_each(query.outputs[0].shape.size(),
                  {pointer(query.inputs[0], "x", false), pointer(query.outputs[0], "y", true)},
                  "const Windows<G> windows(i);\nput(y[i], " + value + ");", {input(0), output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_max_pool(const KernelQuery& query) {
  return prepare_pool(query, "get(x[windows.place_of_maximum(x)])");
}

Prepared prepare_average_pool(const KernelQuery& query) {
  return prepare_pool(query, text_of("windows.template mean<", sum_of(query.outputs[0].dtype), ">(x)"));
}

Prepared prepare_max_pool_select(const KernelQuery& query) {
  KernelBuilder kernel = builder_for(query, query.inputs[1].shape);
  kernel.for_each(query.outputs[0].shape.size(),
                  {pointer(query.inputs[0], "h", false), pointer(query.inputs[1], "x", false),
                   pointer(query.outputs[0], "y", true)},
                  "const Windows<G> windows(i);\nput(y[i], get(h[windows.place_of_maximum(x)]));",
                  {input(0), input(1), output(0)});
  return kernel.prepared("generated");
}

Prepared prepare_gradient(const KernelQuery& query, bool maximum) {
  KernelBuilder kernel = builder_for(query, query.outputs[0].shape);
  std::vector<std::string> parameters{pointer(query.inputs[0], "g", false), pointer(query.outputs[0], "y", true)};
  std::vector<Parameter> arguments{input(0), output(0)};
  if (maximum) {
    parameters.push_back(pointer(query.inputs[1], "x", false));
    arguments.push_back(input(1));
  }
  kernel.for_each(query.outputs[0].shape.size(), parameters,
                  text_of("put(y[i], pool_gradient<G, ", sum_of(query.inputs[0].dtype), ", ",
                          maximum ? "true" : "false", ">(g, ", maximum ? "x" : "g", ", int64(i)));"),
                  arguments);
  return kernel.prepared("generated");
}

}  // namespace

void register_pooling_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "max_pool", prepare_max_pool});
  registry.add_kernel({"cuda", "nvrtc", "average_pool", prepare_average_pool});
  registry.add_kernel({"cuda", "nvrtc", "max_pool_select", prepare_max_pool_select});
  registry.add_kernel(
      {"cuda", "nvrtc", "max_pool_gradient", [](const KernelQuery& query) { return prepare_gradient(query, true); }});
  registry.add_kernel({"cuda", "nvrtc", "average_pool_gradient",
                       [](const KernelQuery& query) { return prepare_gradient(query, false); }});
}

}  // namespace kerascpp::cuda
