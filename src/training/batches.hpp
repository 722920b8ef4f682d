#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Cuts arrays into batches along their first axis, in order or shuffled, without allocation from batch to batch.
class Batches {
 public:
  /// `arrays` have equally many rows.
  Batches(std::vector<Tensor> arrays, std::int64_t batch_size);

  /// Order of the rows in an epoch; depends on `seed` and `epoch` alone.
  void shuffle(std::uint64_t seed, std::int64_t epoch);
  [[nodiscard]] std::int64_t count() const { return (rows_ + batch_size_ - 1) / batch_size_; }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// The arrays of batch `i`; valid until the next call.
  [[nodiscard]] const std::vector<Tensor>& batch(std::int64_t i);

 private:
  std::vector<Tensor> arrays_;
  std::int64_t batch_size_;
  std::int64_t rows_;
  std::vector<std::int64_t> order_;  // empty: as they are
  std::vector<Tensor> staging_;      // memory for the rows of a shuffled batch
  std::vector<Tensor> current_;
};

}  // namespace kerascpp
