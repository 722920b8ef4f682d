// Datasets: steps, threads, order, bounds and errors.

#include <kerascpp/data/dataset.hpp>
#include <kerascpp/utils/py_dataset.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "support/catch.hpp"

using namespace kerascpp;
using data::Dataset;
using data::Element;

namespace {

Dataset numbers(int count) { return Dataset::from_tensor_slices(arange(count)); }

/// The first number of each element.
std::vector<int> firsts(const Dataset& dataset, const data::Pass& pass = {}) {
  std::vector<int> values;
  for (const Element& element : dataset.elements(pass)) values.push_back(element.x[0].item<int>(0));
  return values;
}

std::vector<int> range(int first, int last) {
  std::vector<int> values;
  for (int i = first; i < last; ++i) values.push_back(i);
  return values;
}

Element times_two(const Element& element) { return {Tensor(2 * element.x[0].item<int>())}; }

struct Squares : utils::PyDataset {
  explicit Squares(const utils::PyDatasetOptions& options = {}) : PyDataset(options) {}
  [[nodiscard]] std::int64_t size() const override { return 20; }
  Element get(std::int64_t i) override {
    const int now = ++running;
    int most = most_running.load();
    while (most < now && !most_running.compare_exchange_weak(most, now)) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(i % 3));
    --running;
    ++made;
    return {Tensor{static_cast<int>(i * i)}};
  }
  std::atomic<int> running = 0, most_running = 0, made = 0;
};

}  // namespace

TEST_CASE("datasets of arrays give their rows", "[data]") {
  const Dataset dataset = Dataset::from_tensor_slices({arange(6).reshape({3, 2}), arange(3)}, {arange(10, 13)});
  CHECK(dataset.cardinality() == 3);
  int rows = 0;
  for (const auto& [x, y, sample_weight] : dataset) {
    CHECK(x[0].to_vector<int>() == range(2 * rows, 2 * rows + 2));
    CHECK(x[1].shape() == Shape{});
    CHECK(y[0].item<int>() == 10 + rows);
    CHECK(sample_weight.empty());
    ++rows;
  }
  CHECK(rows == 3);
  CHECK_THROWS_AS(Dataset::from_tensor_slices({arange(6), arange(5)}), ShapeError);
  CHECK_THROWS_AS(Dataset::from_tensor_slices(TensorList{}), ShapeError);
}

TEST_CASE("datasets are batched and taken apart again", "[data]") {
  const Dataset batches = numbers(7).batch(3);
  CHECK(batches.cardinality() == 3);
  std::vector<std::int64_t> sizes;
  for (const Element& batch : batches) sizes.push_back(batch.x[0].dim(0));
  CHECK(sizes == std::vector<std::int64_t>{3, 3, 1});
  CHECK(numbers(7).batch(3, true).cardinality() == 2);
  CHECK(numbers(7).batch(3, true).elements().size() == 2);
  CHECK(firsts(batches.unbatch()) == range(0, 7));
  CHECK_THROWS_WITH(numbers(3).batch(0), ContainsSubstring("batch_size must be at least 1"));
  const Dataset ragged = Dataset::from_elements({{zeros({2})}, {zeros({3})}});
  CHECK_THROWS_WITH(ragged.batch(2).elements(), ContainsSubstring("element 1 of a batch has an array float32 (3,)"));
}

TEST_CASE("steps of a dataset do what they say", "[data]") {
  CHECK(firsts(numbers(5).map(times_two)) == std::vector<int>{0, 2, 4, 6, 8});
  CHECK(firsts(numbers(9).filter([](const Element& e) { return e.x[0].item<int>() % 4 == 0; })) ==
        std::vector<int>{0, 4, 8});
  CHECK(firsts(numbers(3).repeat(2)) == std::vector<int>{0, 1, 2, 0, 1, 2});
  CHECK(numbers(3).repeat().cardinality() == data::kInfiniteCardinality);
  CHECK(firsts(numbers(3).repeat().take(7)) == std::vector<int>{0, 1, 2, 0, 1, 2, 0});
  CHECK(firsts(numbers(5).skip(3)) == std::vector<int>{3, 4});
  CHECK(numbers(5).skip(9).cardinality() == 0);
  CHECK(numbers(5).skip(9).elements().empty());
  CHECK(firsts(numbers(2).concatenate(numbers(3))) == std::vector<int>{0, 1, 0, 1, 2});
  CHECK(numbers(2).concatenate(numbers(3)).cardinality() == 5);
  CHECK(Dataset::from_elements({}).repeat().elements().empty());
  CHECK_THROWS_AS(numbers(2).repeat(0), ValueError);
  CHECK_THROWS_AS(numbers(2).repeat().elements(), ValueError);
  CHECK_THROWS_AS(Dataset().batch(2), ValueError);
}

