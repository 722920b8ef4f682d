#pragma once

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// Lets every function that reads `variable`, and does not update it otherwise, update it to rule(its symbol).
/// Source: theano's shared(...).default_update.
KCPP_API void set_default_update(const Variable& variable, Callable<Symbol(const Symbol&)> rule);
/// The new value that it is to have, or an undefined symbol.
[[nodiscard]] KCPP_API Symbol default_update(const Variable& variable);

}  // namespace kerascpp
