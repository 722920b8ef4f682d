#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// The axes of values, not counting the one that holds the bytes of strings.
[[nodiscard]] int value_ndim(const Tensor& values, bool strings);
/// Values without axes or with one get another at the end: (N,) becomes (N, 1), a single value (1,).
[[nodiscard]] Tensor as_column(const Tensor& values, bool strings);

/// Turns the values of a feature into the batches that its layer learns from, as Keras does: single values are taken 32
/// at a time, other elements are batches.
class ColumnBatches {
 public:
  explicit ColumnBatches(bool strings) : strings_(strings) {}
  /// One element of a dataset.
  void add(const Tensor& element);
  /// All rows of an array, each an element.
  void add_rows(const Tensor& values);
  [[nodiscard]] std::vector<Tensor> finish();

 private:
  void flush();

  bool strings_;
  std::vector<Tensor> singles_, batches_;
};

}  // namespace kerascpp
