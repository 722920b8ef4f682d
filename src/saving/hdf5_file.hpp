#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/tensor.hpp>

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

/// Builds an HDF5 file in memory.
class KCPP_API Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Makes a group and those above it unless they exist.
  void make_group(const std::string& path);
  /// Stores an array, making the groups above it.
  void write(const std::string& path, const Tensor& value);
  void set_attribute(const std::string& path, const std::string& name, const std::string& text);
  void set_attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts);
  /// The bytes of the file.
  [[nodiscard]] std::string bytes();

 private:
  std::int64_t file_ = -1;
};

}  // namespace kerascpp
