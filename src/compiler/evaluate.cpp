#include "compiler/evaluate.hpp"

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

namespace kerascpp::compiler {

std::vector<Tensor> evaluate(const Node& node, const std::vector<Symbol>& inputs, const std::vector<Tensor>& values) {
  runtime::KernelQuery query{node.op(), node.attributes(), {}, node.outputs(), {}, values};
  for (const Symbol& input : inputs) query.inputs.push_back(input.spec());
  return evaluate(query, values);
}

std::vector<Tensor> evaluate(const runtime::KernelQuery& plain, const std::vector<Tensor>& values) {
  runtime::KernelQuery query = plain;
  query.input_layouts.assign(query.inputs.size(), {});
  std::string refusals;
  for (const auto& definition : runtime::KernelRegistry::global().kernels("reference", query.op.name)) {
    const runtime::Prepared prepared = definition->prepare(query);
    if (!prepared.kernel) {
      refusals += text_of("; ", definition->backend, ":", definition->library, ": ", prepared.refusal);
      continue;
    }
    std::vector<Tensor> results;
    std::vector<const void*> from;
    std::vector<void*> to;
    for (const Tensor& value : values) from.push_back(value.defined() ? value.raw() : nullptr);
    for (const TensorSpec& output : query.outputs) {
      results.push_back(Tensor::empty(output.shape, output.dtype));
      to.push_back(results.back().raw());
    }
    const auto workspace = Storage::allocate_host(prepared.workspace_bytes);
    prepared.kernel->run({from.data(), to.data(), workspace->data});
    return results;
  }
  throw BackendError(text_of("[", query.op.name, "] no reference kernel computes it", refusals));
}

}  // namespace kerascpp::compiler
