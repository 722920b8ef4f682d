#pragma once

#include <filesystem>

#include "support/temporary_folder.hpp"

/// Makes a folder of its own the current one, until its end.
class CurrentFolder {
 public:
  CurrentFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder_.path()); }
  ~CurrentFolder() { std::filesystem::current_path(before_); }
  CurrentFolder(const CurrentFolder&) = delete;
  CurrentFolder& operator=(const CurrentFolder&) = delete;

 private:
  TemporaryFolder folder_;
  std::filesystem::path before_;
};
