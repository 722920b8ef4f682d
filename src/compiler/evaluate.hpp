#pragma once

#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp::compiler {

/// The outputs of one node computed by the reference kernels; `inputs` may hold undefined tensors where only a shape
/// is needed. Throws BackendError when no reference kernel accepts the node.
[[nodiscard]] std::vector<Tensor> evaluate(const Node& node, const std::vector<Symbol>& inputs,
                                           const std::vector<Tensor>& values);
/// The same for a query on plain layouts.
[[nodiscard]] std::vector<Tensor> evaluate(const runtime::KernelQuery& query, const std::vector<Tensor>& values);

}  // namespace kerascpp::compiler
