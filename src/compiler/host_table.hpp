#pragma once

#include <cstddef>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>

namespace kerascpp::compiler {

/// Pointers that the host reads while it runs a body: in the body's workspace, so that nothing is allocated; in memory
/// of their own where the workspace lies on a device.
class HostTable {
 public:
  HostTable(void* workspace, std::size_t count, runtime::Queue* queue)
      : own_(queue == nullptr ? 0 : count),
        pointers_(queue == nullptr ? static_cast<void**>(workspace) : own_.data()) {}
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  [[nodiscard]] void** pointers() const { return pointers_; }

 private:
  std::vector<void*> own_;
  void** pointers_;
};

}  // namespace kerascpp::compiler
