#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// A file that appears under its name whole or not at all: written beside the target, synced, then renamed.
///
///   AtomicFile file(path);
///   file.write(bytes);            // or let a library create file.temporary_path()
///   file.commit();
///
/// Without commit() the temporary file is removed and the target is as before. Every writer of the library uses it.
class KCPP_API AtomicFile {
 public:
  /// A symbolic link is followed: the file it points to is replaced, the link stays.
  explicit AtomicFile(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends to the temporary file. Throws IoError naming the target.
  void write(std::string_view bytes);
  /// For libraries that write by path; nothing exists there until `write` or the library creates it.
  [[nodiscard]] const std::string& temporary_path() const { return temporary_; }
  /// Syncs the temporary file and renames it to the target. Throws IoError naming the target.
  void commit();

 private:
  [[noreturn]] void fail(std::string_view what) const;

  std::string target_;
  std::string temporary_;
  int descriptor_ = -1;
};

/// Writes a whole file, atomically.
KCPP_API void write_file(const std::string& path, std::string_view bytes);

}  // namespace kerascpp
