#include "layers/data_format.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::layers {

std::string resolve_data_format(const std::string& given, std::string_view owner) {
  if (given.empty()) return image_data_format();
  KCPP_CHECK(given == "channels_last" || given == "channels_first", ValueError, "[", owner,
             "] data_format must be \"channels_last\" or \"channels_first\", received \"", given, "\"");
  return given;
}

std::string spatial_axes_text(int rank, bool channels_last) {
  const char* const spatial = rank == 1 ? "steps" : rank == 2 ? "rows, columns" : "depth, rows, columns";
  return channels_last ? text_of("(batch, ", spatial, ", channels)") : text_of("(batch, channels, ", spatial, ")");
}

}  // namespace kerascpp::layers
