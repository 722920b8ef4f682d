#pragma once

#include <string>

#include "saving/pickle/stream.hpp"
#include "saving/pickle/values.hpp"

// What NumPy's arrays, dtypes and scalars are written as: calls of a few functions by their names, none of which is
// really called. Errors are FormatErrors that `stream` places.

namespace kerascpp {

/// The function or class `module`.`name`. Fails for all that NumPy's objects are not written with.
[[nodiscard]] PickleValue find_global(const std::string& module, const std::string& name, const PickleStream& stream);

/// What the call would give.
[[nodiscard]] PickleValue call_global(const PickleGlobal& function, const PickleList& arguments,
                                      const PickleStream& stream);

/// Gives `object`, an array or a dtype, what it holds: the tuple of its `__setstate__`.
void set_state(const PickleValue& object, const PickleList& state, const PickleStream& stream);

}  // namespace kerascpp
