#pragma once

#include <string>

#include <kerascpp/core/config.hpp>

namespace kerascpp {

/// What a plain scalar of YAML 1.1 stands for: null, bool, an integer, a float, or a text.
[[nodiscard]] Config resolve_yaml_scalar(const std::string& text);

}  // namespace kerascpp
