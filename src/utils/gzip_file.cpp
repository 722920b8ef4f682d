#include "utils/gzip_file.hpp"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp::utils {
namespace {

constexpr std::uint64_t kLargestRatio = 1032;  // deflate spends at least one bit on 129 bytes

}  // namespace

GzipFile::GzipFile(const std::string& path) : path_(path) {
  struct stat status {};
  KCPP_CHECK(stat(path.c_str(), &status) == 0, IoError, path, ": cannot open the file: ", std::strerror(errno));
  KCPP_CHECK(S_ISREG(status.st_mode), IoError, path, ": not a regular file");
  file_ = gzopen(path.c_str(), "rb");
  KCPP_CHECK(file_ != nullptr, IoError, path, ": cannot open the file: ", std::strerror(errno));
  gzbuffer(file_, 1 << 17);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  largest_size_ = gzdirect(file_) != 0 ? size : size * kLargestRatio;
}

GzipFile::~GzipFile() {
  if (file_ != nullptr) gzclose(file_);
}

std::size_t GzipFile::read_some(void* out, std::size_t count) {
  constexpr std::size_t kPiece = 1 << 30;  // gzread counts in int
  std::size_t total = 0;
  while (total < count) {
    const int got =
        gzread(file_, static_cast<char*>(out) + total, static_cast<unsigned>(std::min(kPiece, count - total)));
    int code = Z_OK;
    const char* const reason = gzerror(file_, &code);
    KCPP_CHECK(got >= 0 && (code == Z_OK || code == Z_STREAM_END), FormatError, path_, ": damaged gzip data: ", reason);
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  return total;
}

void GzipFile::read(void* out, std::size_t count) {
  const std::size_t got = read_some(out, count);
  KCPP_CHECK(got == count, FormatError, path_, ": the file is truncated: ", count - got, " bytes are missing");
}

void GzipFile::expect_end() {
  char next = 0;
  KCPP_CHECK(read_some(&next, 1) == 0, FormatError, path_, ": the file is longer than its header says");
}

bool GzipFile::at_end() {
  const int next = gzgetc(file_);
  if (next >= 0) return gzungetc(next, file_) < 0;
  int code = Z_OK;
  const char* const reason = gzerror(file_, &code);
  KCPP_CHECK(code == Z_OK || code == Z_STREAM_END, FormatError, path_, ": damaged gzip data: ", reason);
  return true;
}

}  // namespace kerascpp::utils
