#include "text_files.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <kerascpp/core/error.hpp>

namespace kerascpp::tool {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  KCPP_CHECK(file.good(), IoError, "cannot open \"", path, "\"");
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  KCPP_CHECK(!file.bad(), IoError, "cannot read \"", path, "\"");
  return text;
}

void write_text(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part" + std::to_string(getpid());
  std::ofstream file(temporary, std::ios::binary);
  file << text;
  file.close();
  if (!file.good() || std::rename(temporary.c_str(), path.c_str()) != 0) {
    std::remove(temporary.c_str());
    throw IoError(text_of("cannot write \"", path, "\""));
  }
}

}  // namespace kerascpp::tool
