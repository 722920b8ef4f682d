#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

#include "models/operations/operation_arguments.hpp"

namespace kerascpp {

/// A class of keras.ops that may stand between the layers of a functional model.
struct KerasOperation {
  std::string_view class_name;               ///< "Mean"
  std::vector<std::string_view> parameters;  ///< names of the call's arguments; a last "..." takes any number
  std::vector<Symbol> (*compute)(OperationArguments& arguments);
  std::string_view module = "numpy";  ///< of keras.src.ops
};

/// nullptr when it is not known.
[[nodiscard]] const KerasOperation* find_operation(std::string_view class_name);
[[nodiscard]] std::vector<const KerasOperation*> all_operations();

// the families
[[nodiscard]] const std::vector<KerasOperation>& elementwise_operations();
[[nodiscard]] const std::vector<KerasOperation>& reduction_operations();
[[nodiscard]] const std::vector<KerasOperation>& shape_operations();
[[nodiscard]] const std::vector<KerasOperation>& indexing_operations();
[[nodiscard]] const std::vector<KerasOperation>& linear_algebra_operations();
[[nodiscard]] const std::vector<KerasOperation>& neural_operations();
[[nodiscard]] const std::vector<KerasOperation>& image_operations();
[[nodiscard]] const std::vector<KerasOperation>& signal_operations();

}  // namespace kerascpp
