#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>

/// Arrays of strings. They are tensors of their bytes, uint8, with the bytes of a string along the last axis, filled up
/// with zeros, as NumPy's dtype "S" has it: (B, 1) strings of up to L bytes are a tensor (B, 1, L). So they can be cut,
/// shuffled and batched like any array. Zeros at the end of a string are lost.
namespace kerascpp {

/// Strings (in UTF-8) as a tensor of shape (N, L), or `shape` and L. Throws ShapeError when `shape` has another size.
///
/// model.predict(strings({"good film", "bad film"}))
[[nodiscard]] KCPP_API Tensor strings(const std::vector<std::string>& texts);
[[nodiscard]] KCPP_API Tensor strings(const std::vector<std::string>& texts, const Shape& shape);

/// The strings of such a tensor, in C order. Throws DTypeError unless it is uint8, ShapeError for a scalar.
[[nodiscard]] KCPP_API std::vector<std::string> to_strings(const Tensor& bytes);

}  // namespace kerascpp
