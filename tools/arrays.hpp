#pragma once

#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

namespace kerascpp::tool {

/// Arrays from a `.npy` file (one) or a `.npz` file (by name). `names` are those of the model; where it has one, the
/// only array of a `.npz` file may have any name.
[[nodiscard]] DataArgument read_arrays(const std::string& path, const std::vector<std::string>& names);

/// Throws ValueError unless `path` is that of a file that holds so many arrays.
void check_arrays_path(const std::string& path, std::size_t count);

/// Writes one array to `.npy`, several to `.npz` under `names`. Throws ValueError for several arrays and `.npy`.
void write_arrays(const std::string& path, const TensorList& arrays, const std::vector<std::string>& names);

}  // namespace kerascpp::tool
