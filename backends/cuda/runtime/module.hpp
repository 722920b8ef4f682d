#pragma once

#include <memory>
#include <string>

#include "backends/cuda/runtime/device.hpp"

namespace kerascpp::cuda {

/// Compiled functions, loaded on a GPU.
class Module {
 public:
  /// Those of a source, compiled and loaded in the first call.
  [[nodiscard]] static std::shared_ptr<const Module> of(const std::shared_ptr<Gpu>& gpu, const std::string& source);

  Module(std::shared_ptr<Gpu> gpu, const std::string& source);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// Throws BackendError when the source has no such function.
  [[nodiscard]] CUfunction function(const std::string& name) const;

 private:
  std::shared_ptr<Gpu> gpu_;
  CUmodule module_ = nullptr;
};

}  // namespace kerascpp::cuda
