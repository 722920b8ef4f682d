#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::saving {

/// The config of a model as Keras 2 (tf_keras) reads it by `model_from_json`.
///
/// Throws ValueError naming the layer for what Keras 2 has not: an operation between layers, a setting that is not the
/// default, hard_sigmoid, which was another function then. Masks between layers are left to Keras 2, which finds them
/// again. Source: the format of tf_keras 2.
[[nodiscard]] KCPP_API std::string to_keras2_json(const Model& model);

/// Writes a `.h5` file with config and weights that Keras 2 opens, whole or not at all; without optimizer.
/// Throws as to_keras2_json, and IoError.
KCPP_API void save_keras2(const Model& model, const std::string& path, bool overwrite = true);

}  // namespace kerascpp::saving
