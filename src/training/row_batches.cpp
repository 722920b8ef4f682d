#include "training/row_batches.hpp"

#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

#include "data/row_source.hpp"

namespace kerascpp {
namespace {

data::RowSource* row_source(const DataArgument& data) { return dynamic_cast<data::RowSource*>(data.source().get()); }

/// -1 without data.
std::int64_t rows_of(const DataArgument& data) {
  if (data.empty()) return -1;
  if (const data::RowSource* source = row_source(data)) return source->rows();
  KCPP_CHECK(data.source() == nullptr, ValueError,
             "a dataset cannot stand beside an array that is read row by row: give arrays, or one dataset for all");
  std::int64_t rows = -1;
  for (const Tensor& array : data.arrays()) {
    KCPP_CHECK(array.ndim() > 0 && (rows < 0 || array.dim(0) == rows), ShapeError,
               "arrays must have equally many rows, received ", rows, " and one of shape ", array.shape());
    rows = array.dim(0);
  }
  return rows;
}

std::int64_t rows_of(const RowArguments& arguments) {
  std::int64_t rows = -1;
  for (const DataArgument* data : {&arguments.x, &arguments.y, &arguments.sample_weight}) {
    const std::int64_t given = rows_of(*data);
    KCPP_CHECK(given < 0 || rows < 0 || given == rows, ShapeError,
               "inputs, targets and weights must have equally many rows, received ", rows, " and ", given);
    rows = std::max(rows, given);
  }
  return rows;
}

TensorList read(const DataArgument& data, std::int64_t first, std::int64_t last) {
  if (data.empty()) return {};
  if (data::RowSource* source = row_source(data)) return source->read(first, last);
  TensorList result;
  for (const Tensor& array : data.arrays()) result.push_back(array.rows(first, last));
  result.set_names(data.names());
  return result;
}

class RowBatches final : public data::SourceBase {
 public:
  RowBatches(RowArguments arguments, std::int64_t batch_size)
      : arguments_(std::move(arguments)), batch_size_(batch_size) {}
  [[nodiscard]] std::int64_t cardinality() const override {
    return (arguments_.last - arguments_.first + batch_size_ - 1) / batch_size_;
  }
  [[nodiscard]] std::unique_ptr<data::Iterator> iterate(const data::Pass& pass) override {
    return std::make_unique<Walk>(*this, pass);
  }

 private:
  class Walk final : public data::Iterator {
   public:
    Walk(const RowBatches& source, const data::Pass& pass) : source_(source) {
      if (!pass.shuffle_seed) return;
      RandomStream stream(*pass.shuffle_seed);
      stream.set_position(static_cast<std::uint64_t>(pass.number));
      order_ = stream.permutation(source.cardinality()).to_vector<std::int64_t>();
    }
    bool next(data::Element& element) override {
      if (at_ == source_.cardinality()) return false;
      const std::int64_t batch = order_.empty() ? at_ : order_[static_cast<std::size_t>(at_)];
      ++at_;
      const RowArguments& from = source_.arguments_;
      const std::int64_t first = from.first + batch * source_.batch_size_;
      const std::int64_t last = std::min(first + source_.batch_size_, from.last);
      element = {read(from.x, first, last), read(from.y, first, last), read(from.sample_weight, first, last)};
      return true;
    }

   private:
    const RowBatches& source_;
    std::vector<std::int64_t> order_;
    std::int64_t at_ = 0;
  };

  RowArguments arguments_;
  std::int64_t batch_size_;
};

}  // namespace

bool reads_rows(const DataArgument& data) { return row_source(data) != nullptr; }

data::Dataset row_batches(const RowArguments& arguments, std::int64_t batch_size) {
  RowArguments all = arguments;
  const std::int64_t rows = rows_of(all);
  if (all.last < 0) all.last = rows;
  KCPP_CHECK(all.first < all.last, ValueError, "received no samples");
  return data::Dataset(std::make_shared<RowBatches>(std::move(all), batch_size));
}

std::pair<RowArguments, RowArguments> split_rows(const RowArguments& arguments, double validation_split) {
  const std::int64_t rows = rows_of(arguments);
  const auto at = static_cast<std::int64_t>(std::floor(static_cast<double>(rows) * (1 - validation_split)));
  KCPP_CHECK(at > 0 && at < rows, ValueError, "[fit] validation_split ", validation_split, " of ", rows,
             " samples leaves nothing to train on or nothing to validate with");
  std::pair<RowArguments, RowArguments> parts{arguments, arguments};
  parts.first.last = at;
  parts.second.first = at;
  parts.second.last = rows;
  return parts;
}

}  // namespace kerascpp
