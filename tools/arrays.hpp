#pragma once

#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

namespace kerascpp::tool {

/// What the arrays of a model are called: the names that it takes, and others that stand for the same arrays.
struct ArrayNames {
  std::vector<std::string> names, others;
};
/// By the keys of dictionaries, or by input layer.
[[nodiscard]] ArrayNames input_arrays(const Model& model);
/// By the keys of dictionaries, or by `model.output_names()`.
[[nodiscard]] ArrayNames target_arrays(const Model& model);

/// Arrays from a `.npy` file (one) or a `.npz` file (by name). Where a model has one array, the only one of a `.npz`
/// file may have any name.
[[nodiscard]] DataArgument read_arrays(const std::string& path, const ArrayNames& of);

/// Throws ValueError unless `path` is that of a file that holds so many arrays.
void check_arrays_path(const std::string& path, std::size_t count);

/// Writes one array to `.npy`, several to `.npz` under `names`. Throws ValueError for several arrays and `.npy`.
void write_arrays(const std::string& path, const TensorList& arrays, const std::vector<std::string>& names);

}  // namespace kerascpp::tool
