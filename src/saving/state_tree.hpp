#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/models/model.hpp>

#include "layers/asset_owner.hpp"
#include "layers/stored_weights.hpp"

namespace kerascpp {

/// A node of the tree in which Keras 3 keeps weights: a layer, or the optimizer.
struct StateEntry {
  std::string path;  // "layers/conv2d_1"; empty for the model itself
  std::string name;  // of the layer
  std::vector<Variable> variables;
  AssetOwner* owner = nullptr;      // the layer, if it keeps other things too
  StoredWeights* stored = nullptr;  // the layer, if files hold other values than its weights have

  /// What is written for each variable.
  [[nodiscard]] std::vector<Tensor> values() const;
};

/// A layer and everything inside of it, depth first. Layers of a model are numbered by their class, not named.
[[nodiscard]] std::vector<StateEntry> state_entries(const Layer& layer);
/// The same of a model, with its optimizer.
[[nodiscard]] std::vector<StateEntry> state_entries(const Model& model, bool with_optimizer);

/// Streams of random numbers by the path of their layer.
[[nodiscard]] std::vector<StateEntry> stream_entries(const Model& model);
/// Their states as text: {"layers/dropout/seed_generator": [seed, draws]}.
[[nodiscard]] Config streams_config(const Model& model);
/// Sets those that `config` has. Throws FormatError for anything but pairs.
void read_streams(const Model& model, const Config& config);

}  // namespace kerascpp
