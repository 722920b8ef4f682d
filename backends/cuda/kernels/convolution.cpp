#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_names.hpp"
#include "backends/cuda/families.hpp"
#include "backends/cuda/kernels/epilogue.hpp"
#include "backends/cuda/kernels/windows.hpp"
#include "ops/convolution_geometry.hpp"

/// Convolutions from their definition: for dtypes, groups and numbers of axes that cuDNN leaves.
namespace kerascpp::cuda {
namespace {

using ops::ConvolutionGeometry;
using runtime::KernelQuery;
using runtime::Prepared;

enum class Direction { Output, Input, Kernel };

std::string geometry_text(const ConvolutionGeometry& geometry) {
  return "struct G {\n" + constant_text("batch", geometry.batch) + constant_text("C", geometry.channels) +
         constant_text("F", geometry.filters) + constant_text("groups", geometry.groups) +
         text_of("  static constexpr bool channels_first = ", geometry.channels_first ? "true" : "false", ";\n") +
         axes_text(geometry.axes) + "};\n";
}

Prepared prepare(const KernelQuery& query, const ConvolutionGeometry& geometry, Direction direction) {
  const DType dtype = query.inputs[0].dtype;
  if (is_complex(dtype)) return Prepared::refuse(text_of("dtype ", dtype));
  const TensorSpec& out = query.outputs[0];
  const std::string type(type_name(dtype));
  const std::string sum = is_floating(dtype) ? compute_type(dtype) : "int64";
  KernelBuilder kernel;
  kernel.needs("convolution");
  kernel.needs("reduce");
  kernel.add(geometry_text(geometry));
  std::vector<std::string> parameters{text_of("const ", type, "* a"), text_of("const ", type, "* b"),
                                      text_of(type_name(out.dtype), "* c")};
  std::vector<Parameter> arguments{input(0), input(1), output(0)};
  if (direction == Direction::Kernel) {
    constexpr unsigned kLanes = 128;
    kernel.for_each_row(
        out.shape.size(), kLanes, parameters,
        text_of("__shared__ ", sum, " shared[", kLanes, "];\nconst ", sum, " part = convolution_kernel_part<G, ", sum,
                ">(a, b, row, threadIdx.x, ", kLanes, ");\nconst ", sum, " sum = reduce_block<SumOf, ", kLanes,
                ">(part, shared);\nif (threadIdx.x == 0) put(c[row], sum);"),
        arguments);
    return kernel.prepared("direct");
  }
  std::string body;
  if (direction == Direction::Output) {
    const EpilogueText epilogue = epilogue_text(query, 2, sum);
    parameters.insert(parameters.end(), epilogue.parameters.begin(), epilogue.parameters.end());
    arguments.insert(arguments.end(), epilogue.arguments.begin(), epilogue.arguments.end());
    body = text_of("const int64 place = i;\n(void)place;\n", sum, " sum = convolution_output<G, ", sum,
                   ">(a, b, int64(i));\n", epilogue.body, "put(c[i], sum);");
  } else {
    body = text_of("put(c[i], convolution_input<G, ", sum, ">(a, b, int64(i)));");
  }
  kernel.for_each(out.shape.size(), parameters, body, arguments);
  return kernel.prepared("direct");
}

Prepared prepare_conv(const KernelQuery& query) {
  return prepare(query, ops::resolve_padding("conv", query.attributes, query.inputs[0].shape, query.inputs[1].shape),
                 Direction::Output);
}

Prepared prepare_input_gradient(const KernelQuery& query) {
  return prepare(
      query,
      ops::resolve_padding("conv_input_gradient", query.attributes, query.outputs[0].shape, query.inputs[1].shape),
      Direction::Input);
}

Prepared prepare_kernel_gradient(const KernelQuery& query) {
  return prepare(
      query,
      ops::resolve_padding("conv_kernel_gradient", query.attributes, query.inputs[1].shape, query.outputs[0].shape),
      Direction::Kernel);
}

Prepared prepare_transpose(const KernelQuery& query) {
  return prepare(
      query, ops::resolve_transpose("conv_transpose", query.attributes, query.inputs[0].shape, query.inputs[1].shape),
      Direction::Input);
}

}  // namespace

void register_convolution_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "conv", prepare_conv});
  registry.add_kernel({"cuda", "nvrtc", "conv_input_gradient", prepare_input_gradient});
  registry.add_kernel({"cuda", "nvrtc", "conv_kernel_gradient", prepare_kernel_gradient});
  registry.add_kernel({"cuda", "nvrtc", "conv_transpose", prepare_transpose});
}

}  // namespace kerascpp::cuda
