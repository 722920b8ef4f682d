#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::ops {

/// `given`, or the format of `image_data_format()` when it is empty. Throws ValueError naming `op` for other texts.
[[nodiscard]] inline std::string data_format_or_default(std::string_view op, const std::string& given) {
  if (given.empty()) return image_data_format();
  KCPP_CHECK(given == "channels_last" || given == "channels_first", ValueError, "[", op,
             "] expected data_format \"channels_last\" or \"channels_first\", received \"", given, "\"");
  return given;
}

}  // namespace kerascpp::ops
