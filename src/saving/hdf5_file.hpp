#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/tensor.hpp>

#include "core/random_bytes.hpp"

// The one place that knows HDF5. Whole-model `.h5` files, `.weights.h5` files and the weights inside of `.keras` go
// through it. Files are written by the library, and read by code of our own (hdf5/), as the library crashes on some
// damaged files.

namespace kerascpp {

/// Reads an HDF5 file, taken as hostile: only hard links are followed, sizes are checked against the file before memory
/// is asked for. For one thread at a time.
class KCPP_API Hdf5Reader {
 public:
  /// Throws IoError when the file cannot be opened, FormatError when it is no HDF5 file.
  explicit Hdf5Reader(const std::string& path);
  /// The bytes of a file; errors call it `origin`. `bytes` must outlive the reader.
  Hdf5Reader(std::string_view bytes, std::string origin);
  /// A file that stands elsewhere, such as in an archive.
  Hdf5Reader(std::shared_ptr<const RandomBytes> bytes, std::string origin);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  [[nodiscard]] const std::string& origin() const;
  /// Bytes of the file.
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] bool is_group(const std::string& path) const;
  [[nodiscard]] bool is_dataset(const std::string& path) const;
  /// Names of the groups and arrays in a group, sorted.
  [[nodiscard]] std::vector<std::string> children(const std::string& group) const;
  /// An array of numbers. Throws FormatError naming the path when it is missing, damaged or of another kind.
  [[nodiscard]] Tensor read(const std::string& path) const;
  /// Its rows [first, last) alone.
  [[nodiscard]] Tensor read_rows(const std::string& path, std::int64_t first, std::int64_t last) const;
  /// How many rows of it are stored together: reading one of them costs as much as all.
  [[nodiscard]] std::int64_t rows_of_chunk(const std::string& path) const;
  /// The shape that `read` would give.
  [[nodiscard]] Shape shape(const std::string& path) const;
  [[nodiscard]] bool has_attribute(const std::string& path, const std::string& name) const;
  [[nodiscard]] std::string text_attribute(const std::string& path, const std::string& name) const;
  /// A list of texts; lists that Keras splits over name0, name1, ... are joined.
  [[nodiscard]] std::vector<std::string> texts_attribute(const std::string& path, const std::string& name) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The bytes of a finished file.
class KCPP_API Hdf5Image {
 public:
  Hdf5Image() = default;
  Hdf5Image(std::shared_ptr<const char> memory, std::size_t size) : memory_(std::move(memory)), size_(size) {}
  [[nodiscard]] std::string_view bytes() const { return {memory_.get(), size_}; }

 private:
  std::shared_ptr<const char> memory_;
  std::size_t size_ = 0;
};

/// Builds an HDF5 file in memory.
class KCPP_API Hdf5Writer {
 public:
  /// expected   bytes of the arrays that follow, as far as they are known: memory is then asked for once
  explicit Hdf5Writer(std::uint64_t expected = 0);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Makes a group and those above it unless they exist.
  void make_group(const std::string& path);
  /// Stores an array, making the groups above it.
  void write(const std::string& path, const Tensor& value);
  void set_attribute(const std::string& path, const std::string& name, const std::string& text);
  void set_attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts);
  /// Ends the file and gives its bytes; nothing can be added after that.
  [[nodiscard]] Hdf5Image finish();

 private:
  struct Memory;

  std::unique_ptr<Memory> memory_;
  std::int64_t file_ = -1;
};

}  // namespace kerascpp
