// Windows over a series are those of Keras.

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/timeseries.hpp>

#include <set>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {

using utils::timeseries_dataset_from_array;

TEST_CASE("windows over a series are those of Keras", "[utils][timeseries][keras]") {
  const Tensor series = arange(46).reshape({23, 2}), targets = arange(100, 123, 1, DType::Int64);
  for (const Config& row : fixtures("pictures/expected").at("windows").as_list()) {
    INFO(to_string(row.at("arguments")));
    utils::TimeseriesOptions options;
    for (const auto& [key, value] : row.at("arguments").as_map()) {
      if (key == "sampling_rate") options.sampling_rate = value.as_int();
      if (key == "sequence_stride") options.sequence_stride = value.as_int();
      if (key == "batch_size") options.batch_size = value.as_int();
      if (key == "start_index") options.start_index = value.as_int();
      if (key == "end_index") options.end_index = value.as_int();
    }
    const auto& expected = row.at("batches").as_list();
    const bool with_targets = !expected.front().at("y").is_null();
    const std::vector<data::Element> batches =
        timeseries_dataset_from_array(series, with_targets ? targets : Tensor(),
                                      row.at("arguments").at("sequence_length").as_int(), options)
            .elements();
    REQUIRE(batches.size() == expected.size());
    for (std::size_t i = 0; i < batches.size(); ++i) {
      CHECK(identical(batches[i].x.single(), fixture_tensor(expected[i].at("x"))));
      CHECK(batches[i].y.empty() != with_targets);
      if (with_targets) CHECK(identical(batches[i].y.single(), fixture_tensor(expected[i].at("y"))));
    }
  }
}

TEST_CASE("shuffled windows are all there", "[utils][timeseries]") {
  const data::Dataset windows =
      timeseries_dataset_from_array(arange(30), {}, 3, {.batch_size = 0, .shuffle = true, .seed = 3});
  std::set<int> starts;
  for (const data::Element& window : windows) starts.insert(window.x.single().item<int>(0));
  CHECK(starts.size() == 28);
}

TEST_CASE("windows that do not fit are refused", "[utils][timeseries]") {
  const Tensor series = arange(10);
  CHECK_THROWS_WITH(timeseries_dataset_from_array(series, {}, 11), ContainsSubstring("10 steps are too few"));
  CHECK_THROWS_WITH(timeseries_dataset_from_array(series, {}, 4, {.sampling_rate = 4}), ContainsSubstring("too few"));
  CHECK_THROWS_WITH(timeseries_dataset_from_array(series, {}, 0), ContainsSubstring("must be at least 1"));
  CHECK_THROWS_WITH(timeseries_dataset_from_array(series, {}, 2, {.start_index = 5, .end_index = 5}),
                    ContainsSubstring("do not lie in order"));
  CHECK_THROWS_AS(timeseries_dataset_from_array(Tensor(1), {}, 2), ShapeError);
}

}  // namespace kerascpp::test
