#include <kerascpp/backend/plugin.hpp>

#include <dlfcn.h>

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::runtime {
namespace {

using Describe = const Plugin* (*)();

std::string reason() {
  const char* const text = dlerror();
  return text == nullptr ? "unknown reason" : text;
}

bool is_registered(const KernelRegistry& registry, const std::string& name) {
  const std::vector<BackendDef> backends = registry.backends();
  return std::any_of(backends.begin(), backends.end(), [&](const BackendDef& def) { return def.name == name; });
}

const Plugin& description_in(void* library, const std::string& path) {
  const auto describe = reinterpret_cast<Describe>(dlsym(library, "kerascpp_plugin"));
  KCPP_CHECK(describe != nullptr, BackendError, "[load_backend] ", path,
             " is no plug-in: it has no function kerascpp_plugin; see kerascpp/backend/plugin.hpp");
  const Plugin* const plugin = describe();
  KCPP_CHECK(plugin != nullptr && plugin->backend != nullptr && plugin->add != nullptr, BackendError, "[load_backend] ",
             path, " describes no backend");
  KCPP_CHECK(plugin->version == kPluginVersion, BackendError, "[load_backend] ", path,
             " was compiled for plug-in version ", plugin->version, ", this library has version ", kPluginVersion,
             "; compile it again");
  return *plugin;
}

}  // namespace

std::string load_backend(const std::string& path) {
  // a name without a slash would be looked up in the system's folders
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  KCPP_CHECK(library != nullptr, IoError, "[load_backend] cannot load ", path, ": ", reason());
  const Plugin& plugin = description_in(library, path);
  KernelRegistry& registry = KernelRegistry::global();
  KCPP_CHECK(!is_registered(registry, plugin.backend), ValueError, "[load_backend] a backend named \"", plugin.backend,
             "\" is registered already");
  try {
    plugin.add(registry);
  } catch (Error& error) {
    registry.remove_backend(plugin.backend);
    error.add_context(text_of("while registering the backend \"", plugin.backend, "\" of ", path));
    throw;
  }
  KCPP_CHECK(is_registered(registry, plugin.backend), BackendError, "[load_backend] ", path,
             " did not register the backend \"", plugin.backend, "\" that it describes");
  return plugin.backend;
}

}  // namespace kerascpp::runtime
