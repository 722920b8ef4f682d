#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kerascpp::datasets {

/// Where Google keeps the files of Keras's datasets.
inline constexpr const char* kKerasFiles = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";

/// A file that a dataset is made of.
struct OfficialFile {
  std::string name;    // in the cache
  std::string origin;  // URL
  std::string hash;    // MD5 or SHA-256; empty: not known
};

[[nodiscard]] bool is_file(const std::string& path);
[[nodiscard]] bool is_folder(const std::string& path);
/// $KERASCPP_HOME/datasets, $KERAS_HOME/datasets and ~/.keras/datasets, those that are set.
[[nodiscard]] std::vector<std::string> cache_folders();
/// The path of the file: `path` itself or the file in the folder `path`; with an empty path that of the cache,
/// downloaded when it is not there and `download` says so.
/// Throws IoError naming the dataset and what was searched.
[[nodiscard]] std::string official_file(const char* dataset, const std::string& path, const OfficialFile& file,
                                        bool download);
/// "a, b and c were searched" or that HOME is not set.
[[nodiscard]] std::string list_of(const std::vector<std::string>& folders);

}  // namespace kerascpp::datasets
