#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/utils/py_dataset.hpp>

#include "data/ordered_workers.hpp"

namespace kerascpp::utils {
namespace {

/// Batch numbers in the order of a pass.
class Order {
 public:
  Order(std::int64_t size, const data::Pass& pass) : size_(size) {
    if (!pass.shuffle_seed || size < 0) return;
    RandomStream stream(*pass.shuffle_seed);
    stream.set_position(static_cast<std::uint64_t>(pass.number));
    order_ = stream.permutation(size).to_vector<std::int64_t>();
  }
  bool next(std::int64_t& batch) {
    if (size_ >= 0 && at_ == size_) return false;
    batch = order_.empty() ? at_ : order_[static_cast<std::size_t>(at_)];
    ++at_;
    return true;
  }

 private:
  std::int64_t size_;
  std::int64_t at_ = 0;
  std::vector<std::int64_t> order_;
};

class Batches final : public data::Iterator {
 public:
  Batches(PyDataset& source, Order order) : source_(source), order_(std::move(order)) {}
  bool next(data::Element& element) override {
    std::int64_t batch = 0;
    if (!order_.next(batch)) return false;
    element = source_.get(batch);
    return true;
  }

 private:
  PyDataset& source_;
  Order order_;
};

}  // namespace

PyDataset::PyDataset(const PyDatasetOptions& options) : options_(options) {
  KCPP_CHECK(options.workers >= 0 && options.max_queue_size >= 1, ValueError,
             "[PyDataset] expected workers >= 0 and max_queue_size >= 1, received ", options.workers, " and ",
             options.max_queue_size);
}
PyDataset::~PyDataset() = default;

std::int64_t PyDataset::cardinality() const {
  const std::int64_t batches = size();
  return batches < 0 ? data::kInfiniteCardinality : batches;
}

std::unique_ptr<data::Iterator> PyDataset::iterate(const data::Pass& pass) {
  Order order(size(), pass);
  if (options_.workers < (options_.use_multiprocessing ? 1 : 2))
    return std::make_unique<Batches>(*this, std::move(order));
  data::OrderedWorkers::NextTask next_task = [this, order](data::OrderedWorkers::Task& task) mutable {
    std::int64_t batch = 0;
    if (!order.next(batch)) return false;
    task = [this, batch] { return get(batch); };
    return true;
  };
  return std::make_unique<data::OrderedWorkers>(std::move(next_task), options_.workers, options_.max_queue_size);
}

}  // namespace kerascpp::utils
