#include "support/guide.hpp"

#include <algorithm>
#include <fstream>

#include "support/catch.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(KERASCPP_SOURCE_DIR "/" + path);
  INFO(path);
  REQUIRE(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    lines.push_back(first == std::string::npos ? "" : line.substr(first));
  }
  return lines;
}

}  // namespace

void check_guides(const std::vector<std::string>& guides, const std::vector<std::string>& sources) {
  std::vector<std::string> blocks;
  std::string block;
  bool inside = false;
  for (const std::string& source : sources)
    for (const std::string& line : lines_of(source)) {
      if (line.starts_with("// ---")) {
        if (inside) blocks.push_back(block);
        block.clear();
        inside = line.size() > 6;
      } else if (inside) {
        block += line + "\n";
      }
    }
  std::vector<bool> shown(blocks.size(), false);
  for (const std::string& guide : guides) {
    inside = false;
    for (const std::string& line : lines_of(guide)) {
      if (line == "```cpp") {
        inside = true;
        block.clear();
      } else if (line == "```" && inside) {
        inside = false;
        INFO(guide << " shows code that no test runs:\n" << block);
        const auto found = std::find(blocks.begin(), blocks.end(), block);
        CHECK(found != blocks.end());
        if (found != blocks.end()) shown[static_cast<std::size_t>(found - blocks.begin())] = true;
      } else if (inside) {
        block += line + "\n";
      }
    }
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    INFO("no guide shows\n" << blocks[i]);
    CHECK(shown[i]);
  }
}

}  // namespace kerascpp::test
