#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::utils {

/// Unpacks an archive into `folder`, which appears whole or not at all.
///
/// archive_format  "tar" (gzipped or not), "zip", or "auto": by the first bytes of the file
///
/// Throws IoError, ValueError for another format, FormatError naming the member for damage, links, devices and names
/// that lead out of the folder; then nothing is left behind. Source: keras.utils.file_utils.extract_archive.
KCPP_API void extract_archive(const std::string& path, const std::string& folder,
                              std::string_view archive_format = "auto");

}  // namespace kerascpp::utils
