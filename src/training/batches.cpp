#include "training/batches.hpp"

#include <algorithm>
#include <cstring>

#include <kerascpp/core/random.hpp>

namespace kerascpp {

Batches::Batches(std::vector<Tensor> arrays, std::int64_t batch_size)
    : arrays_(std::move(arrays)), batch_size_(batch_size), rows_(arrays_.empty() ? 0 : arrays_.front().dim(0)) {
  current_.resize(arrays_.size());
}

void Batches::shuffle(std::uint64_t seed, std::int64_t epoch) {
  RandomStream stream(seed);
  stream.set_position(static_cast<std::uint64_t>(epoch));
  order_ = stream.permutation(rows_).to_vector<std::int64_t>();
  if (!staging_.empty()) return;
  for (const Tensor& array : arrays_) {
    Shape shape = array.shape();
    shape.set_dim(0, std::min(batch_size_, rows_));
    staging_.push_back(Tensor::empty(shape, array.dtype()));
  }
}

const std::vector<Tensor>& Batches::batch(std::int64_t i) {
  const std::int64_t first = i * batch_size_, last = std::min(rows_, first + batch_size_);
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    if (order_.empty()) {
      current_[a] = arrays_[a].rows(first, last);
      continue;
    }
    const std::size_t row_bytes = rows_ == 0 ? 0 : arrays_[a].nbytes() / static_cast<std::size_t>(rows_);
    const char* from = static_cast<const char*>(arrays_[a].raw());
    char* to = static_cast<char*>(staging_[a].raw());
    for (std::int64_t row = first; row < last; ++row)
      std::memcpy(to + static_cast<std::size_t>(row - first) * row_bytes,
                  from + static_cast<std::size_t>(order_[static_cast<std::size_t>(row)]) * row_bytes, row_bytes);
    current_[a] = staging_[a].rows(0, last - first);
  }
  return current_;
}

}  // namespace kerascpp
