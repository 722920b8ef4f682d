#include <kerascpp/backend/accelerator.hpp>

#include <cstring>
#include <string>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::runtime {

Queue::~Queue() = default;
Recording::~Recording() = default;
Accelerator::~Accelerator() = default;

std::shared_ptr<Accelerator> accelerator_of(std::string_view backend) {
  const BackendDef definition = KernelRegistry::global().backend(backend);
  if (!definition.accelerator) return nullptr;
  const Device device = default_device();
  return definition.accelerator(device.backend == backend ? device.index : 0);
}

void copy_bytes(Queue* queue, void* to, const void* from, std::size_t bytes) {
  if (bytes == 0 || to == from) return;
  if (queue == nullptr)
    std::memcpy(to, from, bytes);
  else
    queue->copy(to, from, bytes);
}

void read_bytes(Queue* queue, void* to, const void* from, std::size_t bytes) {
  if (queue == nullptr) return copy_bytes(nullptr, to, from, bytes);
  queue->download(to, from, bytes);
  queue->wait();
}

void write_bytes(Queue* queue, void* to, const void* from, std::size_t bytes) {
  if (queue == nullptr) return copy_bytes(nullptr, to, from, bytes);
  queue->upload(to, from, bytes);
}

void clear_bytes(Queue* queue, void* to, std::size_t bytes) {
  if (queue == nullptr) {
    std::memset(to, 0, bytes);
    return;
  }
  const std::string zeros(bytes, '\0');
  queue->upload(to, zeros.data(), bytes);
}

}  // namespace kerascpp::runtime
