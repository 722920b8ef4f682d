#include <kerascpp/core/device.hpp>

#include <charconv>
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

}  // namespace

std::string to_string(const Device& device) { return text_of(device.backend, ":", device.index); }

Device device_from_name(std::string_view name) {
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

}  // namespace kerascpp
