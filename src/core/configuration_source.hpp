#pragma once

#include <string>
#include <vector>

namespace kerascpp {

/// One setting as it was given outside of the program.
struct ConfigurationEntry {
  std::string key, value;
  std::string origin;  ///< the file or the variable, for messages
};

/// What the file and the environment say, in the order in which it counts. Throws FormatError for a damaged file.
[[nodiscard]] std::vector<ConfigurationEntry> read_configuration();

}  // namespace kerascpp
