#pragma once

#include <string>

namespace kerascpp::testing {

/// A shared library with the kernels of a source, compiled for the host: each kernel `name` has a function
///
///     extern "C" void name_launch(const unsigned* grid, unsigned block, void** arguments);
///
/// Returns its path, or nothing with the compiler's messages in `log`. The same source is compiled once.
[[nodiscard]] std::string compile_for_host(const std::string& source, std::string& log);

}  // namespace kerascpp::testing
