#pragma once

#include <optional>
#include <string>
#include <vector>

#include <kerascpp/models/model.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/zip_archive.hpp"

// What a file keeps to prove itself: a sample, the outputs that the model computed of it, and how near others must
// come. In archives they are members, in HDF5 files arrays of a group, all under a name that Keras does not ask for.
namespace kerascpp {

struct StoredCheck {
  std::vector<std::string> input_names, output_names;
  std::vector<Tensor> inputs, outputs;
  /// Of the largest magnitude of an output.
  double tolerance = 0;
  /// Of the weights, in hexadecimal digits.
  std::string sha256;
};

/// Computes the outputs of the sample, or of one that is drawn, as inference; states and random streams stay as they
/// are. Throws ValueError where none can be drawn, ShapeError for one that does not fit the model.
[[nodiscard]] StoredCheck make_self_check(const Model& model, const SelfCheck& wanted);

void add_self_check(ZipWriter& archive, const StoredCheck& check);
void add_self_check(Hdf5Writer& file, const StoredCheck& check);
/// Nothing when the file keeps none. Throws FormatError for a damaged one.
[[nodiscard]] std::optional<StoredCheck> read_self_check(const ZipReader& archive);
[[nodiscard]] std::optional<StoredCheck> read_self_check(const Hdf5Reader& file);

/// Throws FormatError naming the file: the first output that differs, weights that are not those that were saved, or
/// that there is nothing to compare with.
void verify_self_check(const Model& model, const std::string& path, const std::optional<StoredCheck>& check);

}  // namespace kerascpp
