#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>

#include "utils/gzip_file.hpp"

namespace kerascpp::utils {

struct TarMember {
  std::string name;
  std::uint64_t size = 0;
  bool is_folder = false;
};

/// Reads a tar archive (ustar, pax and GNU names), gzipped or not, from front to back; taken as hostile.
class KCPP_API TarReader {
 public:
  /// Throws IoError when the file cannot be opened.
  explicit TarReader(const std::string& path);
  /// The next file or folder; what is unread of the one before is skipped. False at the end. Throws FormatError for
  /// damage, for links and devices, and for names that lead out of a folder.
  bool next(TarMember& member);
  /// Bytes of the current member. Throws FormatError when fewer are left.
  void read(void* out, std::size_t count);
  /// The rest of the current member.
  [[nodiscard]] std::string read_rest();

 private:
  void skip_rest();
  [[nodiscard]] std::string read_text(std::uint64_t size);

  std::string path_;
  GzipFile file_;
  std::uint64_t left_ = 0;     // of the current member
  std::uint64_t padding_ = 0;  // behind it
};

/// Whether a name in an archive leads out of the folder that it is unpacked to.
[[nodiscard]] KCPP_API bool leads_outside(const std::string& name);

}  // namespace kerascpp::utils
