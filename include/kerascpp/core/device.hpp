#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Where memory lies and kernels run: a backend name and a number, "cpu:0", "cuda:1".
struct Device {
  std::string_view backend = "cpu";  // interned: lives as long as the program
  int index = 0;

  friend bool operator==(const Device& a, const Device& b) { return a.backend == b.backend && a.index == b.index; }
};

[[nodiscard]] KCPP_API std::string to_string(const Device& device);
/// "cpu", "cpu:1", "cuda:0", or a name that `set_contexts` gave to one. Throws ValueError on a malformed text.
[[nodiscard]] KCPP_API Device device_from_name(std::string_view name);

/// Gives names to devices, in place of those given before: "dev0->cuda:0;dev1->cuda:1". Throws ValueError on a
/// malformed text. Source: theano.config.contexts.
KCPP_API void set_contexts(std::string_view contexts);
/// The names given, in the same form.
[[nodiscard]] KCPP_API std::string contexts();

}  // namespace kerascpp
