#pragma once

#include <string>

namespace kerascpp::tool {

[[nodiscard]] bool ends_with(const std::string& text, const std::string& end);
/// Throws IoError naming the file.
[[nodiscard]] std::string read_text(const std::string& path);
/// Writes the whole file or nothing. Throws IoError naming the file.
void write_text(const std::string& path, const std::string& text);

}  // namespace kerascpp::tool
