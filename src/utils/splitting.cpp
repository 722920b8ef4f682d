#include <kerascpp/utils/splitting.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include <kerascpp/core/random.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::utils {
namespace {

using Numbers = std::vector<std::int64_t>;

std::int64_t rows_of(const TensorList& arrays, const char* what) {
  KCPP_CHECK(!arrays.empty(), ValueError, "[", what, "] expected at least one array");
  for (const Tensor& array : arrays)
    KCPP_CHECK(array.defined() && array.ndim() > 0 && array.dim(0) == arrays[0].dim(0), ShapeError, "[", what,
               "] expected arrays with equally many samples, received ",
               array.defined() ? to_string(array.shape()) : "an undefined tensor", " beside ", arrays[0].shape());
  return arrays[0].dim(0);
}

TensorList take_all(const TensorList& arrays, const Numbers& rows) {
  TensorList result;
  for (const Tensor& array : arrays) result.push_back(take_rows(array, rows));
  result.set_names(arrays.names());
  return result;
}

/// Samples for testing and for training; fractions are rounded up for the test and down for the training.
std::pair<std::int64_t, std::int64_t> sizes_of(const TrainTestSplitOptions& options, std::int64_t rows) {
  const auto check = [rows](const SplitSize& size, const char* name) {
    if (size.samples())
      KCPP_CHECK(*size.samples() > 0 && *size.samples() < rows, ValueError, "[train_test_split] ", name,
                 " must be between 0 and the ", rows, " samples, received ", *size.samples());
    if (size.fraction())
      KCPP_CHECK(*size.fraction() > 0 && *size.fraction() < 1, ValueError, "[train_test_split] ", name,
                 " must be between 0 and 1, received ", *size.fraction());
  };
  check(options.test_size, "test_size");
  check(options.train_size, "train_size");
  SplitSize test = options.test_size;
  if (!test.given() && !options.train_size.given()) test = 0.25;
  const auto count = [rows](const SplitSize& size, bool up) -> std::int64_t {
    if (size.samples()) return *size.samples();
    const double exact = *size.fraction() * static_cast<double>(rows);
    return static_cast<std::int64_t>(up ? std::ceil(exact) : std::floor(exact));
  };
  std::int64_t tests = test.given() ? count(test, true) : -1;
  const std::int64_t trains = options.train_size.given() ? count(options.train_size, false) : rows - tests;
  if (tests < 0) tests = rows - trains;
  KCPP_CHECK(trains > 0 && tests > 0 && trains + tests <= rows, ValueError, "[train_test_split] ", rows,
             " samples cannot give ", trains, " for training and ", tests, " for testing");
  return {tests, trains};
}

/// How many of `draws` samples come from each class: the most probable numbers, ties broken at random.
Numbers approximate_mode(const Numbers& counts, std::int64_t draws, NumpyRandom& random) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  Numbers result;
  std::vector<double> remainders;
  for (const std::int64_t count : counts) {
    const double exact = static_cast<double>(count) / total * static_cast<double>(draws);
    result.push_back(static_cast<std::int64_t>(std::floor(exact)));
    remainders.push_back(exact - std::floor(exact));
  }
  std::int64_t missing = draws - std::accumulate(result.begin(), result.end(), std::int64_t{0});
  std::vector<double> values = remainders;
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (std::size_t v = 0; v < values.size() && missing > 0; ++v) {
    Numbers candidates;
    for (std::size_t i = 0; i < remainders.size(); ++i)
      if (remainders[i] == values[v]) candidates.push_back(static_cast<std::int64_t>(i));
    const Numbers order = random.permutation(static_cast<std::int64_t>(candidates.size()));
    const auto added = std::min<std::int64_t>(missing, static_cast<std::int64_t>(candidates.size()));
    for (std::int64_t i = 0; i < added; ++i)
      ++result[static_cast<std::size_t>(candidates[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])])];
    missing -= added;
  }
  return result;
}

Numbers permuted(const Numbers& items, NumpyRandom& random) {
  Numbers result;
  for (const std::int64_t i : random.permutation(static_cast<std::int64_t>(items.size())))
    result.push_back(items[static_cast<std::size_t>(i)]);
  return result;
}

