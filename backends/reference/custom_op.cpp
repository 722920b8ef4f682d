#include <cstring>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "ops/custom_op_definition.hpp"

namespace kerascpp::reference {
namespace {

void run_custom_op(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const auto definition = ops::custom_op_definition(query.attributes.text("name"));
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < query.inputs.size(); ++i)
    inputs.push_back(
        Tensor::borrow(const_cast<void*>(arguments.inputs[i]), query.inputs[i].shape, query.inputs[i].dtype));
  const TensorList outputs = ops::run_custom_op(*definition, inputs, query.outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    std::memcpy(arguments.outputs[i], outputs[i].raw(), outputs[i].nbytes());
}

}  // namespace

void register_custom_op_kernel(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "custom_op", run_custom_op);
}

}  // namespace kerascpp::reference
