#pragma once

#include <kerascpp/core/device.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// The device of a name. Throws ValueError on a malformed name, and BackendError naming `who` for a backend that is not
/// there or cannot be used on this machine.
[[nodiscard]] KCPP_API Device usable_device(std::string_view name, std::string_view who);

/// What `set_device` sets after it has seen that the backend can be used.
void store_default_device(const Device& device);

/// While it lives, the default device of this thread is another one than that of `set_device`.
class KCPP_API DeviceScope {
 public:
  explicit DeviceScope(const Device& device);
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  Device device_;
  const Device* before_;
};

}  // namespace kerascpp
