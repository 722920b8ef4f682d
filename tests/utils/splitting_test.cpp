// Random splits are those of scikit-learn and of Keras for the same seeds.

#include <kerascpp/utils/splitting.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

std::vector<int> ints(const Config& list) {
  std::vector<int> values;
  for (const Config& item : list.as_list()) values.push_back(static_cast<int>(item.as_int()));
  return values;
}

utils::SplitSize size_of(const Config& arguments, const char* key) {
  const Config* value = arguments.find(key);
  if (value == nullptr) return {};
  return value->is_int() ? utils::SplitSize(value->as_int()) : utils::SplitSize(value->as_double());
}

std::vector<int> firsts(const Tensor& rows) {
  std::vector<int> values;
  for (std::int64_t i = 0; i < rows.dim(0); ++i) values.push_back(rows[i].item<int>(0));
  return values;
}

}  // namespace

TEST_CASE("splits are those of scikit-learn and Keras", "[utils][splitting][keras]") {
  const Config& fixture = fixtures("utils/splitting");
  const Tensor x = arange(0, 46, 1, DType::Int32).reshape({23, 2});
  const Tensor labels(ints(fixture.at("labels")));
  for (const Config& row : fixture.at("cases").as_list()) {
    const Config& arguments = row.at("arguments");
    INFO(to_string(row.at("arguments")));
    const Config* shuffle = arguments.find("shuffle");
    if (row.at("function").as_string() == "train_test_split") {
      utils::TrainTestSplitOptions options{.test_size = size_of(arguments, "test_size"),
                                           .train_size = size_of(arguments, "train_size"),
                                           .shuffle = shuffle == nullptr || shuffle->as_bool()};
      if (const Config* seed = arguments.find("random_state"))
        options.random_state = static_cast<std::uint32_t>(seed->as_int());
      if (arguments.contains("stratify")) options.stratify = labels;
      const auto [train, test] = utils::train_test_split({x, labels}, options);
      CHECK(firsts(train[0]) == ints(row.at("train")));
      CHECK(firsts(test[0]) == ints(row.at("test")));
      for (std::int64_t i = 0; i < test[1].dim(0); ++i)
        CHECK(test[1].item<int>(i) == labels.item<int>(test[0][i].item<int>(0) / 2));
      continue;
    }
    utils::SplitDatasetOptions options{.left_size = size_of(arguments, "left_size"),
                                       .right_size = size_of(arguments, "right_size"),
                                       .shuffle = shuffle != nullptr && shuffle->as_bool()};
    if (const Config* seed = arguments.find("seed")) options.seed = static_cast<std::uint64_t>(seed->as_int());
    const auto [left, right] = utils::split_dataset(x, options);
    CHECK(firsts(left[0]) == ints(row.at("train")));
    CHECK(firsts(right[0]) == ints(row.at("test")));
  }
}

TEST_CASE("splits that leave nothing are refused", "[utils][splitting]") {
  const Tensor x = arange(10), y{0, 0, 0, 0, 0, 1, 1, 1, 1, 2};
  using utils::train_test_split;
  CHECK_THROWS_WITH(train_test_split({x, arange(9)}), ContainsSubstring("equally many samples"));
  CHECK_THROWS_WITH(train_test_split(TensorList{}), ContainsSubstring("at least one array"));
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 10}), ContainsSubstring("received 10"));
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 1.5}), ContainsSubstring("between 0 and 1"));
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 6, .train_size = 6}), ContainsSubstring("cannot give 6"));
  CHECK_THROWS_WITH(train_test_split(x, {.stratify = y}), ContainsSubstring("class 2 has one sample"));
  CHECK_THROWS_WITH(train_test_split(x, {.shuffle = false, .stratify = y}), ContainsSubstring("needs shuffle"));
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 1, .stratify = y.rows(0, 9)}), ContainsSubstring("10 labels"));
  const Tensor pairs{0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 2, .stratify = pairs}), ContainsSubstring("5 classes"));
  using utils::split_dataset;
  CHECK_THROWS_WITH(split_dataset(x, {}), ContainsSubstring("give left_size or right_size"));
  CHECK_THROWS_WITH(split_dataset(x, {.left_size = 0.7, .right_size = 0.7}), ContainsSubstring("cannot give 7"));
  CHECK_THROWS_WITH(split_dataset(x, {.left_size = 0.01}), ContainsSubstring("cannot give 0"));
  CHECK_THROWS_AS(utils::take_rows(x, {10}), ValueError);
}

}  // namespace kerascpp::test
