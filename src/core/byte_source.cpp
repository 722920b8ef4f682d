#include "core/byte_source.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

void check_available(const ByteSource& source, std::size_t count) {
  KCPP_CHECK(count <= source.remaining(), FormatError, source.name(), ": the file is truncated: ", count,
             " more bytes are needed, ", source.remaining(), " are left");
}

}  // namespace

FileSource::FileSource(const std::string& path) : name_(path), file_(std::fopen(path.c_str(), "rb"), &std::fclose) {
  KCPP_CHECK(file_ != nullptr, IoError, path, ": cannot open the file: ", std::strerror(errno));
  struct stat status {};
  KCPP_CHECK(fstat(fileno(file_.get()), &status) == 0, IoError, path, ": ", std::strerror(errno));
  KCPP_CHECK(S_ISREG(status.st_mode), IoError, path, ": not a regular file");
  remaining_ = static_cast<std::uint64_t>(status.st_size);
}

void FileSource::read(void* out, std::size_t count) {
  check_available(*this, count);
  if (count == 0) return;
  const std::size_t got = std::fread(out, 1, count, file_.get());
  KCPP_CHECK(got == count, IoError, name_, ": reading failed after ", got, " of ", count, " bytes");
  remaining_ -= count;
}

void MemorySource::read(void* out, std::size_t count) {
  check_available(*this, count);
  if (count == 0) return;
  std::memcpy(out, bytes_.data(), count);
  bytes_.remove_prefix(count);
}

std::string read_all(ByteSource& source) {
  std::string bytes(static_cast<std::size_t>(source.remaining()), '\0');
  source.read(bytes.data(), bytes.size());
  return bytes;
}

std::string read_file(const std::string& path) {
  FileSource source(path);
  return read_all(source);
}

}  // namespace kerascpp
