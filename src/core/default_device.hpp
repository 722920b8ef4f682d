#pragma once

#include <kerascpp/core/device.hpp>

namespace kerascpp {

/// What `set_device` sets after it has seen that the backend can be used.
void store_default_device(const Device& device);

}  // namespace kerascpp
