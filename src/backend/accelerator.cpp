#include <kerascpp/backend/accelerator.hpp>

#include <cstring>
#include <string>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/settings.hpp>

#include "backend/peers.hpp"

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

void move_bytes(Queue* from_queue, const void* from, Queue* to_queue, void* to, std::size_t bytes) {
  if (bytes == 0) return;
  if (to_queue == nullptr) return read_bytes(from_queue, to, from, bytes);
  if (from_queue == nullptr) return to_queue->upload(to, from, bytes);
  if (from_queue == to_queue) return copy_bytes(to_queue, to, from, bytes);
  auto* const peer = dynamic_cast<PeerQueue*>(to_queue);
  if (peer != nullptr && peer->copy_from(*from_queue, to, from, bytes)) return;
  const std::shared_ptr<Storage> between = Storage::allocate_host(bytes);
  read_bytes(from_queue, between->data, from, bytes);
  to_queue->upload(to, between->data, bytes);
}

void clear_bytes(Queue* queue, void* to, std::size_t bytes) {
  if (bytes == 0) return;
  if (queue == nullptr) {
    std::memset(to, 0, bytes);
  } else if (auto* const peer = dynamic_cast<PeerQueue*>(queue); peer != nullptr) {
    peer->clear(to, bytes);
  } else {
    const std::string zeros(bytes, '\0');
    queue->upload(to, zeros.data(), bytes);
  }
}

}  // namespace kerascpp::runtime
