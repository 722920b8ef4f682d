#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "backends/cuda/libraries/cudnn.hpp"

namespace kerascpp::cuda {

/// A descriptor of cuDNN's graph interface. Attributes are set, then it is finished.
class CudnnDescriptor {
 public:
  CudnnDescriptor() = default;
  explicit CudnnDescriptor(cudnnBackendDescriptorType_t type) { cudnn().create_descriptor(type, &descriptor_); }
  ~CudnnDescriptor() {
    if (descriptor_ != nullptr) (void)cudnn().destroy_descriptor.attempt(descriptor_);
  }
  CudnnDescriptor(CudnnDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
  CudnnDescriptor& operator=(CudnnDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  [[nodiscard]] cudnnBackendDescriptor_t get() const { return descriptor_; }

  CudnnDescriptor& set(cudnnBackendAttributeName_t name, std::int64_t value) {
    return set_raw(name, CUDNN_TYPE_INT64, 1, &value);
  }
  CudnnDescriptor& set(cudnnBackendAttributeName_t name, const std::vector<std::int64_t>& values) {
    return set_raw(name, CUDNN_TYPE_INT64, static_cast<std::int64_t>(values.size()), values.data());
  }
  CudnnDescriptor& set(cudnnBackendAttributeName_t name, bool value) {
    return set_raw(name, CUDNN_TYPE_BOOLEAN, 1, &value);
  }
  CudnnDescriptor& set(cudnnBackendAttributeName_t name, cudnnDataType_t value) {
    return set_raw(name, CUDNN_TYPE_DATA_TYPE, 1, &value);
  }
  CudnnDescriptor& set(cudnnBackendAttributeName_t name, const CudnnDescriptor& value) {
    const cudnnBackendDescriptor_t descriptor = value.get();
    return set_raw(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &descriptor);
  }
  CudnnDescriptor& set_raw(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::int64_t count,
                           const void* values) {
    cudnn().set_attribute(descriptor_, name, type, count, values);
    return *this;
  }
  /// Throws BackendError when cuDNN refuses it.
  CudnnDescriptor& finish() {
    cudnn().finalize(descriptor_);
    return *this;
  }
  /// Whether cuDNN takes it.
  [[nodiscard]] bool try_finish() { return cudnn().finalize.attempt(descriptor_) == CUDNN_STATUS_SUCCESS; }

 private:
  cudnnBackendDescriptor_t descriptor_ = nullptr;
};

}  // namespace kerascpp::cuda
