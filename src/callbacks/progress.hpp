#pragma once

#include <kerascpp/callbacks.hpp>

namespace kerascpp {

/// What fit, evaluate and predict show by themselves. verbose 1: a bar, 2: a line per epoch.
[[nodiscard]] Callback progress_callback(int verbose);

}  // namespace kerascpp
