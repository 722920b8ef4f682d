#pragma once

#include <memory>
#include <string>

#include "backends/cuda/libraries/driver.hpp"
#include "backends/cuda/runtime/stream.hpp"

namespace kerascpp::cuda {

/// A GPU: its context, its memory and the stream on which everything is computed.
class KCPP_API Gpu final : public runtime::PeerAccelerator, public std::enable_shared_from_this<Gpu> {
 public:
  /// GPU number `index`, the same object each time. Throws BackendError when there is none of that number.
  [[nodiscard]] static std::shared_ptr<Gpu> get(int index);
  /// How many there are; 0 with the reason in `why_not` when none can be used.
  [[nodiscard]] static int count(std::string& why_not);
  /// Forgets all, so that the next use looks for them again. For tests that put other libraries in place.
  static void forget();

  explicit Gpu(int index);
  ~Gpu() override;

  [[nodiscard]] Device device() const override;
  /// From the pool of the GPU, in the order of the stream: memory given back is there for the next taker at once.
  [[nodiscard]] std::shared_ptr<Storage> allocate(std::size_t bytes) override;
  [[nodiscard]] runtime::Queue& queue() override { return *stream_; }
  /// A CUDA graph, captured from what `work` gives to a stream of its own.
  [[nodiscard]] std::unique_ptr<runtime::Recording> record(const Callable<void(runtime::Queue&)>& work) override;

  /// By NCCL, on the streams of the GPUs. Throws BackendError where it is not there, and for dtypes that it does not
  /// add.
  void add_up(const std::vector<std::shared_ptr<runtime::Accelerator>>& places, const std::vector<TensorSpec>& specs,
              const std::vector<std::vector<void*>>& arrays) override;

  [[nodiscard]] Stream& stream() { return *stream_; }
  /// Makes it the one that this thread's calls of NVIDIA's libraries are for.
  void make_current() const { driver().ctx_set_current(context_); }
  /// Compute capability: 90 for 9.0.
  [[nodiscard]] int architecture() const { return architecture_; }
  [[nodiscard]] int multiprocessors() const { return multiprocessors_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  /// Lets another GPU read and write the memory of this one.
  void open_to(const Gpu& other) const;

  int index_;
  int architecture_ = 0, multiprocessors_ = 0;
  std::string name_;
  CUcontext context_ = nullptr;
  CUmemoryPool pool_ = nullptr;
  std::unique_ptr<Stream> stream_;
};

/// The GPU that kernels are prepared for now: the one of `set_device`, or the first one.
[[nodiscard]] std::shared_ptr<Gpu> current_gpu();

}  // namespace kerascpp::cuda
