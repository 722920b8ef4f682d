#include "datasets/cache.hpp"

#include <sys/stat.h>

#include <cstdlib>

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/get_file.hpp>

namespace kerascpp::datasets {

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> cache_folders() {
  std::vector<std::string> folders;
  const auto add = [&folders](const char* variable, std::string_view below) {
    const char* const value = std::getenv(variable);
    if (value != nullptr && *value != '\0') folders.push_back(text_of(value, below, "/datasets"));
  };
  add("KERASCPP_HOME", "");
  add("KERAS_HOME", "");
  add("HOME", "/.keras");
  return folders;
}

std::string list_of(const std::vector<std::string>& folders) {
  std::string text;
  for (const std::string& folder : folders) text += (text.empty() ? "" : ", ") + folder;
  return text.empty() ? "any cache folder: HOME is not set" : text;
}

std::string official_file(const char* dataset, const std::string& path, const OfficialFile& file, bool download) {
  if (!path.empty()) {
    const std::string found = is_folder(path) ? path + "/" + file.name : path;
    KCPP_CHECK(is_file(found), IoError, "[datasets::", dataset, "] ", found, ": there is no such file");
    return found;
  }
  if (download) return utils::get_file(file.name, file.origin, {.file_hash = file.hash});
  for (const std::string& folder : cache_folders())
    if (is_file(folder + "/" + file.name)) return folder + "/" + file.name;
  throw IoError(text_of("[datasets::", dataset, "] there is no ", file.name, " in ", list_of(cache_folders()),
                        "; it can be had from ", file.origin));
}

}  // namespace kerascpp::datasets
