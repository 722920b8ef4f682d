#pragma once

#include <string>
#include <vector>

#include <kerascpp/graph/op.hpp>

namespace kerascpp::tool {

/// A use of a primitive operation, with known shapes.
struct OpSample {
  const OpDef* op = nullptr;
  Attributes attributes;
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
};

/// One use of every operation of the registry that has one on floating or integer inputs of `dtype`: elementwise
/// operations and reductions on small arrays, the others as convolutions, products, poolings and so on, and what their
/// gradients are made of. Operations that are not defined for the dtype are left out.
[[nodiscard]] std::vector<OpSample> op_samples(DType dtype);

}  // namespace kerascpp::tool
