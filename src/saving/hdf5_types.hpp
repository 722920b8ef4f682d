#pragma once

#include <optional>

#include <hdf5.h>

#include <kerascpp/core/dtype.hpp>

namespace kerascpp {

/// The library's type for elements of a dtype in memory; -1 for those that HDF5 files of Keras do not hold.
[[nodiscard]] hid_t hdf5_type(DType dtype);
/// The dtype of elements of a stored type; nothing for a type that is no number.
[[nodiscard]] std::optional<DType> dtype_of_hdf5(hid_t type);

}  // namespace kerascpp
