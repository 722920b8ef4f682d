#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/utils/directory_datasets.hpp>

namespace kerascpp::utils {

/// What the readers of all kinds of files take: see ImageDirectoryOptions.
struct DirectoryOptions {
  DirectoryLabels labels;
  std::string label_mode;
  std::vector<std::string> class_names;
  std::int64_t batch_size = 0;
  bool shuffle = false;
  std::optional<std::uint64_t> seed;
  std::optional<double> validation_split;
  std::string subset;
  bool follow_links = false;
  bool verbose = false;
};

/// The files of a folder with their labels.
struct DirectoryIndex {
  std::vector<std::string> paths;
  std::vector<std::int64_t> labels;  // as many, or none
  std::vector<std::string> class_names;

  /// The files for "training" or "validation"; all of them without a split.
  [[nodiscard]] DirectoryIndex part(const DirectoryOptions& options, const std::string& subset) const;
};

/// Lists the files with one of the endings, shuffled by the seed as numpy does. `owner` is the function in errors.
/// Throws ValueError, IoError. Source: keras.src.utils.dataset_utils.index_directory.
[[nodiscard]] DirectoryIndex index_directory(const char* owner, const std::string& directory,
                                             const std::vector<std::string>& endings, const DirectoryOptions& options,
                                             std::uint64_t seed);

}  // namespace kerascpp::utils
