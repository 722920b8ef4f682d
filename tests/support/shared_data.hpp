#pragma once

#include <sys/stat.h>

#include <string>

#include "support/catch.hpp"
#include "test_paths.hpp"

/// A file of the data folder beside the source tree, or an empty text and a visible note when it is not there.
inline std::string shared_data_file(const std::string& name) {
  const std::string path = KERASCPP_SOURCE_DIR "/../shared/data/" + name;
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return path;
  WARN("skipped: there is no " << path);
  return "";
}
