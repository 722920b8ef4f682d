// What datasets are made of others by.
#include <algorithm>
#include <mutex>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

#include "data/ordered_workers.hpp"
#include "data/stacking.hpp"

namespace kerascpp::data {
namespace {

/// A source made of another one: what an iterator does, and how many elements there are then.
class Step final : public SourceBase {
 public:
  using Make = Callable<std::unique_ptr<Iterator>(SourceBase& from, const Pass& pass)>;
  Step(std::shared_ptr<SourceBase> from, Make make, std::int64_t cardinality)
      : from_(std::move(from)), make_(std::move(make)), cardinality_(cardinality) {}
  std::unique_ptr<Iterator> iterate(const Pass& pass) override { return make_(*from_, pass); }
  [[nodiscard]] std::int64_t cardinality() const override { return cardinality_; }
  void on_epoch_end() override { from_->on_epoch_end(); }

 private:
  std::shared_ptr<SourceBase> from_;
  Make make_;
  std::int64_t cardinality_;
};

/// An iterator given by what its `next` does.
template <class Next>
class Walk final : public Iterator {
 public:
  explicit Walk(Next next) : next_(std::move(next)) {}
  bool next(Element& element) override { return next_(element); }

 private:
  Next next_;
};
template <class Next>
std::unique_ptr<Iterator> walk(Next next) {
  return std::make_unique<Walk<Next>>(std::move(next));
}

Dataset step(const Dataset& from, const char* what, std::int64_t cardinality, Step::Make make) {
  KCPP_CHECK(from.defined(), ValueError, "[Dataset.", what, "] the dataset is undefined");
  return Dataset(std::make_shared<Step>(from.source(), std::move(make), cardinality));
}

void check_positive(std::int64_t value, const char* what, const char* name) {
  KCPP_CHECK(value > 0, ValueError, "[Dataset.", what, "] ", name, " must be at least 1, received ", value);
}

/// Takes one at random of the elements that are held, and holds the next one in its place.
class Shuffled final : public Iterator {
 public:
  Shuffled(std::unique_ptr<Iterator> from, std::int64_t buffer_size, std::uint64_t seed, std::uint64_t pass)
      : from_(std::move(from)), size_(static_cast<std::size_t>(buffer_size)), random_(seed), draws_(pass << 32U) {}
  bool next(Element& element) override {
    Element given;
    while (held_.size() < size_ && !ended_) {
      if (from_->next(given))
        held_.push_back(std::move(given));
      else
        ended_ = true;
    }
    if (held_.empty()) return false;
    random_.set_position(draws_++);
    const auto at = static_cast<std::size_t>(
        random_.randint(0, static_cast<std::int64_t>(held_.size()), {1}, DType::Int64).item<std::int64_t>(0));
    element = std::move(held_[at]);
    held_[at] = std::move(held_.back());
    held_.pop_back();
    return true;
  }

