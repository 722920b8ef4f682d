#pragma once

#include <kerascpp/core/tensor.hpp>

#include "saving/hdf5/objects.hpp"

namespace kerascpp::hdf5 {

/// The numbers of an array; `name` is for messages. Throws FormatError when it is damaged, claims more than the file
/// can hold, or holds no numbers.
[[nodiscard]] Tensor read_array(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name);

}  // namespace kerascpp::hdf5
