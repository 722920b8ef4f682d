#pragma once

#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp {

/// Writes a symbol of a model as its functional config names it.
using TensorWriter = Callable<Config(const Symbol&)>;

/// An operation made in code between layers, as Keras 3 stores it: `{"module": "keras.src.ops.numpy", "class_name":
/// "Multiply", "config": {"name": ...}, "registered_name": "Multiply"}`. Throws ValueError for one that Keras has not.
[[nodiscard]] Config operation_config(const Node& node);
/// Its arguments: `{"args": [...], "kwargs": {...}}`; constants are written as numbers or arrays.
[[nodiscard]] Config operation_call_config(const Node& node, const TensorWriter& writer);
/// The class that Keras has for it ("TrueDivide"); a name made in the same way when Keras has none.
[[nodiscard]] std::string operation_class_name(const Node& node);

}  // namespace kerascpp
