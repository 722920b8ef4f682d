#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp::saving {

/// What `KerasFileEditor::compare` found.
struct FileComparison {
  std::int64_t match_count = 0;
  std::vector<std::string> errors;  ///< one line for each weight that is missing on either side or has another shape
  [[nodiscard]] bool success() const { return errors.empty(); }
};

/// Looks into the weights of a `.keras` or `.weights.h5` file, and changes them: for a file that fits a model only
/// nearly.
///
///   KerasFileEditor editor("model.weights.h5");
///   editor.summary();                                 // what is in the file
///   editor.rename_object("dense_1", "dense_2");       // by name where it occurs once, else by path
///   editor.save("model_2.weights.h5");
///
/// Objects are named by their path, "layers/dense_1"; their weights "0", "1", .... Each change throws ValueError for an
/// object that is not there, or a name that occurs several times. Source: keras.saving.KerasFileEditor.
class KCPP_API KerasFileEditor {
 public:
  using Weights = std::map<std::string, Tensor>;

  /// Throws IoError, FormatError naming the member or the path that is damaged, ValueError for another ending.
  explicit KerasFileEditor(const std::string& path);

  /// `config.json` and `metadata.json` of a `.keras` file; null of others.
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const Config& metadata() const { return metadata_; }
  /// The weights by object: "layers/dense" -> {"0": kernel, "1": bias}.
  [[nodiscard]] const std::map<std::string, Weights>& weights() const { return objects_; }
  /// Prints each object with the shapes of its weights to standard output.
  void summary() const;
  [[nodiscard]] std::string summary_text() const;
  /// Compares names and shapes of weights with those of a model.
  [[nodiscard]] FileComparison compare(const Model& reference) const;

  /// `new_name` is a name without slashes; objects inside of it move along.
  void rename_object(const std::string& object_name, const std::string& new_name);
  void delete_object(const std::string& object_name);
  /// Throws ValueError where the object is there already.
  void add_object(const std::string& object_path, const Weights& weights);
  void delete_weight(const std::string& object_name, const std::string& weight_name);
  /// Those of the same names are replaced.
  void add_weights(const std::string& object_name, const Weights& weights);
  /// Writes the weights to a `.weights.h5` file, whole or not at all.
  void save(const std::string& path) const;
  void resave_weights(const std::string& path) const { save(path); }

 private:
  [[nodiscard]] std::string resolved(const std::string& object_name) const;

  std::string path_;
  Config config_, metadata_;
  std::map<std::string, Weights> objects_;
  std::map<std::string, std::string> names_;  // of layers, as the file notes them beside their weights
};

}  // namespace kerascpp::saving

namespace kerascpp {
using saving::KerasFileEditor;
}  // namespace kerascpp