TEST_CASE("shuffled datasets give each element once, in an order of seed and pass", "[data]") {
  const Dataset shuffled = numbers(100).shuffle(30, {.seed = 4});
  std::vector<int> first = firsts(shuffled);
  CHECK(first == firsts(shuffled));
  CHECK(first != range(0, 100));
  CHECK(first != firsts(shuffled, {.number = 1}));
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i] < static_cast<int>(i) + 30);
  std::sort(first.begin(), first.end());
  CHECK(first == range(0, 100));
  const Dataset same = numbers(10).shuffle(10, {.seed = 4, .reshuffle_each_iteration = false});
  CHECK(firsts(same) == firsts(same, {.number = 1}));
}

TEST_CASE("a cache asks its source once", "[data]") {
  int asked = 0;
  const Dataset cached = numbers(4)
                             .map([&asked](const Element& element) {
                               ++asked;
                               return element;
                             })
                             .cache();
  CHECK(cached.take(2).elements().size() == 2);
  CHECK(firsts(cached) == range(0, 4));
  CHECK(firsts(cached) == range(0, 4));
  CHECK(asked == 6);  // a pass that was left early is not kept
}

TEST_CASE("generators start anew for each pass, functions go on", "[data]") {
  const Dataset generated = Dataset::from_generator(
      [] { return [i = 0]() mutable { return i < 3 ? std::optional(Element{Tensor(i++)}) : std::nullopt; }; });
  CHECK(generated.cardinality() == data::kUnknownCardinality);
  CHECK(firsts(generated) == range(0, 3));
  CHECK(firsts(generated) == range(0, 3));
  int count = 0;
  const Dataset endless = Dataset::from_function([&count] { return Element{Tensor(count++)}; });
  CHECK(firsts(endless.take(3)) == range(0, 3));
  CHECK(firsts(endless.take(2)) == std::vector<int>{3, 4});
}

TEST_CASE("threads keep the order and their bounds", "[data][threads]") {
  std::atomic<int> begun = 0;
  const Dataset mapped = numbers(200).map(
      [&begun](const Element& element) {
        ++begun;
        if (element.x[0].item<int>() % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return times_two(element);
      },
      4);
  const auto iterator = mapped.iterate();
  Element element;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(iterator->next(element));
    CHECK(element.x[0].item<int>() == 2 * i);
    CHECK(begun <= i + 1 + 8 + 4);
  }
  CHECK_FALSE(iterator->next(element));
  CHECK_FALSE(iterator->next(element));
  std::atomic<int> made = 0;
  const auto ahead = numbers(50)
                         .map([&made](const Element& given) {
                           ++made;
                           return given;
                         })
                         .prefetch(5)
                         .iterate();
  REQUIRE(ahead->next(element));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(made <= 1 + 5 + 1);
}

TEST_CASE("an iterator that is left ends its threads", "[data][threads]") {
  for (int round = 0; round < 20; ++round) {
    const auto iterator = numbers(1000).map(times_two, 3).prefetch(4).iterate();
    Element element;
    for (int i = 0; i < round; ++i) CHECK(iterator->next(element));
  }
}

TEST_CASE("errors of threads reach the one who asks", "[data][threads]") {
  const auto fail_at_five = [](const Element& element) {
    if (element.x[0].item<int>() == 5) throw ValueError("five is not wanted");
    return element;
  };
  for (const Dataset& dataset :
       {numbers(50).map(fail_at_five), numbers(50).map(fail_at_five, 3), numbers(50).map(fail_at_five).prefetch(4),
        numbers(50).map(fail_at_five, 2).batch(2).prefetch(1)}) {
    const auto iterator = dataset.iterate();
    Element element;
    CHECK(iterator->next(element));
    CHECK_THROWS_WITH(
        [&] {
          while (iterator->next(element)) continue;
        }(),
        "five is not wanted");
  }
}

TEST_CASE("a PyDataset gives its batches in order with any number of workers", "[data][threads]") {
  for (const std::int64_t workers : {0, 1, 2, 5}) {
    INFO(workers << " workers");
    const auto squares = std::make_shared<Squares>(utils::PyDatasetOptions{.workers = workers, .max_queue_size = 3});
    const Dataset dataset(squares);
    CHECK(dataset.cardinality() == 20);
    std::vector<int> expected;
    for (int i = 0; i < 20; ++i) expected.push_back(i * i);
    CHECK(firsts(dataset) == expected);
    CHECK(squares->made == 20);
    CHECK(squares->most_running <= std::max<std::int64_t>(workers, 1));
    std::vector<int> shuffled = firsts(dataset, {.number = 0, .shuffle_seed = 9});
    CHECK(shuffled != expected);
    CHECK(shuffled != firsts(dataset, {.number = 1, .shuffle_seed = 9}));
    CHECK(shuffled == firsts(dataset, {.number = 0, .shuffle_seed = 9}));
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == expected);
  }
  CHECK_THROWS_AS(Squares({.workers = -1}), ValueError);
  CHECK_THROWS_AS(Squares({.max_queue_size = 0}), ValueError);
}
