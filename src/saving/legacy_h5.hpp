#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/saving/saving.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/weights_file.hpp"

namespace kerascpp {

/// The config of a model as `config.json` holds it.
[[nodiscard]] KCPP_API Config model_config(const Model& model, bool with_compile);

/// What the weights of a model may take in memory when its file holds so many bytes of them: a file may store them in a
/// narrower type, or compressed.
[[nodiscard]] constexpr std::uint64_t most_weight_bytes(std::uint64_t stored) { return 4 * stored + (64u << 20u); }

// Whole models and weights in the HDF5 layout of Keras 1 and 2, which Keras 3 still writes for `.h5`.

[[nodiscard]] Model load_legacy_h5(const std::string& path, const LoadOptions& options);
void save_legacy_h5(const Model& model, const std::string& path, const SaveOptions& options);
void save_legacy_weights(const Model& model, const std::string& path);
/// A whole model with a config of one's own, as that version of Keras would write it, without training.
[[nodiscard]] Hdf5Image legacy_file(const Model& model, const Config& config, const char* keras_version);
/// Only layers of the same name, or all layers with weights, in order.
void load_legacy_weights(const Model& model, const Hdf5Reader& file, bool by_name, const ReadWeightsOptions& options);

}  // namespace kerascpp
