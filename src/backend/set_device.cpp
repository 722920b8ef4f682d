#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "core/default_device.hpp"

namespace kerascpp {

// here, since only the registry knows which backends there are
void set_device(std::string_view device) {
  const Device chosen = device_from_name(device);
  std::string names;
  for (const runtime::BackendDef& backend : runtime::KernelRegistry::global().backends()) {
    names += (names.empty() ? "" : ", ") + backend.name;
    if (backend.name != chosen.backend) continue;
    KCPP_CHECK(backend.unavailable.empty(), BackendError, "[set_device] the backend \"", backend.name,
               "\" cannot be used on this machine: ", backend.unavailable);
    store_default_device(chosen);
    return;
  }
  throw BackendError(text_of("[set_device] there is no backend named \"", chosen.backend, "\"; there are ", names));
}

}  // namespace kerascpp
