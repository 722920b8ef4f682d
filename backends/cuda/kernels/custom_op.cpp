#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/families.hpp"
#include "ops/custom_op_definition.hpp"

/// Operations whose CUDA C++ users have written.
namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

std::string sizes_text(const std::string& name, const std::vector<TensorSpec>& specs) {
  std::string text;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Shape& shape = specs[i].shape;
    text += text_of("constexpr long long ", name, i, "_size = ", shape.size(), ";\n");
    for (int d = 0; d < shape.ndim(); ++d)
      text += text_of("constexpr long long ", name, i, "_dim", d, " = ", shape[d], ";\n");
  }
  return text;
}

std::vector<Shape> shapes_of(const std::vector<TensorSpec>& specs) {
  std::vector<Shape> shapes;
  for (const TensorSpec& spec : specs) shapes.push_back(spec.shape);
  return shapes;
}

Prepared prepare_custom_op(const KernelQuery& query) {
  const auto definition = ops::custom_op_definition(query.attributes.text("name"));
  const CudaSource& cuda = definition->options.cuda;
  if (cuda.source.empty())
    return Prepared::refuse(text_of("as_op was given no CUDA source for ", definition->options.name));
  const std::int64_t threads =
      cuda.threads ? cuda.threads(shapes_of(query.inputs), shapes_of(query.outputs)) : query.outputs.at(0).shape.size();
  KCPP_CHECK(threads >= 0, ValueError, "[", definition->options.name, "] CudaSource::threads gave ", threads);
  KernelBuilder kernel;
  kernel.add(sizes_text("input", query.inputs) + sizes_text("output", query.outputs) + cuda.source + "\n");
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < query.inputs.size(); ++i) parameters.push_back(input(i));
  for (std::size_t i = 0; i < query.outputs.size(); ++i) parameters.push_back(output(i));
  if (threads > 0)
    kernel.launch(cuda.kernel, (threads + cuda.block - 1) / cuda.block, static_cast<unsigned>(cuda.block),
                  std::move(parameters));
  return kernel.prepared("the user's");
}

}  // namespace

void register_custom_op_kernel(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "custom", "custom_op", prepare_custom_op});
}

}  // namespace kerascpp::cuda
