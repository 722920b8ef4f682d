#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>

struct gzFile_s;

namespace kerascpp::utils {

/// Reads a file from front to back, decompressing it when it is gzipped.
class KCPP_API GzipFile {
 public:
  /// Throws IoError when the file cannot be opened.
  explicit GzipFile(const std::string& path);
  ~GzipFile();
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  /// Throws FormatError when fewer bytes are left or the compressed data is damaged.
  void read(void* out, std::size_t count);
  /// Throws FormatError unless the file ends here with a correct checksum.
  void expect_end();
  /// Whether nothing is left.
  [[nodiscard]] bool at_end();
  /// Bytes that the file can hold at most, decompressed; no reader allocates more on the word of a header.
  [[nodiscard]] std::uint64_t largest_size() const { return largest_size_; }

 private:
  // Bytes got, fewer only at the end of the file.
  std::size_t read_some(void* out, std::size_t count);

  std::string path_;
  gzFile_s* file_ = nullptr;
  std::uint64_t largest_size_ = 0;
};

}  // namespace kerascpp::utils
