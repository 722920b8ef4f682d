#include "saving/config_reader.hpp"

#include <algorithm>

namespace kerascpp {

ConfigReader::ConfigReader(const Config& config, std::string_view class_name)
    : config_(config), class_name_(class_name) {
  KCPP_CHECK(config.is_map(), FormatError, "[", class_name, "] expected its config as a map, received ", config);
}

const Config* ConfigReader::use(std::string_view key) {
  used_.push_back(key);
  return config_.find(key);
}

const Config& ConfigReader::required_config(std::string_view key) {
  const Config* found = use(key);
  KCPP_CHECK(found != nullptr, FormatError, "[", class_name_, "] its config lacks the key \"", key, "\"");
  return *found;
}

void ConfigReader::finish() const {
  for (const auto& [key, value] : config_.as_map())
    KCPP_CHECK(std::find(used_.begin(), used_.end(), key) != used_.end(), FormatError, "[", class_name_,
               "] unknown key \"", key, "\" in its config, with value ", value);
}

}  // namespace kerascpp
