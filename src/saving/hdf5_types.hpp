#pragma once

#include <hdf5.h>

#include <kerascpp/core/dtype.hpp>

namespace kerascpp {

/// The library's type for elements of a dtype in memory; -1 for those that HDF5 files of Keras do not hold.
[[nodiscard]] hid_t hdf5_type(DType dtype);

}  // namespace kerascpp
