#pragma once

#include <kerascpp/core/tensor.hpp>

#include "saving/hdf5/objects.hpp"

namespace kerascpp::hdf5 {

/// The numbers of an array; `name` is for messages. Throws FormatError when it is damaged, claims more than the file
/// can hold, or holds no numbers.
[[nodiscard]] Tensor read_array(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name);
/// The rows [first, last) of an array, without a look at the others. Throws FormatError when it has no such rows.
[[nodiscard]] Tensor read_rows(const Bytes& file, const Sizes& sizes, const Object& object, const std::string& name,
                               std::int64_t first, std::int64_t last);
/// How many rows are stored together and cost what one of them costs.
[[nodiscard]] std::int64_t rows_of_chunk(const Bytes& file, const Sizes& sizes, const Object& object);

}  // namespace kerascpp::hdf5