/// Rows for training and for testing that keep the shares of the classes.
std::pair<Numbers, Numbers> stratified(const Tensor& labels, std::int64_t tests, std::int64_t trains,
                                       NumpyRandom& random) {
  std::map<double, Numbers> classes;
  const std::vector<double> values = labels.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i) classes[values[i]].push_back(static_cast<std::int64_t>(i));
  Numbers counts;
  for (const auto& [label, rows] : classes) {
    KCPP_CHECK(rows.size() > 1, ValueError, "[train_test_split] class ", label,
               " has one sample; stratify needs two or more of each");
    counts.push_back(static_cast<std::int64_t>(rows.size()));
  }
  const auto kinds = static_cast<std::int64_t>(classes.size());
  KCPP_CHECK(trains >= kinds && tests >= kinds, ValueError, "[train_test_split] ", trains, " samples for training and ",
             tests, " for testing do not suffice for ", kinds, " classes");
  const Numbers for_training = approximate_mode(counts, trains, random);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] -= for_training[i];
  const Numbers for_testing = approximate_mode(counts, tests, random);
  Numbers train, test;
  std::size_t i = 0;
  for (const auto& item : classes) {
    const Numbers order = permuted(item.second, random);
    const auto middle = order.begin() + for_training[i];
    train.insert(train.end(), order.begin(), middle);
    test.insert(test.end(), middle, middle + for_testing[i]);
    ++i;
  }
  train = permuted(train, random);
  test = permuted(test, random);
  return {std::move(train), std::move(test)};
}

}  // namespace

Tensor take_rows(const Tensor& array, const Numbers& rows) {
  Shape shape = array.shape();
  shape.set_dim(0, static_cast<std::int64_t>(rows.size()));
  Tensor result = Tensor::empty(shape, array.dtype());
  const std::int64_t count = array.dim(0);
  const std::size_t bytes = count == 0 ? 0 : array.nbytes() / static_cast<std::size_t>(count);
  const char* const from = static_cast<const char*>(array.raw());
  char* to = static_cast<char*>(result.raw());
  for (const std::int64_t row : rows) {
    KCPP_CHECK(row >= 0 && row < count, ValueError, "[take_rows] there is no row ", row, " in shape ", array.shape());
    std::memcpy(to, from + static_cast<std::size_t>(row) * bytes, bytes);
    to += bytes;
  }
  return result;
}

TrainTestSplit train_test_split(const TensorList& arrays, const TrainTestSplitOptions& options) {
  const std::int64_t rows = rows_of(arrays, "train_test_split");
  const auto [tests, trains] = sizes_of(options, rows);
  Numbers train, test;
  if (!options.shuffle) {
    KCPP_CHECK(!options.stratify.defined(), ValueError, "[train_test_split] stratify needs shuffle");
    train.resize(static_cast<std::size_t>(trains));
    test.resize(static_cast<std::size_t>(tests));
    std::iota(train.begin(), train.end(), std::int64_t{0});
    std::iota(test.begin(), test.end(), trains);
    return {take_all(arrays, train), take_all(arrays, test)};
  }
  NumpyRandom random(options.random_state ? *options.random_state : static_cast<std::uint32_t>(next_seed()));
  if (options.stratify.defined()) {
    KCPP_CHECK(options.stratify.size() == rows, ShapeError, "[train_test_split] expected ", rows,
               " labels in stratify, received shape ", options.stratify.shape());
    std::tie(train, test) = stratified(options.stratify, tests, trains, random);
  } else {
    const Numbers order = random.permutation(rows);
    test.assign(order.begin(), order.begin() + tests);
    train.assign(order.begin() + tests, order.begin() + tests + trains);
  }
  return {take_all(arrays, train), take_all(arrays, test)};
}

[[nodiscard]] static std::pair<std::int64_t, std::int64_t> split_sizes(const SplitDatasetOptions& options,
                                                                       std::int64_t rows) {
  const auto size = [rows](const SplitSize& given, const char* name) -> std::int64_t {
    if (given.samples()) {
      KCPP_CHECK(*given.samples() > 0 && *given.samples() < rows, ValueError, "[split_dataset] ", name,
                 " must be between 0 and the ", rows, " samples, received ", *given.samples());
      return *given.samples();
    }
    if (!given.fraction()) return -1;
    KCPP_CHECK(*given.fraction() > 0 && *given.fraction() < 1, ValueError, "[split_dataset] ", name,
               " must be between 0 and 1, received ", *given.fraction());
    return static_cast<std::int64_t>(std::nearbyint(*given.fraction() * static_cast<double>(rows)));
  };
  std::int64_t left = size(options.left_size, "left_size"), right = size(options.right_size, "right_size");
  KCPP_CHECK(left >= 0 || right >= 0, ValueError, "[split_dataset] give left_size or right_size");
  if (left < 0) left = rows - right;
  if (right < 0) right = rows - left;
  KCPP_CHECK(left > 0 && right > 0 && left + right <= rows, ValueError, "[split_dataset] ", rows,
             " samples cannot give ", left, " on the left and ", right, " on the right");
  return {left, right};
}

std::pair<TensorList, TensorList> split_dataset(const TensorList& arrays, const SplitDatasetOptions& options) {
  const std::int64_t rows = rows_of(arrays, "split_dataset");
  const auto [left, right] = split_sizes(options, rows);
  Numbers order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  if (options.shuffle) PythonRandom(options.seed.value_or(static_cast<std::uint64_t>(next_seed()))).shuffle(order);
  return {take_all(arrays, Numbers(order.begin(), order.begin() + left)),
          take_all(arrays, Numbers(order.end() - right, order.end()))};
}

}  // namespace kerascpp::utils
