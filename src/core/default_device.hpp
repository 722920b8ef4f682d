#pragma once

#include <kerascpp/core/device.hpp>

namespace kerascpp {

/// The device of a name. Throws ValueError on a malformed name, and BackendError naming `who` for a backend that is not
/// there or cannot be used on this machine.
[[nodiscard]] Device usable_device(std::string_view name, std::string_view who);

/// What `set_device` sets after it has seen that the backend can be used.
void store_default_device(const Device& device);

}  // namespace kerascpp
