// A plug-in that was compiled for another version.
#include <kerascpp/backend/plugin.hpp>

namespace {
void add(kerascpp::runtime::KernelRegistry&) {}
}  // namespace

extern "C" __attribute__((visibility("default"))) const kerascpp::runtime::Plugin* kerascpp_plugin() {
  static const kerascpp::runtime::Plugin plugin{.version = -1, .backend = "old", .add = add};
  return &plugin;
}
