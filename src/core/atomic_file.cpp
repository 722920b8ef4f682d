#include "core/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

std::string resolved(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), &std::free);
  return real != nullptr ? real.get() : path;  // a target that does not exist yet stands for itself
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// So that the rename survives a power failure. Best effort: not every folder may be opened, not every file system can.
void sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : target_(resolved(path)) {
  struct stat existing {};
  KCPP_CHECK(stat(target_.c_str(), &existing) != 0 || S_ISREG(existing.st_mode), IoError, target_,
             ": cannot replace what is not a regular file");
  static std::atomic<unsigned> counter{0};
  temporary_ = text_of(target_, ".", static_cast<int>(getpid()), "-", counter.fetch_add(1), ".tmp");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::fail(std::string_view what) const {
  const int error = errno;
  throw IoError(text_of(target_, ": cannot ", what, " the file: ", std::strerror(error)));
}

void AtomicFile::write(std::string_view bytes) {
  if (descriptor_ < 0) {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("create");
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (descriptor_ < 0) descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) fail("write");
  struct stat existing {};
  if (stat(target_.c_str(), &existing) == 0 && fchmod(descriptor_, existing.st_mode & 07777) != 0) fail("write");
  if (fsync(descriptor_) != 0) fail("sync");
  const int closed = close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail("write");
  if (rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename");
  temporary_.clear();
  sync_folder(folder_of(target_));
}

void write_file(const std::string& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace kerascpp
