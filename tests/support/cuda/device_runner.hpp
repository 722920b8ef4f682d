#pragma once

#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "support/cuda/emulated_gpu.hpp"

/// Runs kernels of the backend "cuda" by themselves, on the GPU that is there or on an emulated one.
namespace kerascpp::testing {

/// Outputs of a prepared kernel. With `in_place` an output lies where the first input lies that it may take over.
[[nodiscard]] std::vector<Tensor> run_on_gpu(const runtime::Prepared& prepared, const runtime::KernelQuery& query,
                                             const std::vector<Tensor>& inputs, bool in_place = false);

/// The kernel of "cuda" that accepts; else a refusal with the reasons of all that were asked.
[[nodiscard]] runtime::Prepared prepare_on_gpu(const runtime::KernelQuery& query);

/// Outputs of the reference kernel, on the host.
[[nodiscard]] std::vector<Tensor> run_reference_kernel(const runtime::KernelQuery& query,
                                                       const std::vector<Tensor>& inputs);

/// Listens to the sources of kernels that are prepared while it lives.
class SourceCollector {
 public:
  SourceCollector();
  ~SourceCollector();
  SourceCollector(const SourceCollector&) = delete;
  SourceCollector& operator=(const SourceCollector&) = delete;

  /// Each once.
  [[nodiscard]] std::vector<std::string> sources() const;
  /// Compiles `count` of them, evenly chosen (0: all), by the run-time compiler of CUDA for the architectures 8.0, 9.0
  /// and 10.0. Fails the test with the messages of the first that does not compile. Skips visibly without the compiler.
  void check_they_compile(std::size_t count = 0) const;
};

}  // namespace kerascpp::testing
