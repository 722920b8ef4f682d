#pragma once

#include <kerascpp/core/config.hpp>
#include <kerascpp/models/arguments.hpp>

namespace kerascpp {

/// The `compile_config` of Keras 3: optimizer, loss, loss_weights, metrics and the rest of what compile was given.
[[nodiscard]] Config compile_config(const CompileOptions& options);
/// Reads it. Throws FormatError, LookupError naming what is not known.
[[nodiscard]] CompileOptions compile_options(const Config& config);

}  // namespace kerascpp
