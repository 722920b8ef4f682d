#pragma once

#include <cstdint>
#include <vector>

#include "backends/reference/batch.hpp"
#include "backends/reference/wide.hpp"

/// What the kernels of linear algebra share: matrices in float64, one after the other.
namespace kerascpp::reference {

/// Rows and columns of the matrices in the last two axes, and their number.
struct MatrixSizes {
  explicit MatrixSizes(const Shape& shape)
      : rows(shape.dim(-2)), columns(shape.dim(-1)), count(batch_of(shape).size()), elements(rows * columns) {}

  std::int64_t rows, columns, count, elements;
};

/// The result of a kernel, stored in the dtype of output `index` when it is complete.
class WideOutput {
 public:
  WideOutput(const runtime::KernelQuery& query, std::size_t index)
      : spec_(query.outputs[index]),
        index_(index),
        values_(xt::zeros<double>(std::vector<std::size_t>(spec_.shape.begin(), spec_.shape.end()))) {}

  [[nodiscard]] double* data() { return values_.data(); }
  void store(const runtime::KernelArguments& arguments) const {
    reference::store<double>(values_, arguments.outputs[index_], spec_);
  }

 private:
  const TensorSpec& spec_;
  std::size_t index_;
  xt::xarray<double> values_;
};

/// to (columns, rows) = the transpose of from (rows, columns), both stored by rows.
inline void transpose_matrix(const double* from, std::int64_t rows, std::int64_t columns, double* to) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

/// "matrix 2 of float32 (3, 4, 4)", or "float32 (4, 4)" when there is but one.
[[nodiscard]] inline std::string matrix_text(const TensorSpec& spec, std::int64_t index) {
  return MatrixSizes(spec.shape).count == 1 ? text_of(spec) : text_of("matrix ", index, " of ", spec);
}

}  // namespace kerascpp::reference
