#pragma once

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Lets `callback` run after every `set_random_seed`: for streams above the core that start anew with the global one.
void on_random_seed(void (*callback)());

}  // namespace kerascpp
