#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp {

/// Writes a symbol of a model as its functional config names it.
using TensorWriter = Callable<Config(const Symbol&)>;

/// An operation between layers as Keras 3 stores it: `{"module": "keras.src.ops.numpy", "class_name": "Multiply",
/// "config": {"name": ...}, "registered_name": "Multiply"}`. Throws ValueError for an operation that Keras has not.
[[nodiscard]] Config operation_config(const Node& node);
/// Its arguments: `{"args": [...], "kwargs": {...}}`; constants are written as numbers or nested lists.
[[nodiscard]] Config operation_call_config(const Node& node, const TensorWriter& writer);

/// The operation behind a class of keras.ops ("TrueDivide" -> "divide"); empty when there is none.
[[nodiscard]] std::string operation_of_class(std::string_view class_name);

}  // namespace kerascpp
