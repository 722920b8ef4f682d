#pragma once

#include <string>
#include <vector>

#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/weights.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/state_tree.hpp"
#include "saving/weight_store.hpp"

namespace kerascpp {

/// What the arrays of a file may take in memory beside the weights: a larger file is read twice, once to check it.
constexpr std::uint64_t kMostBytesKept = 64u << 20u;

struct ReadWeightsOptions {
  bool skip_mismatch = false;
  /// The model was made for this file, and nobody sees it when reading fails: arrays become weights one by one.
  bool is_fresh = false;
  LoadReport* report = nullptr;
};

/// The bytes of a Keras 3 `model.weights.h5`. note: a text beyond Keras, which does not mind it; empty: none.
[[nodiscard]] Hdf5Image weights_file(const std::vector<StateEntry>& entries, const std::string& note = {});
/// The note of such a file; empty: it has none.
[[nodiscard]] std::string note_in(const Hdf5Reader& file);

/// Writes "name.weights.json" and its shards, each with at most `most_bytes` of arrays.
void write_shards(const std::string& path, const std::vector<StateEntry>& entries, double most_bytes);

/// Reads the weights of all entries. Unless the model is fresh every array is read and checked before the first weight
/// changes. Throws FormatError naming the layer, the path and both shapes; with `skip_mismatch` layers that do not fit
/// are left.
void read_weights(const WeightStore& file, const std::vector<StateEntry>& entries,
                  const ReadWeightsOptions& options = {});
void read_weights(const Hdf5Reader& file, const std::vector<StateEntry>& entries,
                  const ReadWeightsOptions& options = {});

}  // namespace kerascpp
