#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/models/arguments.hpp>

namespace kerascpp::utils {

struct HDF5MatrixOptions {
  std::int64_t start = 0;                ///< first row of the part
  std::optional<std::int64_t> end = {};  ///< row behind the last one; empty: the end of the array
  /// Of the rows of a batch, when they are read.
  Callable<Tensor(const Tensor& rows)> normalizer = {};
};

/// Some rows of an array in an HDF5 file, in place of an array for a model. Only the rows of a batch are in memory.
///
///   HDF5Matrix x("data.h5", "features", {.start = 0, .end = 150}), y("data.h5", "targets", {.start = 0, .end = 150});
///   model.fit(x, y, {.batch_size = 32});
///
/// As rows that lie together are read together, fit shuffles the batches and not the rows: "batch" in Keras 2.
/// Source: keras.utils.io_utils.HDF5Matrix of Keras 2.
class KCPP_API HDF5Matrix {
 public:
  /// Throws IoError when the file cannot be read, FormatError naming it and the array when that is missing or damaged,
  /// ValueError when the rows are not there.
  HDF5Matrix(const std::string& datapath, const std::string& dataset, const HDF5MatrixOptions& options = {});

  /// Rows of the part.
  [[nodiscard]] std::int64_t size() const { return shape()[0]; }
  [[nodiscard]] const Shape& shape() const;
  [[nodiscard]] int ndim() const { return shape().ndim(); }
  [[nodiscard]] DType dtype() const;
  /// Rows [first, last) of the part. From several threads at once. Throws ValueError out of range.
  [[nodiscard]] Tensor rows(std::int64_t first, std::int64_t last) const;
  /// Row `i` of the part, one dimension less.
  [[nodiscard]] Tensor operator[](std::int64_t i) const;

  operator DataArgument() const;  // NOLINT: as x or y of fit, evaluate and predict
  /// All rows of the part.
  explicit operator Tensor() const { return rows(0, size()); }

 private:
  class Source;
  std::shared_ptr<Source> source_;
};

}  // namespace kerascpp::utils
