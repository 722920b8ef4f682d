#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp::utils {

/// Batches read from the files of a folder.
struct DirectoryDataset : data::Dataset {
  std::vector<std::string> class_names;  ///< in the order of their numbers; empty without labels
  std::vector<std::string> file_paths;   ///< in the order of the first pass before its own shuffling
};

/// Where the labels of files come from.
class KCPP_API DirectoryLabels {
 public:
  /// "inferred": from the names of the subfolders. Throws ValueError for another text.
  DirectoryLabels(const char* inferred = "inferred");    // NOLINT: implicit by design
  DirectoryLabels(std::nullopt_t) : inferred_(false) {}  // NOLINT: no labels
  DirectoryLabels(std::vector<std::int64_t> numbers)     // NOLINT: one for each file
      : inferred_(false), numbers_(std::move(numbers)) {}
  [[nodiscard]] bool inferred() const { return inferred_; }
  [[nodiscard]] const std::optional<std::vector<std::int64_t>>& numbers() const { return numbers_; }

 private:
  bool inferred_ = true;
  std::optional<std::vector<std::int64_t>> numbers_;
};

// Files are those below `directory` with one of the endings of their kind, in the order of their paths; with inferred
// labels each subfolder that does not begin with a point is a class.

struct ImageDirectoryOptions {
  DirectoryLabels labels = {};
  std::string label_mode = "int";             ///< "int", "categorical", "binary", or "" for no labels
  std::vector<std::string> class_names = {};  ///< subfolders in the order of their numbers; empty: all of them, sorted
  std::string color_mode = "rgb";             ///< "rgb", "rgba" or "grayscale"
  std::int64_t batch_size = 32;               ///< 0: files one by one
  std::pair<std::int64_t, std::int64_t> image_size = {256, 256};
  bool shuffle = true;  ///< in another order in each pass
  std::optional<std::uint64_t> seed = {};
  std::optional<double> validation_split = {};  ///< share of the files that is kept for validation
  std::string subset = {};                      ///< "training" or "validation", with validation_split
  /// "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic".
  std::string interpolation = "bilinear";
  bool follow_links = false;
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string data_format = {};
  bool verbose = true;  ///< tells on standard output how many files were found
};
/// Images (B, H, W, C) float32 from 0 to 255 of the JPEG and PNG files of a folder, and their labels.
///
/// Labels are int32 (B,), with "categorical" float32 (B, classes), with "binary" float32 (B, 1).
/// Throws ValueError for arguments that do not fit, IoError naming a folder or file that cannot be read; a damaged
/// image is a FormatError naming it when its batch is asked for. Source: keras.utils.image_dataset_from_directory.
[[nodiscard]] KCPP_API DirectoryDataset image_dataset_from_directory(const std::string& directory,
                                                                     const ImageDirectoryOptions& options = {});
/// The parts for training and for validation, of which only the first is shuffled: subset "both".
[[nodiscard]] KCPP_API std::pair<DirectoryDataset, DirectoryDataset> image_datasets_from_directory(
    const std::string& directory, const ImageDirectoryOptions& options);

struct TextDirectoryOptions {
  DirectoryLabels labels = {};
  std::string label_mode = "int";             ///< "int", "categorical", "binary", or "" for no labels
  std::vector<std::string> class_names = {};  ///< subfolders in the order of their numbers; empty: all of them, sorted
  std::int64_t batch_size = 32;               ///< 0: files one by one
  std::optional<std::int64_t> max_length = {};  ///< bytes of a text; what is longer is cut off
  bool shuffle = true;                          ///< in another order in each pass
  std::optional<std::uint64_t> seed = {};
  std::optional<double> validation_split = {};  ///< share of the files that is kept for validation
  std::string subset = {};                      ///< "training" or "validation", with validation_split
  bool follow_links = false;
  bool verbose = true;  ///< tells on standard output how many files were found
};
/// Texts, as `strings` holds them, of the .txt files of a folder, and their labels as for images.
/// Throws as `image_dataset_from_directory`. Source: keras.utils.text_dataset_from_directory.
[[nodiscard]] KCPP_API DirectoryDataset text_dataset_from_directory(const std::string& directory,
                                                                    const TextDirectoryOptions& options = {});
[[nodiscard]] KCPP_API std::pair<DirectoryDataset, DirectoryDataset> text_datasets_from_directory(
    const std::string& directory, const TextDirectoryOptions& options);

struct AudioDirectoryOptions {
  DirectoryLabels labels = {};
  std::string label_mode = "int";             ///< "int", "categorical", "binary", or "" for no labels
  std::vector<std::string> class_names = {};  ///< subfolders in the order of their numbers; empty: all of them, sorted
  std::int64_t batch_size = 32;               ///< 0: files one by one
  std::optional<std::int64_t> sampling_rate = {};  ///< samples per second that all sounds get; empty: as they are
  /// Samples of each sound, at its new rate: longer ones are cut off, shorter ones end with zeros. Unless given, those
  /// of the longest sound of the batch.
  std::optional<std::int64_t> output_sequence_length = {};
  bool shuffle = true;  ///< in another order in each pass
  std::optional<std::uint64_t> seed = {};
  std::optional<double> validation_split = {};  ///< share of the files that is kept for validation
  std::string subset = {};                      ///< "training" or "validation", with validation_split
  bool follow_links = false;
  bool verbose = true;  ///< tells on standard output how many files were found
};
/// Sounds (B, T, channels) float32 from -1 to 1 of the .wav files of a folder, and their labels as for images. The
/// sounds of a batch have equally many channels (ValueError naming the file otherwise). Throws as
/// `image_dataset_from_directory`. Source: keras.utils.audio_dataset_from_directory.
[[nodiscard]] KCPP_API DirectoryDataset audio_dataset_from_directory(const std::string& directory,
                                                                     const AudioDirectoryOptions& options = {});
[[nodiscard]] KCPP_API std::pair<DirectoryDataset, DirectoryDataset> audio_datasets_from_directory(
    const std::string& directory, const AudioDirectoryOptions& options);

}  // namespace kerascpp::utils
