#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Bytes read from front to back: a file, memory or a member of an archive. Readers of file formats take one.
class KCPP_API ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Reads `count` bytes. Throws FormatError when there are fewer, IoError when reading fails.
  virtual void read(void* out, std::size_t count) = 0;
  /// Bytes not read yet; no reader allocates more than this on the word of a header.
  [[nodiscard]] virtual std::uint64_t remaining() const = 0;
  /// What messages call it: the path of a file, and the name of a member.
  [[nodiscard]] virtual const std::string& name() const = 0;
};

/// A regular file. Throws IoError when it cannot be opened.
class KCPP_API FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path);
  void read(void* out, std::size_t count) override;
  [[nodiscard]] std::uint64_t remaining() const override { return remaining_; }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::string name_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::uint64_t remaining_ = 0;
};

/// Memory that outlives the source.
class KCPP_API MemorySource final : public ByteSource {
 public:
  MemorySource(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  void read(void* out, std::size_t count) override;
  [[nodiscard]] std::uint64_t remaining() const override { return bytes_.size(); }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::string_view bytes_;
  std::string name_;
};

/// The rest of a source.
[[nodiscard]] KCPP_API std::string read_all(ByteSource& source);
/// A whole file. Throws IoError.
[[nodiscard]] KCPP_API std::string read_file(const std::string& path);

}  // namespace kerascpp
