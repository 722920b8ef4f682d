#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/random_bytes.hpp"

// Reading HDF5 files without the library, which crashes on some damaged ones. The format is that of the "HDF5 File
// Format Specification Version 3.0"; names of structures are those used there.

namespace kerascpp::hdf5 {

/// The bytes of a file at any place, in memory or on disk.
class Bytes {
 public:
  /// `bytes` must outlive this.
  Bytes(std::string_view bytes, std::string origin);
  /// Throws IoError when the file cannot be read.
  explicit Bytes(const std::string& path);
  Bytes(std::shared_ptr<const RandomBytes> bytes, std::string origin);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& origin() const { return origin_; }
  /// Throws FormatError when the place is not in the file.
  void read(std::uint64_t offset, void* out, std::uint64_t count) const;
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t count) const;
  /// Throws FormatError that names the file.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::string origin_;
  std::string_view memory_;
  std::shared_ptr<const RandomBytes> file_;  // or memory_
  std::uint64_t size_ = 0;
};

/// Takes numbers off a piece of a file, front to back.
class Cursor {
 public:
  Cursor(const Bytes& file, std::string piece) : file_(&file), piece_(std::move(piece)) {}

  [[nodiscard]] std::uint64_t number(std::size_t bytes);  // little endian, up to 8 bytes
  [[nodiscard]] std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
  [[nodiscard]] std::string text(std::size_t bytes);
  void skip(std::size_t bytes);
  [[nodiscard]] std::size_t left() const { return piece_.size() - at_; }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] const std::string& piece() const { return piece_; }
  [[nodiscard]] const Bytes& file() const { return *file_; }

 private:
  const Bytes* file_;
  std::string piece_;
  std::size_t at_ = 0;
};

/// How wide offsets and lengths are in a file, and where its addresses count from.
struct Sizes {
  std::size_t offset = 8;
  std::size_t length = 8;
  std::uint64_t base = 0;

  [[nodiscard]] std::uint64_t undefined() const {
    return offset >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * offset)) - 1;
  }
};

}  // namespace kerascpp::hdf5
