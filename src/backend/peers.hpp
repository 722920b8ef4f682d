#pragma once

#include <memory>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>
#include <kerascpp/graph/op.hpp>

/// What devices that reach each other can do, beside what a backend must give.
namespace kerascpp::runtime {

class KCPP_API PeerQueue : public Queue {
 public:
  /// Sets bytes of the device to zero.
  virtual void clear(void* to, std::size_t bytes) = 0;
  /// Bytes of the device of `other` to this one, after all work given to `other` so far; what is given to `other` later
  /// comes after the copy. False: the two devices do not reach each other, and nothing is done.
  virtual bool copy_from(Queue& other, void* to, const void* from, std::size_t bytes) = 0;
};

class KCPP_API PeerAccelerator : public Accelerator {
 public:
  /// Replaces arrays on several devices by their sums: `arrays[m][k]` is array number k, of `specs[k]`, on the device
  /// `places[m]`, whose queue has been given what fills it. Called by one thread at a time; may return before it is
  /// done.
  virtual void add_up(const std::vector<std::shared_ptr<Accelerator>>& places, const std::vector<TensorSpec>& specs,
                      const std::vector<std::vector<void*>>& arrays) = 0;
};

/// Bytes from one device to another, or to and from the host where a queue is null; through the host where the devices
/// do not reach each other. What goes to the host is there when this returns.
KCPP_API void move_bytes(Queue* from_queue, const void* from, Queue* to_queue, void* to, std::size_t bytes);

}  // namespace kerascpp::runtime
