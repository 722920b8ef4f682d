#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/export.hpp>

/// Backends in libraries of their own, loaded while a program runs.
namespace kerascpp::runtime {

/// Changes when a plug-in must be compiled again: with every release that changes a header of kerascpp/backend.
inline constexpr int kPluginVersion = 2;

/// What a plug-in tells of itself. A shared library that is a plug-in has one function
///
///     extern "C" const kerascpp::runtime::Plugin* kerascpp_plugin();
///
/// which returns a description that lives as long as the library.
struct Plugin {
  int version = kPluginVersion;
  const char* backend = nullptr;                    ///< the backend's name
  void (*add)(KernelRegistry& registry) = nullptr;  ///< registers the backend and its kernels
};

/// Loads the shared library at `path` and registers its backend; returns the backend's name, which `set_device` takes.
/// The library stays loaded to the end of the program. `kerascpp` must itself be a shared library.
/// Throws IoError when the library cannot be loaded, BackendError when it is no plug-in, was compiled for another
/// version or fails to register, ValueError when a backend of that name exists.
KCPP_API std::string load_backend(const std::string& path);

}  // namespace kerascpp::runtime
