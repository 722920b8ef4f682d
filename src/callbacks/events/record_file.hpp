#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::callbacks {

/// The checksum of Castagnoli (RFC 3720), as records hold it.
[[nodiscard]] KCPP_API std::uint32_t crc32c(std::string_view bytes);

/// A file of records of TensorFlow: each its length, its bytes and checksums of both, so that a reader sees where a
/// file that is still being written ends.
class RecordFile {
 public:
  /// Throws IoError when the file cannot be made.
  explicit RecordFile(const std::string& path);
  void write(std::string_view record);
  /// Throws IoError when something could not be written.
  void flush();

 private:
  std::string path_;
  std::ofstream file_;
};

}  // namespace kerascpp::callbacks
