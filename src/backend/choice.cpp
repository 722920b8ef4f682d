#include <kerascpp/backend/choice.hpp>

namespace kerascpp::runtime {

KernelChoice choose_kernel(std::string_view backend, const OpDef& op, const Attributes& attributes,
                           const std::vector<TensorSpec>& inputs, const std::vector<TensorSpec>& outputs) {
  KernelQuery query{
      op, attributes, inputs, outputs, std::vector<Layout>(inputs.size()), std::vector<Tensor>(inputs.size())};
  KernelChoice choice;
  for (const auto& definition : KernelRegistry::global().kernels(backend, op.name)) {
    const std::string kernel = definition->backend + ":" + definition->library;
    Prepared prepared = definition->prepare(query);
    if (prepared.kernel != nullptr) {
      choice.kernel = kernel;
      choice.implementation = std::move(prepared.implementation);
      return choice;
    }
    choice.refusals.push_back({kernel, std::move(prepared.refusal)});
  }
  return choice;
}

}  // namespace kerascpp::runtime
