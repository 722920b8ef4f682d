#include "core/configuration_source.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <nlohmann/json.hpp>

namespace kerascpp {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string file_path() {
  if (const std::string home = variable("KERASCPP_HOME"); !home.empty()) return home + "/kerascpp.json";
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.kerascpp/kerascpp.json";
  return {};
}

void read_file(std::vector<ConfigurationEntry>& entries) {
  const std::string path = file_path();
  std::ifstream file(path);
  if (path.empty() || !file) return;
  std::ostringstream text;
  text << file.rdbuf();
  const auto json = nlohmann::json::parse(text.str(), nullptr, false);
  KCPP_CHECK(json.is_object(), FormatError, path, " is not a JSON object of settings");
  for (const auto& [key, value] : json.items()) {
    KCPP_CHECK(value.is_string() || value.is_number() || value.is_boolean(), FormatError, path, ": \"", key,
               "\" is neither a text, a number nor true or false");
    entries.push_back({key, value.is_string() ? value.get<std::string>() : value.dump(), path});
  }
}

void read_flags(std::vector<ConfigurationEntry>& entries) {
  std::istringstream flags(variable("KERASCPP_FLAGS"));
  for (std::string flag; std::getline(flags, flag, ',');) {
    if (flag.empty()) continue;
    const std::size_t equals = flag.find('=');
    KCPP_CHECK(equals != std::string::npos, FormatError, "KERASCPP_FLAGS: \"", flag, "\" is not of the form key=value");
    entries.push_back({flag.substr(0, equals), flag.substr(equals + 1), "KERASCPP_FLAGS"});
  }
}

}  // namespace

std::vector<ConfigurationEntry> read_configuration() {
  std::vector<ConfigurationEntry> entries;
  read_file(entries);
  if (const std::string backend = variable("KERAS_BACKEND"); !backend.empty())
    entries.push_back({"backend", backend, "KERAS_BACKEND"});
  read_flags(entries);
  return entries;
}

}  // namespace kerascpp
