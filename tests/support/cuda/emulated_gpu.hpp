#pragma once

#include <cstdint>
#include <string>

namespace kerascpp::testing {

/// A GPU that is not there. While one of these lives, the backend "cuda" finds a driver that records what it is asked
/// for, and does it on the host: kernels are compiled by the C++ compiler from the very source that the run-time
/// compiler of CUDA would get, captured graphs are replayed, and memory lies between pages that nobody may touch.
/// cuBLASLt and cuDNN are not there.
///
/// It is strict where a real one is: a thread needs the right context, what may not be asked for during a capture
/// fails, kernels must fit into the limits of a launch, and copies find their memory on the right device. Work is done
/// a little after it was given, or when the host waits for it.
class EmulatedGpu {
 public:
  static constexpr int kDevices = 2;

  /// Which end of an allocation borders on a page that traps.
  enum class Guard { After, Before };

  /// Capacity: bytes of memory that the GPU has.
  explicit EmulatedGpu(Guard guard = Guard::After, std::size_t capacity = std::size_t{1} << 30);
  ~EmulatedGpu();
  EmulatedGpu(const EmulatedGpu&) = delete;
  EmulatedGpu& operator=(const EmulatedGpu&) = delete;

  /// Whether this machine can compile kernels for it.
  [[nodiscard]] static bool available();

  /// What the driver was asked for so far.
  struct Counts {
    std::int64_t allocations = 0;
    std::int64_t pinned_allocations = 0;
    std::int64_t synchronizations = 0;  // of the host with the stream
    std::int64_t launches = 0;          // of kernels, outside of graphs
    std::int64_t graph_launches = 0;
    std::int64_t captures = 0;
    std::int64_t uploads = 0, downloads = 0, peer_copies = 0;
    std::int64_t launches_in_graphs = 0;  // of kernels, by graphs

    friend Counts operator-(Counts a, const Counts& b);
  };
  [[nodiscard]] static Counts counts();
  /// Bytes allocated and not given back.
  [[nodiscard]] static std::size_t bytes_in_use();
};

}  // namespace kerascpp::testing
