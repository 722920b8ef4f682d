#pragma once

#include <memory>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Zeros on the host. Large ones cost nothing until they are looked at: the system makes their pages then, so weights
/// that are filled from a file are not written twice. Throws as Tensor::empty.
[[nodiscard]] std::shared_ptr<Storage> allocate_zeros(const Shape& shape, DType dtype);

}  // namespace kerascpp
