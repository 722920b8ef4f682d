#pragma once

#include <memory>
#include <string>

#include <kerascpp/ops/custom_op.hpp>

namespace kerascpp {

/// An operation that a user wrote. Nodes refer to it by its name.
struct CustomOpDefinition {
  TensorFunction function;
  CustomOpOptions options;
};

namespace ops {

/// Throws LookupError where no operation of the name has been made.
[[nodiscard]] std::shared_ptr<const CustomOpDefinition> custom_op_definition(const std::string& name);

/// The results of the function. Throws ValueError, ShapeError or DTypeError where they are not what was announced.
[[nodiscard]] TensorList run_custom_op(const CustomOpDefinition& definition, const std::vector<Tensor>& inputs,
                                       const std::vector<TensorSpec>& announced);

}  // namespace ops
}  // namespace kerascpp
