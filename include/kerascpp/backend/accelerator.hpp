#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

/// Devices with memory of their own, that work while the host goes on.
namespace kerascpp::runtime {

/// Work of a device, done in the order in which it is given.
class KCPP_API Queue {
 public:
  virtual ~Queue();
  /// Bytes from one place of the device to another one; the two do not overlap.
  virtual void copy(void* to, const void* from, std::size_t bytes) = 0;
  /// Bytes of the host to the device. The host's memory may change as soon as this returns.
  virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
  /// Bytes of the device to the host; they are there after `wait`.
  virtual void download(void* to, const void* from, std::size_t bytes) = 0;
  /// Returns when all work given so far is done. Throws BackendError when some of it failed.
  virtual void wait() = 0;
};

/// Work that was recorded once, to be given as a whole any number of times.
class KCPP_API Recording {
 public:
  virtual ~Recording();
  /// Gives it to the queue of the device.
  virtual void replay() const = 0;
};

/// A device of a backend whose tensors do not lie in the host's memory.
class KCPP_API Accelerator {
 public:
  virtual ~Accelerator();
  [[nodiscard]] virtual Device device() const = 0;
  /// Memory of the device, aligned to 256 bytes, uninitialized. It may be given back while work that uses it is queued.
  /// Throws BackendError when there is not enough.
  [[nodiscard]] virtual std::shared_ptr<Storage> allocate(std::size_t bytes) = 0;
  /// The queue of all calls. Threads may share it.
  [[nodiscard]] virtual Queue& queue() = 0;
  /// What `work` gives to the queue that it receives; it must not wait. None of it is done yet.
  [[nodiscard]] virtual std::unique_ptr<Recording> record(const Callable<void(Queue&)>& work) = 0;
};

/// The device of a backend that calls use now: the one of `set_device` if it is of that backend, else its first one.
/// Empty for a backend whose tensors lie in the host's memory.
[[nodiscard]] KCPP_API std::shared_ptr<Accelerator> accelerator_of(std::string_view backend);

/// Copies within the memory of a device, or of the host when `queue` is null.
KCPP_API void copy_bytes(Queue* queue, void* to, const void* from, std::size_t bytes);
/// The bytes of a device, or of the host when `queue` is null, in the host's memory. Waits for them.
KCPP_API void read_bytes(Queue* queue, void* to, const void* from, std::size_t bytes);
/// Bytes of the host to where they belong.
KCPP_API void write_bytes(Queue* queue, void* to, const void* from, std::size_t bytes);
/// Zeros in the memory of a device, or of the host when `queue` is null.
KCPP_API void clear_bytes(Queue* queue, void* to, std::size_t bytes);

}  // namespace kerascpp::runtime
