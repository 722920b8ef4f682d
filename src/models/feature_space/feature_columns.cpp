#include "models/feature_space/feature_columns.hpp"

#include <algorithm>

#include <kerascpp/core/strings.hpp>
#include <kerascpp/ops/joining.hpp>

namespace kerascpp {
namespace {

constexpr std::int64_t kBatch = 32;

}  // namespace

int value_ndim(const Tensor& values, bool strings) { return values.ndim() - (strings ? 1 : 0); }

Tensor as_column(const Tensor& values, bool strings) {
  const int ndim = value_ndim(values, strings);
  if (ndim > 1) return values;
  Shape shape = values.shape();
  shape.insert(ndim, 1);
  return values.reshape(shape);
}

void ColumnBatches::add(const Tensor& element) {
  if (value_ndim(element, strings_) > 0) {
    batches_.push_back(as_column(element, strings_));
    return;
  }
  singles_.push_back(element);
  if (static_cast<std::int64_t>(singles_.size()) == kBatch) flush();
}

void ColumnBatches::add_rows(const Tensor& values) {
  const std::int64_t rows = values.shape()[0];
  const bool single = value_ndim(values, strings_) == 1;
  const std::int64_t step = single ? kBatch : 1;
  for (std::int64_t first = 0; first < rows; first += step)
    batches_.push_back(as_column(single ? values.rows(first, std::min(first + step, rows)) : values[first], strings_));
}

void ColumnBatches::flush() {
  if (singles_.empty()) return;
  if (strings_) {
    std::vector<std::string> texts;
    for (const Tensor& single : singles_) texts.push_back(to_strings(single).front());
    batches_.push_back(as_column(strings(texts), true));
  } else {
    batches_.push_back(as_column(ops::stack(TensorList(singles_)), false));
  }
  singles_.clear();
}

std::vector<Tensor> ColumnBatches::finish() {
  flush();
  return std::move(batches_);
}

}  // namespace kerascpp
