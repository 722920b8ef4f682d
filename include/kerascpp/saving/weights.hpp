#pragma once

#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

/// A layer whose arrays in the file do not fit.
struct LoadMismatch {
  std::string layer;
  std::string reason;  ///< with both shapes, or both numbers of arrays
};

/// What became of each layer with weights, and of each layer in the file.
struct KCPP_API LoadReport {
  std::vector<std::string> matched;      ///< layers whose weights come from the file
  std::vector<std::string> skipped;      ///< layers of the model of which the file has nothing
  std::vector<std::string> unused;       ///< what the file has and the model has not
  std::vector<LoadMismatch> mismatched;  ///< layers that were left as they are

  /// One line for each kind, and one for each mismatch.
  [[nodiscard]] std::string text() const;
};

/// Reads weights from `.weights.h5`, from the shards that a `.weights.json` names, or from a `.h5` file of Keras 1, 2
/// or 3, whole models included. Every array is read and checked before the first weight changes.
///
/// Throws IoError when a file cannot be read, FormatError naming the layer, the path in the file and both shapes,
/// ValueError for by_name with a layout that has no names. Source: keras.saving.load_weights.
KCPP_API LoadReport load_weights(const Model& model, const std::string& path, const LoadWeightsOptions& options = {});

struct SaveWeightsOptions {
  bool overwrite = true;
  /// With `.weights.json`: the largest size of the arrays in one file, in units of 2^30 bytes.
  std::optional<double> max_shard_size = {};
};

/// Writes weights to `.weights.h5`, to `.h5` in the layout of Keras 2, or, with max_shard_size, to "name.weights.json"
/// and the files "name_00000.weights.h5", "name_00001.weights.h5", ... beside it.
///
/// Throws IoError, ValueError for another ending or an array larger than a shard. Source: keras.saving.save_weights.
KCPP_API void save_weights(const Model& model, const std::string& path, const SaveWeightsOptions& options = {});

namespace saving {
using kerascpp::load_weights;
using kerascpp::LoadReport;
using kerascpp::save_weights;
}  // namespace saving

}  // namespace kerascpp
