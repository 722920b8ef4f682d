#include <kerascpp/core/device.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <set>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

// Device holds a view, so each distinct backend name is kept for the life of the program.
std::string_view interned(std::string_view name) {
  if (name == "cpu") return "cpu";
  static std::mutex mutex;
  static std::set<std::string, std::less<>> names;
  const std::lock_guard lock(mutex);
  return *names.emplace(name).first;
}

bool is_backend_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// "cpu:1": a backend and perhaps a number.
Device plain_device(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view backend = name.substr(0, colon);
  int index = 0;
  bool well_formed = is_backend_name(backend);
  if (colon != std::string_view::npos) {
    const char* const first = name.data() + colon + 1;
    const char* const last = name.data() + name.size();
    const auto [end, error] = std::from_chars(first, last, index);
    well_formed = well_formed && error == std::errc() && end == last && index >= 0;
  }
  KCPP_CHECK(well_formed, ValueError, "[device] malformed device name \"", name,
             "\"; expected a backend and an optional number, as in \"cpu\" or \"cuda:1\"");
  return {interned(backend), index};
}

using Names = std::map<std::string, Device, std::less<>>;

struct Contexts {
  std::mutex mutex;
  Names names;
};

Contexts& given_contexts() {
  static auto* const contexts = new Contexts;
  return *contexts;
}

}  // namespace

std::string to_string(const Device& device) { return text_of(device.backend, ":", device.index); }

Device device_from_name(std::string_view name) {
  {
    const std::lock_guard lock(given_contexts().mutex);
    const Names& names = given_contexts().names;
    if (const auto found = names.find(name); found != names.end()) return found->second;
  }
  return plain_device(name);
}

void set_contexts(std::string_view contexts) {
  Names names;
  for (std::string_view rest = contexts; !rest.empty();) {
    const std::string_view entry = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    const std::size_t arrow = entry.find("->");
    const std::string_view name = entry.substr(0, arrow);
    KCPP_CHECK(arrow != std::string_view::npos && is_backend_name(name), ValueError,
               "[contexts] expected name->device, as in \"dev0->cpu:0;dev1->cpu:1\", received \"", entry, "\"");
    const bool added = names.emplace(name, plain_device(entry.substr(arrow + 2))).second;
    KCPP_CHECK(added, ValueError, "[contexts] the name \"", name, "\" is given twice");
  }
  const std::lock_guard lock(given_contexts().mutex);
  given_contexts().names = std::move(names);
}

std::string contexts() {
  const std::lock_guard lock(given_contexts().mutex);
  std::string text;
  for (const auto& [name, device] : given_contexts().names)
    text += text_of(text.empty() ? "" : ";", name, "->", device);
  return text;
}

}  // namespace kerascpp
