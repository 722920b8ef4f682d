#pragma once

#include <string_view>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Throws ValueError for an undefined tensor and BackendError for one whose elements this processor cannot reach.
inline void check_on_host(const Tensor& tensor, std::string_view who) {
  KCPP_CHECK(tensor.defined(), ValueError, "[", who, "] the tensor is undefined");
  KCPP_CHECK(tensor.device().backend == "cpu", BackendError, "[", who, "] the tensor lies on ", tensor.device(),
             "; copy it to the host first");
}

}  // namespace kerascpp
