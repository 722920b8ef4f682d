#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

struct SaveNpzOptions {
  bool compressed = false;  // as numpy.savez_compressed
};

/// Reads every array of a `.npz` archive, stored or deflated, under its name without ".npy".
///
///   const Tensor x = *load_npz("data.npz").find("x")->tensor();
///
/// Arrays of objects are lists: of tensors (N_i,) int64 for lists of integers, as the word lists of imdb and reuters
/// have them; what they may hold otherwise, see `load_pickle`.
///
/// Throws IoError when the file cannot be read, FormatError naming the member when the archive is damaged or holds what
/// is no `.npy` file, DTypeError as `load_npy`. Source: numpy.load.
[[nodiscard]] KCPP_API Dict load_npz(const std::string& path);

/// Writes tensors under their names, atomically: `save_npz("data.npz", Dict{{"x", x}, {"y", y}})`.
///
/// Throws IoError, DTypeError as `save_npy` and for values that are no tensors, ValueError for an empty Dict and for
/// names that are empty or used twice. Source: numpy.savez.
KCPP_API void save_npz(const std::string& path, const Dict& arrays, const SaveNpzOptions& options = {});

}  // namespace kerascpp
