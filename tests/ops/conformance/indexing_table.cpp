#include <algorithm>

#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "support/op_fixtures.hpp"

/// Reading and writing by index, called as in keras.ops.numpy, keras.ops.core and keras.ops.math.
namespace kerascpp::test {
namespace {

// null, {"slice": [begin, end, step]}, {"ellipsis": true} or an integer
TensorIndex index_of(const Config& entry) {
  if (entry.is_null()) return NewAxis();
  if (entry.is_int()) return entry.as_int();
  if (entry.contains("ellipsis")) return Ellipsis();
  const Config::List& bounds = entry.at("slice").as_list();
  const std::int64_t step = bounds[2].is_null() ? 1 : bounds[2].as_int();
  const std::int64_t begin = bounds[0].is_null() ? (step < 0 ? kSliceEnd : 0) : bounds[0].as_int();
  return Slice(begin, bounds[1].is_null() ? kSliceEnd : bounds[1].as_int(), step);
}

template <class Index>
std::vector<Index> key_of(const FixtureArguments& a) {
  const Config& key = *a.find(1, "key");
  if (!key.is_list()) return {index_of(key)};
  std::vector<Index> entries;
  for (const Config& entry : key.as_list()) entries.push_back(index_of(entry));
  return entries;
}

ops::OneHotOptions one_hot_options(const FixtureArguments& a) {
  ops::OneHotOptions options{.axis = a.integer(2, "axis", -1)};
  if (a.has(3, "dtype")) options.dtype = dtype_from_name(a.text(3, "dtype", ""));
  return options;
}

std::int64_t number_of_segments(const FixtureArguments& a) {
  if (a.has(2, "num_segments")) return a.integer(2, "num_segments", 0);
  const std::vector<std::int64_t> ids = a.value(1, "segment_ids").to_vector<std::int64_t>();
  return *std::max_element(ids.begin(), ids.end()) + 1;
}

template <class T>
using Segment =
    std::conditional_t<std::is_same_v<T, Tensor>, Tensor (*)(const Tensor&, const Tensor&, std::int64_t, bool),
                       Symbol (*)(const Operand&, const Operand&, std::int64_t, bool)>;

template <class T>
const std::vector<std::pair<const char*, Segment<T>>> kSegments = {
    {"segment_sum", ops::segment_sum},
    {"segment_max", ops::segment_max},
    {"segment_min", ops::segment_min},
    {"segment_prod", ops::segment_prod},
};

template <class T>
FixtureOps<T> table_of() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  using Key = std::conditional_t<std::is_same_v<T, Tensor>, TensorIndex, Index>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  FixtureOps<T> table = {
      {"get_item", [=](const Arguments& a) { return Results{ops::get_item(x_of(a), key_of<Key>(a))}; }},
      {"take",
       [=](const Arguments& a) { return Results{ops::take(x_of(a), a.tensor(1, "indices"), a.axes(2, "axis"))}; }},
      {"take_along_axis",
       [=](const Arguments& a) {
         return Results{ops::take_along_axis(x_of(a), a.tensor(1, "indices"), a.axes(2, "axis"))};
       }},
      {"slice",
       [=](const Arguments& a) {
         return Results{ops::slice(x_of(a), a.integers(1, "start_indices"), Shape(a.integers(2, "shape")))};
       }},
      {"slice_update",
       [=](const Arguments& a) {
         return Results{ops::slice_update(x_of(a), a.integers(1, "start_indices"), a.tensor(2, "updates"))};
       }},
      {"scatter",
       [=](const Arguments& a) {
         return Results{ops::scatter(x_of(a), a.tensor(1, "values"), Shape(a.integers(2, "shape")))};
       }},
      {"scatter_update",
       [=](const Arguments& a) {
         return Results{ops::scatter_update(x_of(a), a.tensor(1, "indices"), a.tensor(2, "updates"))};
       }},
      {"isin",
       [=](const Arguments& a) {
         return Results{ops::isin(x_of(a), a.tensor(1, "x2"), false, a.flag(3, "invert", false))};
       }},
      {"unravel_index", [=](const Arguments& a) { return ops::unravel_index(x_of(a), Shape(a.integers(1, "shape"))); }},
      {"extract_sequences",
       [=](const Arguments& a) {
         return Results{ops::extract_sequences(x_of(a), a.integer(1, "length", 0), a.integer(2, "stride", 0))};
       }},
      {"one_hot",
       [=](const Arguments& a) {
         return Results{ops::one_hot(x_of(a), a.integer(1, "num_classes", 0), one_hot_options(a))};
       }},
      {"multi_hot",
       [=](const Arguments& a) {
         return Results{ops::multi_hot(x_of(a), a.integer(1, "num_classes", 0), one_hot_options(a))};
       }},
  };
  // TensorFlow's kernels for sorted ids give zero for a segment without rows, those for unsorted ids what ours give
  add_alike(table, kSegments<T>, [x_of](Segment<T> op, const Arguments& a) {
    const T rows = op(x_of(a), a.tensor(1, "segment_ids"), number_of_segments(a), a.flag(3, "sorted", false));
    return Results{a.flag(3, "sorted", false) ? ops::where(ops::isfinite(rows), rows, T(ops::zeros_like(rows))) : rows};
  });
  return table;
}

}  // namespace

FixtureTable indexing_table() {
  FixtureTable table{table_of<Tensor>(), table_of<Symbol>()};
  table.immediate["nonzero"] = [](const ArgumentsOf<Tensor>& a) { return ops::nonzero(a.tensor(0, "x")); };
  return table;
}

}  // namespace kerascpp::test
