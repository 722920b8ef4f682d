#pragma once

#include <string>
#include <string_view>

namespace kerascpp::layers {

/// The given format, or the one of the settings where it is empty. Throws ValueError for other names.
[[nodiscard]] std::string resolve_data_format(const std::string& given, std::string_view owner);

/// "(batch, rows, columns, channels)": the axes of an image with `rank` spatial axes, for messages.
[[nodiscard]] std::string spatial_axes_text(int rank, bool channels_last);

}  // namespace kerascpp::layers
