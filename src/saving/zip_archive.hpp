#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/atomic_file.hpp"
#include "core/byte_source.hpp"
#include "core/random_bytes.hpp"

// `.keras` and `.npz` files. zip_reader.cpp is the one place that knows libzip.

struct zip;

namespace kerascpp {

struct ZipMember {
  std::string name;
  std::uint64_t size = 0;             // uncompressed
  std::uint64_t compressed_size = 0;  // in the archive
  std::uint64_t index = 0;
  bool is_stored = false;  // else deflated
};

/// Reads zip archives, taken as hostile: opening one refuses names that lead out of a folder, names that occur twice,
/// links, encryption, methods other than stored and deflated, and sizes that the archive cannot honestly have.
class KCPP_API ZipReader {
 public:
  /// Throws IoError when the file cannot be read, FormatError naming archive and member.
  explicit ZipReader(const std::string& path);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The files of the archive, in its order; folders are left out.
  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }
  /// nullptr when there is none.
  [[nodiscard]] const ZipMember* find(std::string_view name) const;
  /// All bytes of a member. Throws FormatError when it is missing or damaged (its checksum is verified).
  [[nodiscard]] std::string read(std::string_view name) const;

 private:
  friend class ZipMemberSource;
  friend class ZipMemberBytes;
  /// Throws FormatError naming the members there are.
  [[nodiscard]] const ZipMember& get(std::string_view name) const;
  void add_member(std::uint64_t index, std::uint64_t& compressed_total, std::uint64_t archive_size);

  std::string path_;
  zip* archive_ = nullptr;
  std::vector<ZipMember> members_;
};

/// The bytes of a member, decompressed as they are read. The reader must outlive it.
class KCPP_API ZipMemberSource final : public ByteSource {
 public:
  ZipMemberSource(const ZipReader& reader, const ZipMember& member);
  ~ZipMemberSource() override;
  void read(void* out, std::size_t count) override;
  [[nodiscard]] std::uint64_t remaining() const override { return remaining_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  /// Reads what is left and verifies the checksum. Throws FormatError.
  void finish();

 private:
  struct Handle;
  [[noreturn]] void fail() const;

  std::string name_;
  std::unique_ptr<Handle> handle_;
  std::uint64_t remaining_ = 0;
};

/// The bytes of a member at any place. Its checksum is verified at once; a deflated member is unpacked into a file that
/// has no name. The reader must outlive it.
class KCPP_API ZipMemberBytes final : public RandomBytes {
 public:
  /// Throws FormatError when the member is missing or damaged, IoError when there is no room to unpack it.
  ZipMemberBytes(const ZipReader& reader, std::string_view name);
  ~ZipMemberBytes() override;
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  void read(std::uint64_t offset, void* out, std::uint64_t count) const override;

 private:
  struct Handles;

  std::string name_;
  std::uint64_t size_ = 0;
  std::unique_ptr<Handles> handles_;
};

/// Writes a zip archive, atomically. Dates are fixed, so equal contents give equal files.
class KCPP_API ZipWriter {
 public:
  explicit ZipWriter(const std::string& path, bool compressed = false);

  /// Writes a member made of `bytes` and then `tail`. Throws IoError naming the archive.
  void add(const std::string& name, std::string_view bytes, std::string_view tail = {});
  /// Writes the archive under its name. Throws IoError; without it the target stays as it was.
  void commit();

 private:
  struct Entry {
    std::string name;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t stored = 0;  // compressed
    std::uint32_t checksum = 0;
  };

  std::string path_;
  AtomicFile file_;
  bool compressed_ = false;
  std::uint64_t offset_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace kerascpp
