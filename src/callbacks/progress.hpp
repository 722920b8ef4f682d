#pragma once

#include <vector>

#include <kerascpp/callbacks.hpp>

namespace kerascpp {

/// Adds what fit, evaluate and predict show by themselves, unless verbose is 0 or the user has given one.
void add_progress(std::vector<Callback>& callbacks, int verbose);

}  // namespace kerascpp