 private:
  std::unique_ptr<Iterator> from_;
  std::size_t size_;
  RandomStream random_;
  std::uint64_t draws_;
  std::vector<Element> held_;
  bool ended_ = false;
};

/// The elements of a whole pass.
struct Kept {
  std::mutex mutex;
  bool complete = false;
  std::vector<Element> elements;
};

std::unique_ptr<Iterator> cached(const std::shared_ptr<Kept>& kept, SourceBase& from, const Pass& pass) {
  const std::lock_guard lock(kept->mutex);
  if (kept->complete)
    return walk([kept, at = std::size_t{0}](Element& element) mutable {
      if (at == kept->elements.size()) return false;
      element = kept->elements[at++];
      return true;
    });
  return walk([kept, given = from.iterate(pass), passed = std::vector<Element>()](Element& element) mutable {
    if (given->next(element)) {
      passed.push_back(element);
      return true;
    }
    const std::lock_guard ended(kept->mutex);
    if (!kept->complete) kept->elements = std::move(passed);
    kept->complete = true;
    return false;
  });
}

std::unique_ptr<Iterator> batched(std::unique_ptr<Iterator> from, std::int64_t batch_size, bool drop_remainder) {
  return walk([given = std::move(from), batch_size, drop_remainder](Element& element) {
    std::vector<Element> rows;
    for (Element row; static_cast<std::int64_t>(rows.size()) < batch_size && given->next(row);) rows.push_back(row);
    if (rows.empty() || (drop_remainder && static_cast<std::int64_t>(rows.size()) < batch_size)) return false;
    element = stacked(rows);
    return true;
  });
}

std::unique_ptr<Iterator> repeated(SourceBase& from, const Pass& pass, std::int64_t count) {
  Pass inner = pass;
  inner.number = count > 0 ? pass.number * count : pass.number << 20U;
  return walk([&from, inner, count, done = std::int64_t{0}, given = from.iterate(inner),
               any = false](Element& element) mutable {
    while (!given->next(element)) {
      // a source without elements would be asked on and on
      if (++done == count || !any) return false;
      ++inner.number;
      given = from.iterate(inner);
      any = false;
    }
    any = true;
    return true;
  });
}

}  // namespace

Dataset Dataset::map(Callable<Element(const Element&)> function, std::int64_t num_parallel_calls) const {
  KCPP_CHECK(num_parallel_calls >= 0, ValueError, "[Dataset.map] num_parallel_calls must not be negative, received ",
             num_parallel_calls);
  return step(*this, "map", cardinality(), [function, num_parallel_calls](SourceBase& from, const Pass& pass) {
    if (num_parallel_calls == 0)
      return walk([function, given = from.iterate(pass)](Element& element) {
        Element before;
        if (!given->next(before)) return false;
        element = function(before);
        return true;
      });
    const std::shared_ptr<Iterator> given = from.iterate(pass);
    OrderedWorkers::NextTask next_task = [function, given](OrderedWorkers::Task& task) {
      Element before;
      if (!given->next(before)) return false;
      task = [function, before = std::move(before)] { return function(before); };
      return true;
    };
    return std::unique_ptr<Iterator>(
        std::make_unique<OrderedWorkers>(std::move(next_task), num_parallel_calls, 2 * num_parallel_calls));
  });
}

Dataset Dataset::filter(Callable<bool(const Element&)> predicate) const {
  return step(*this, "filter", kUnknownCardinality, [predicate](SourceBase& from, const Pass& pass) {
    return walk([predicate, given = from.iterate(pass)](Element& element) {
      while (given->next(element))
        if (predicate(element)) return true;
      return false;
    });
  });
}

Dataset Dataset::batch(std::int64_t batch_size, bool drop_remainder) const {
  check_positive(batch_size, "batch", "batch_size");
  const std::int64_t count = cardinality();
  const std::int64_t batches = count < 0        ? count
                               : drop_remainder ? count / batch_size
                                                : (count + batch_size - 1) / batch_size;
  return step(*this, "batch", batches, [batch_size, drop_remainder](SourceBase& from, const Pass& pass) {
    return batched(from.iterate(pass), batch_size, drop_remainder);
  });
}

Dataset Dataset::unbatch() const {
  const std::int64_t count = cardinality() == kInfiniteCardinality ? kInfiniteCardinality : kUnknownCardinality;
  return step(*this, "unbatch", count, [](SourceBase& from, const Pass& pass) {
    return walk([given = from.iterate(pass), batch = Element(), at = std::int64_t{0},
                 rows = std::int64_t{0}](Element& element) mutable {
      for (; at == rows; at = 0) {
        if (!given->next(batch)) return false;
        rows = rows_of(batch, "Dataset.unbatch");
      }
      element = row_of(batch, at++);
      return true;
    });
  });
}

Dataset Dataset::shuffle(std::int64_t buffer_size, const ShuffleOptions& options) const {
  check_positive(buffer_size, "shuffle", "buffer_size");
  const auto seed = options.seed.value_or(static_cast<std::uint64_t>(next_seed()));
  const bool again = options.reshuffle_each_iteration;
  return step(*this, "shuffle", cardinality(), [buffer_size, seed, again](SourceBase& from, const Pass& pass) {
    return std::unique_ptr<Iterator>(std::make_unique<Shuffled>(from.iterate(pass), buffer_size, seed,
                                                                again ? static_cast<std::uint64_t>(pass.number) : 0));
  });
}

Dataset Dataset::repeat(std::int64_t count) const {
  KCPP_CHECK(count >= 1 || count == -1, ValueError, "[Dataset.repeat] count must be at least 1, or -1, received ",
             count);
  const std::int64_t one = cardinality();
  const std::int64_t all = one == 0 ? 0 : count < 0 ? kInfiniteCardinality : one < 0 ? one : one * count;
  return step(*this, "repeat", all,
              [count](SourceBase& from, const Pass& pass) { return repeated(from, pass, count); });
}

Dataset Dataset::take(std::int64_t count) const {
  KCPP_CHECK(count >= 0, ValueError, "[Dataset.take] count must not be negative, received ", count);
  const std::int64_t all = cardinality();
  const std::int64_t taken = all == kInfiniteCardinality ? count : all < 0 ? all : std::min(all, count);
  return step(*this, "take", taken, [count](SourceBase& from, const Pass& pass) {
    return walk([given = from.iterate(pass), left = count](Element& element) mutable {
      return left-- > 0 && given->next(element);
    });
  });
}

Dataset Dataset::skip(std::int64_t count) const {
  KCPP_CHECK(count >= 0, ValueError, "[Dataset.skip] count must not be negative, received ", count);
  const std::int64_t all = cardinality();
  return step(*this, "skip", all < 0 ? all : std::max<std::int64_t>(0, all - count),
              [count](SourceBase& from, const Pass& pass) {
                return walk([given = from.iterate(pass), left = count](Element& element) mutable {
                  for (; left > 0; --left)
                    if (!given->next(element)) return false;
                  return given->next(element);
                });
              });
}

Dataset Dataset::concatenate(const Dataset& other) const {
  KCPP_CHECK(other.defined(), ValueError, "[Dataset.concatenate] the other dataset is undefined");
  const std::int64_t a = cardinality(), b = other.cardinality();
  const bool endless = a == kInfiniteCardinality || b == kInfiniteCardinality;
  const std::int64_t all = endless ? kInfiniteCardinality : a < 0 || b < 0 ? kUnknownCardinality : a + b;
  return step(*this, "concatenate", all, [other](SourceBase& from, const Pass& pass) {
    return walk([other, pass, given = from.iterate(pass), second = false](Element& element) mutable {
      if (given->next(element)) return true;
      if (second) return false;
      second = true;
      given = other.iterate(pass);
      return given->next(element);
    });
  });
}

Dataset Dataset::cache() const {
  const auto kept = std::make_shared<Kept>();
  return step(*this, "cache", cardinality(),
              [kept](SourceBase& from, const Pass& pass) { return cached(kept, from, pass); });
}

Dataset Dataset::prefetch(std::int64_t buffer_size) const {
  check_positive(buffer_size, "prefetch", "buffer_size");
  return step(*this, "prefetch", cardinality(), [buffer_size](SourceBase& from, const Pass& pass) {
    const std::shared_ptr<Iterator> given = from.iterate(pass);
    OrderedWorkers::NextTask next_task = [given](OrderedWorkers::Task& task) {
      Element element;
      if (!given->next(element)) return false;
      task = [element = std::move(element)] { return element; };
      return true;
    };
    return std::unique_ptr<Iterator>(std::make_unique<OrderedWorkers>(std::move(next_task), 1, buffer_size));
  });
}

std::int64_t Dataset::cardinality() const { return source_ == nullptr ? 0 : source_->cardinality(); }

std::unique_ptr<Iterator> Dataset::iterate(const Pass& pass) const {
  KCPP_CHECK(defined(), ValueError, "[Dataset] the dataset is undefined");
  return source_->iterate(pass);
}

std::vector<Element> Dataset::elements(const Pass& pass) const {
  KCPP_CHECK(cardinality() != kInfiniteCardinality, ValueError, "[Dataset.elements] the dataset has no end");
  std::vector<Element> all;
  const std::unique_ptr<Iterator> given = iterate(pass);
  for (Element element; given->next(element);) all.push_back(element);
  return all;
}

}  // namespace kerascpp::data
