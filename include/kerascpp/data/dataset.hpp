#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::data {

/// What a source of data gives at a time, one sample or a batch of them: arrays of inputs, of targets, of weights of
/// samples. Lists with names (TensorList::set_names) go to inputs and outputs by name.
///
///   auto [x, y, sample_weight] = element;
///
/// Source: keras.utils.pack_x_y_sample_weight and unpack_x_y_sample_weight.
struct Element {
  TensorList x = {};
  TensorList y = {};
  TensorList sample_weight = {};
};

/// Which pass over the data it is. shuffle_seed: what the order depends on beside the number; empty: the order given.
struct Pass {
  std::int64_t number = 0;
  std::optional<std::uint64_t> shuffle_seed = {};
};

/// One pass over a source.
class KCPP_API Iterator {
 public:
  Iterator() = default;
  virtual ~Iterator();
  Iterator(const Iterator&) = delete;
  Iterator& operator=(const Iterator&) = delete;
  /// The next element; false at the end.
  virtual bool next(Element& element) = 0;
};

inline constexpr std::int64_t kUnknownCardinality = -1;
inline constexpr std::int64_t kInfiniteCardinality = -2;

/// Base of everything that fit, evaluate and predict take in place of arrays.
class KCPP_API SourceBase {
 public:
  SourceBase() = default;
  virtual ~SourceBase();
  SourceBase(const SourceBase&) = delete;
  SourceBase& operator=(const SourceBase&) = delete;
  /// The source outlives what it gives.
  [[nodiscard]] virtual std::unique_ptr<Iterator> iterate(const Pass& pass) = 0;
  /// Elements of a pass, or one of the two constants above.
  [[nodiscard]] virtual std::int64_t cardinality() const { return kUnknownCardinality; }
  virtual void on_epoch_end() {}
};

struct ShuffleOptions {
  std::optional<std::uint64_t> seed = {};  ///< the global stream gives one unless given
  bool reshuffle_each_iteration = true;    ///< another order in each pass
};

/// A sequence of elements that is made while it is gone through: `dataset.map(f,
/// 4).shuffle(1000).batch(32).prefetch(2)`.
///
/// A handle: copies share the source. Steps that use threads keep the order, hold as many elements as they say and no
/// more, hand errors on to the thread that asks for the element, and end their threads when the pass is left.
/// Source: tf.data.Dataset, as Keras takes and makes it.
class KCPP_API Dataset {
 public:
  Dataset() = default;
  explicit Dataset(std::shared_ptr<SourceBase> source) : source_(std::move(source)) {}

  /// The rows of arrays with equally many rows, each as an element.
  /// Throws ShapeError when they differ in length.
  [[nodiscard]] static Dataset from_tensor_slices(const TensorList& x, const TensorList& y = {},
                                                  const TensorList& sample_weight = {});
  /// These elements.
  [[nodiscard]] static Dataset from_elements(std::vector<Element> elements);
  /// What a generator gives until it gives nothing. `start` makes one for each pass.
  [[nodiscard]] static Dataset from_generator(Callable<Callable<std::optional<Element>()>()> start);
  /// Calls `next` for each element, on and on through all passes: a Python generator without an end. Give fit
  /// steps_per_epoch.
  [[nodiscard]] static Dataset from_function(Callable<Element()> next);

  /// `function` of each element, computed on so many threads; 0: on the thread that asks.
  [[nodiscard]] Dataset map(Callable<Element(const Element&)> function, std::int64_t num_parallel_calls = 0) const;
  [[nodiscard]] Dataset filter(Callable<bool(const Element&)> predicate) const;
  /// Elements joined along a new first axis. Throws ShapeError when they differ in shape.
  [[nodiscard]] Dataset batch(std::int64_t batch_size, bool drop_remainder = false) const;
  /// The rows of each element.
  [[nodiscard]] Dataset unbatch() const;
  /// Each time one at random of the next `buffer_size` elements.
  [[nodiscard]] Dataset shuffle(std::int64_t buffer_size, const ShuffleOptions& options = {}) const;
  /// So many passes as one; -1: without an end.
  [[nodiscard]] Dataset repeat(std::int64_t count = -1) const;
  [[nodiscard]] Dataset take(std::int64_t count) const;
  [[nodiscard]] Dataset skip(std::int64_t count) const;
  [[nodiscard]] Dataset concatenate(const Dataset& other) const;
  /// Keeps the elements of the first whole pass in memory.
  [[nodiscard]] Dataset cache() const;
  /// Makes up to `buffer_size` elements ahead on a thread of its own.
  [[nodiscard]] Dataset prefetch(std::int64_t buffer_size) const;

  [[nodiscard]] std::int64_t cardinality() const;
  [[nodiscard]] std::unique_ptr<Iterator> iterate(const Pass& pass = {}) const;
  /// All elements of a pass.
  [[nodiscard]] std::vector<Element> elements(const Pass& pass = {}) const;
  [[nodiscard]] const std::shared_ptr<SourceBase>& source() const { return source_; }
  [[nodiscard]] bool defined() const { return source_ != nullptr; }

  /// For range-based for: the elements of a pass.
  class Cursor {
   public:
    explicit Cursor(std::shared_ptr<Iterator> iterator = nullptr) : iterator_(std::move(iterator)) { ++*this; }
    [[nodiscard]] const Element& operator*() const { return element_; }
    Cursor& operator++() {
      if (iterator_ != nullptr && !iterator_->next(element_)) iterator_ = nullptr;
      return *this;
    }
    friend bool operator==(const Cursor& a, const Cursor& b) { return a.iterator_ == b.iterator_; }

   private:
    std::shared_ptr<Iterator> iterator_;
    Element element_;
  };
  [[nodiscard]] Cursor begin() const { return Cursor(iterate()); }
  [[nodiscard]] Cursor end() const { return Cursor(); }

 private:
  std::shared_ptr<SourceBase> source_;
};

}  // namespace kerascpp::data
