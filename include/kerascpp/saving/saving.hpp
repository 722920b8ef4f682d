#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

struct LoadOptions {
  /// Classes of your own that the file names, known while it is read: `{saving::custom_object<MyLayer>("MyLayer")}`.
  std::vector<ObjectClass> custom_objects = {};
  /// Whether to compile the model as the file says, optimizer state included.
  bool compile = true;
  /// Whether to compute the outputs of the sample that the file keeps again: see SaveOptions::self_check.
  bool verify = false;
};

/// Reads a model from a `.keras` archive, a `.h5` file or an ONNX file, told apart by their first bytes.
///
/// With `verify`, a file that keeps no sample, or whose model computes something else of it, is a FormatError that
/// names the output, the first element that differs and both values. An ONNX file keeps none.
/// Throws IoError when the file cannot be read, FormatError naming the member, layer or key that is damaged,
/// LookupError for a class that is not known: one of your own is registered first, or among the custom_objects.
/// Source: keras.saving.load_model.
[[nodiscard]] KCPP_API Model load_model(const std::string& path, const LoadOptions& options = {});

/// Writes a model, as `model.save(path)`. Source: keras.saving.save_model.
KCPP_API void save_model(const Model& model, const std::string& path, const SaveOptions& options = {});

/// A model with fresh weights from the text of `to_json`. Source: keras.models.model_from_json.
[[nodiscard]] KCPP_API Model model_from_json(std::string_view json);

/// The same from the text of `to_yaml`, or of Keras 1 and 2. Source: keras.models.model_from_yaml of Keras 2.
[[nodiscard]] KCPP_API Model model_from_yaml(std::string_view yaml);

/// A model with fresh weights from its config: `{"class_name": "Functional", "config": {...}}`.
[[nodiscard]] KCPP_API Model model_from_config(const Config& config);

namespace models {
using kerascpp::load_model;
using kerascpp::model_from_config;
using kerascpp::model_from_json;
using kerascpp::save_model;
}  // namespace models

namespace saving {
using kerascpp::load_model;
using kerascpp::save_model;
}  // namespace saving

}  // namespace kerascpp
