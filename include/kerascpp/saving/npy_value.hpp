#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

/// The array of a `.npy` file as `load_npz` gives it: a tensor, or, of an array of Python objects, a list of them.
/// Objects that are texts become a tensor of strings of the array's shape, here and in `load_npz`.
///
/// Throws as `load_npz`. Source: numpy.load(allow_pickle=True).
[[nodiscard]] KCPP_API DictValue load_npy_value(const std::string& path);

}  // namespace kerascpp
