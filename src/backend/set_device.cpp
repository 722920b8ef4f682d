#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "core/default_device.hpp"

namespace kerascpp {

// here, since only the registry knows which backends there are
Device usable_device(std::string_view name, std::string_view who) {
  const Device device = device_from_name(name);
  std::string names;
  for (const runtime::BackendDef& backend : runtime::KernelRegistry::global().backends()) {
    names += (names.empty() ? "" : ", ") + backend.name;
    if (backend.name != device.backend) continue;
    KCPP_CHECK(backend.unavailable.empty(), BackendError, "[", who, "] the backend \"", backend.name,
               "\" cannot be used on this machine: ", backend.unavailable);
    return device;
  }
  throw BackendError(text_of("[", who, "] there is no backend named \"", device.backend, "\"; there are ", names));
}

void set_device(std::string_view device) { store_default_device(usable_device(device, "set_device")); }

}  // namespace kerascpp
