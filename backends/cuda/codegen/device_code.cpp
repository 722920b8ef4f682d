#include "backends/cuda/codegen/device_code.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {
namespace {

void add(std::string_view name, std::vector<std::string_view>& added, std::string& text) {
  if (std::find(added.begin(), added.end(), name) != added.end()) return;
  added.push_back(name);
  const std::span<const DeviceCode> all = device_code();
  const auto part = std::find_if(all.begin(), all.end(), [name](const DeviceCode& code) { return code.name == name; });
  KCPP_CHECK(part != all.end(), LookupError, "[cuda] there is no device code named \"", name, "\"");
  constexpr std::string_view kNeeds = "// needs: ";
  if (part->text.starts_with(kNeeds)) {
    std::string_view rest = part->text.substr(kNeeds.size());
    rest = rest.substr(0, rest.find('\n'));
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      add(rest.substr(0, end), added, text);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  text += part->text;
}

}  // namespace

std::string device_code_of(const std::vector<std::string_view>& names) {
  std::string text;
  std::vector<std::string_view> added;
  for (const std::string_view name : names) add(name, added, text);
  return text;
}

}  // namespace kerascpp::cuda
