#pragma once

#include <string>
#include <vector>

#include <kerascpp/models/model.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/state_tree.hpp"

namespace kerascpp {

/// The bytes of a Keras 3 `model.weights.h5`.
[[nodiscard]] std::string weights_file(const std::vector<StateEntry>& entries);

/// Reads the weights of all entries. Every array is read and checked before the first weight changes.
/// Throws FormatError naming the layer, the path and both shapes; with `skip_mismatch` layers that do not fit are left.
void read_weights(const Hdf5Reader& file, const std::vector<StateEntry>& entries, bool skip_mismatch = false);

}  // namespace kerascpp
