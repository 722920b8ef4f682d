#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// Whether a class name is one of the kinds of models rather than of a layer.
[[nodiscard]] bool is_model_class(const std::string& class_name);

/// Whether an entry of a functional config is an operation between layers (its module is keras.src.ops...).
[[nodiscard]] bool is_operation(const Config& entry);

/// Calls the operation of an entry on stored arguments. `tensor` gives the symbol that an argument names, or an
/// undefined one for a number or a nested list. Throws FormatError for an operation that is not known.
[[nodiscard]] std::vector<Symbol> read_operation(const Config& entry, const Config::List& arguments,
                                                 const Config& keywords, const Callable<Symbol(const Config&)>& tensor);

}  // namespace kerascpp
