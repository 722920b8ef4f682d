#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "support/catch.hpp"
#include "support/op_fixtures.hpp"

namespace kerascpp::test {
namespace {

using Arguments = FixtureArguments;
using Results = std::vector<Tensor>;

std::pair<std::int64_t, std::int64_t> pair_or(const std::vector<std::int64_t>& values) {
  return values.empty() ? std::pair<std::int64_t, std::int64_t>{0, 1} : std::pair{values[0], values[1]};
}

// "array", null, {"slice": [begin, end, step]}, {"ellipsis": true} or an integer.
TensorIndex index_of(const Config& entry) {
  if (entry.is_null()) return NewAxis();
  if (entry.is_int()) return entry.as_int();
  if (entry.contains("ellipsis")) return Ellipsis();
  const Config::List& bounds = entry.at("slice").as_list();
  const std::int64_t step = bounds[2].is_null() ? 1 : bounds[2].as_int();
  const std::int64_t begin = bounds[0].is_null() ? (step < 0 ? kSliceEnd : 0) : bounds[0].as_int();
  return Slice(begin, bounds[1].is_null() ? kSliceEnd : bounds[1].as_int(), step);
}

std::vector<TensorIndex> key_of(const Arguments& a) {
  const Config& key = *a.find(1, "key");
  if (!key.is_list()) return {index_of(key)};
  std::vector<TensorIndex> entries;
  for (const Config& entry : key.as_list()) entries.push_back(index_of(entry));
  return entries;
}

std::vector<ops::PadWidth::Pair> pad_width(const Arguments& a) {
  std::vector<ops::PadWidth::Pair> pairs;
  for (const Config& pair : a.find(1, "pad_width")->as_list())
    pairs.emplace_back(pair.as_list()[0].as_int(), pair.as_list()[1].as_int());
  return pairs;
}

std::vector<std::pair<std::string, std::int64_t>> lengths_of(const Arguments& a) {
  std::vector<std::pair<std::string, std::int64_t>> lengths;
  for (const auto& [name, length] : a.keywords().as_map()) lengths.emplace_back(name, length.as_int());
  return lengths;
}

Tensor x_of(const Arguments& a) { return a.tensor(0, "x"); }

FixtureOps arrangement_ops() {
  return {
      {"reshape", [](const Arguments& a) { return Results{ops::reshape(x_of(a), Shape(a.integers(1, "newshape")))}; }},
      {"ravel", [](const Arguments& a) { return Results{ops::ravel(x_of(a))}; }},
      {"shape", [](const Arguments& a) { return Results{ops::shape(x_of(a))}; }},
      {"size", [](const Arguments& a) { return Results{ops::size(x_of(a))}; }},
      {"ndim", [](const Arguments& a) { return Results{Tensor(ops::ndim(x_of(a)))}; }},
      {"view", [](const Arguments& a) { return Results{ops::view(x_of(a), dtype_from_name(a.text(1, "dtype", "")))}; }},
      {"transpose", [](const Arguments& a) { return Results{ops::transpose(x_of(a), a.integers(1, "axes"))}; }},
      {"swapaxes",
       [](const Arguments& a) {
         return Results{ops::swapaxes(x_of(a), a.integer(1, "axis1", 0), a.integer(2, "axis2", 0))};
       }},
      {"moveaxis",
       [](const Arguments& a) {
         return Results{ops::moveaxis(x_of(a), a.axes(1, "source"), a.axes(2, "destination"))};
       }},
      {"expand_dims", [](const Arguments& a) { return Results{ops::expand_dims(x_of(a), a.axes(1, "axis"))}; }},
      {"squeeze", [](const Arguments& a) { return Results{ops::squeeze(x_of(a), a.axes(1, "axis"))}; }},
      {"broadcast_to",
       [](const Arguments& a) { return Results{ops::broadcast_to(x_of(a), Shape(a.integers(1, "shape")))}; }},
      {"flip", [](const Arguments& a) { return Results{ops::flip(x_of(a), a.axes(1, "axis"))}; }},
      {"fliplr", [](const Arguments& a) { return Results{ops::fliplr(x_of(a))}; }},
      {"flipud", [](const Arguments& a) { return Results{ops::flipud(x_of(a))}; }},
      {"rot90",
       [](const Arguments& a) {
         return Results{ops::rot90(x_of(a), a.integer(1, "k", 1), pair_or(a.integers(2, "axes")))};
       }},
      {"roll", [](const Arguments& a) { return Results{ops::roll(x_of(a), a.sizes(1, "shift"), a.axes(2, "axis"))}; }},
      {"repeat",
       [](const Arguments& a) { return Results{ops::repeat(x_of(a), a.sizes(1, "repeats"), a.axes(2, "axis"))}; }},
      {"tile", [](const Arguments& a) { return Results{ops::tile(x_of(a), a.sizes(1, "repeats"))}; }},
      {"pad",
       [](const Arguments& a) {
         return Results{
             ops::pad(x_of(a), pad_width(a), a.text(2, "mode", "constant"), a.number(3, "constant_values", 0))};
       }},
      {"rearrange",
       [](const Arguments& a) { return Results{ops::rearrange(x_of(a), a.text(1, "pattern", ""), lengths_of(a))}; }},
  };
}

FixtureOps joining_ops() {
  const auto xs = [](const Arguments& a) { return TensorList(a.tensors(0, "xs")); };
  return {
      {"concatenate", [xs](const Arguments& a) { return Results{ops::concatenate(xs(a), a.integer(1, "axis", 0))}; }},
      {"stack", [xs](const Arguments& a) { return Results{ops::stack(xs(a), a.integer(1, "axis", 0))}; }},
      {"hstack", [xs](const Arguments& a) { return Results{ops::hstack(xs(a))}; }},
      {"vstack", [xs](const Arguments& a) { return Results{ops::vstack(xs(a))}; }},
      {"dstack", [xs](const Arguments& a) { return Results{ops::dstack(xs(a))}; }},
      {"column_stack", [xs](const Arguments& a) { return Results{ops::column_stack(xs(a))}; }},
      {"append",
       [](const Arguments& a) { return Results{ops::append(x_of(a), a.tensor(1, "x2"), a.axes(2, "axis"))}; }},
      {"split", [](const Arguments& a) { return ops::split(x_of(a), a.sizes(1, "n"), a.integer(2, "axis", 0)); }},
      {"array_split",
       [](const Arguments& a) { return ops::array_split(x_of(a), a.sizes(1, "n"), a.integer(2, "axis", 0)); }},
      {"hsplit", [](const Arguments& a) { return ops::hsplit(x_of(a), a.sizes(1, "n")); }},
      {"vsplit", [](const Arguments& a) { return ops::vsplit(x_of(a), a.sizes(1, "n")); }},
      {"dsplit", [](const Arguments& a) { return ops::dsplit(x_of(a), a.sizes(1, "n")); }},
      {"unstack", [](const Arguments& a) { return ops::unstack(x_of(a), a.sizes(1, "num"), a.integer(2, "axis", 0)); }},
  };
}

FixtureOps indexing_ops() {
  using Segment = Tensor (*)(const Tensor&, const Tensor&, std::int64_t, bool);
  // TensorFlow's kernels for sorted ids give zero for a segment without rows, those for unsorted ids what ours give
  const auto segment = [](Segment function) {
    return [function](const Arguments& a) {
      const Tensor rows =
          function(x_of(a), a.tensor(1, "segment_ids"), a.integer(2, "num_segments", None), a.flag(3, "sorted", false));
      return Results{a.flag(3, "sorted", false) ? ops::where(ops::isfinite(rows), rows, Tensor(0)) : rows};
    };
  };
  return {
      {"get_item", [](const Arguments& a) { return Results{ops::get_item(x_of(a), key_of(a))}; }},
      {"take",
       [](const Arguments& a) { return Results{ops::take(x_of(a), a.tensor(1, "indices"), a.axes(2, "axis"))}; }},
      {"take_along_axis",
       [](const Arguments& a) {
         return Results{ops::take_along_axis(x_of(a), a.tensor(1, "indices"), a.axes(2, "axis"))};
       }},
      {"slice",
       [](const Arguments& a) {
         return Results{ops::slice(x_of(a), a.integers(1, "start_indices"), Shape(a.integers(2, "shape")))};
       }},
      {"slice_update",
       [](const Arguments& a) {
         return Results{ops::slice_update(x_of(a), a.integers(1, "start_indices"), a.tensor(2, "updates"))};
       }},
      {"scatter",
       [](const Arguments& a) {
         return Results{ops::scatter(x_of(a), a.tensor(1, "values"), Shape(a.integers(2, "shape")))};
       }},
      {"scatter_update",
       [](const Arguments& a) {
         return Results{ops::scatter_update(x_of(a), a.tensor(1, "indices"), a.tensor(2, "updates"))};
       }},
      {"nonzero", [](const Arguments& a) { return ops::nonzero(x_of(a)); }},
      {"isin",
       [](const Arguments& a) {
         return Results{ops::isin(x_of(a), a.tensor(1, "x2"), false, a.flag(3, "invert", false))};
       }},
      {"unravel_index", [](const Arguments& a) { return ops::unravel_index(x_of(a), Shape(a.integers(1, "shape"))); }},
      {"extract_sequences",
       [](const Arguments& a) {
         return Results{ops::extract_sequences(x_of(a), a.integer(1, "length", 0), a.integer(2, "stride", 0))};
       }},
      {"segment_sum", segment(ops::segment_sum)},
      {"segment_max", segment(ops::segment_max)},
      {"segment_min", segment(ops::segment_min)},
      {"segment_prod", segment(ops::segment_prod)},
  };
}

FixtureOps sorting_ops() {
  return {
      {"sort", [](const Arguments& a) { return Results{ops::sort(x_of(a), a.integer(1, "axis", -1))}; }},
      {"argsort", [](const Arguments& a) { return Results{ops::argsort(x_of(a), a.integer(1, "axis", -1))}; }},
      {"top_k",
       [](const Arguments& a) {
         const auto [values, indices] = ops::top_k(x_of(a), a.integer(1, "k", 1));
         return Results{values, indices};
       }},
      {"searchsorted",
       [](const Arguments& a) {
         return Results{ops::searchsorted(x_of(a), a.tensor(1, "values"), a.text(2, "side", "left"))};
       }},
      {"digitize", [](const Arguments& a) { return Results{ops::digitize(x_of(a), a.tensor(1, "bins"))}; }},
      {"unique", [](const Arguments& a) { return Results{ops::unique(x_of(a))}; }},
  };
}

FixtureOps statistics_ops() {
  using Share = Tensor (*)(const Tensor&, const Tensor&, const Axes&, std::string_view, bool);
  using Middle = Tensor (*)(const Tensor&, const Axes&, bool);
  const auto share = [](Share function) {
    return [function](const Arguments& a) {
      return Results{function(x_of(a), a.tensor(1, "q"), a.axes(2, "axis"), a.text(3, "method", "linear"),
                              a.flag(4, "keepdims", false))};
    };
  };
  const auto middle = [](Middle function) {
    return [function](const Arguments& a) {
      return Results{function(x_of(a), a.axes(1, "axis"), a.flag(2, "keepdims", false))};
    };
  };
  return {
      {"quantile", share(ops::quantile)},
      {"percentile", share(ops::percentile)},
      {"nanquantile", share(ops::nanquantile)},
      {"nanpercentile", share(ops::nanpercentile)},
      {"median", middle(ops::median)},
      {"nanmedian", middle(ops::nanmedian)},
      {"bincount",
       [](const Arguments& a) {
         return Results{ops::bincount(x_of(a), a.optional_tensor(1, "weights"), a.integer(2, "minlength", 0))};
       }},
      {"corrcoef", [](const Arguments& a) { return Results{ops::corrcoef(x_of(a))}; }},
      {"diff",
       [](const Arguments& a) { return Results{ops::diff(x_of(a), a.integer(1, "n", 1), a.integer(2, "axis", -1))}; }},
      {"trapezoid",
       [](const Arguments& a) {
         return Results{
             ops::trapezoid(x_of(a), a.optional_tensor(1, "x"), a.number(2, "dx", 1), a.integer(3, "axis", -1))};
       }},
      {"vander",
       [](const Arguments& a) {
         const Config* columns = a.find(1, "N");
         const auto count = columns == nullptr ? std::nullopt : std::optional(columns->as_int());
         return Results{ops::vander(x_of(a), count, a.flag(2, "increasing", false))};
       }},
  };
}

}  // namespace

TEST_CASE("shape operations compute what Keras computes", "[ops][conformance]") {
  check_op_fixtures(arrangement_ops());
  check_op_fixtures(joining_ops());
}

TEST_CASE("indexing operations compute what Keras computes", "[ops][conformance]") {
  check_op_fixtures(indexing_ops());
}

TEST_CASE("sorting and statistics compute what Keras computes", "[ops][conformance]") {
  check_op_fixtures(sorting_ops());
  check_op_fixtures(statistics_ops());
}

// Keras counts in the dtype of the data, and its edges are of that dtype too.
TEST_CASE("histogram counts what Keras counts", "[ops][conformance]") {
  check_op_fixtures({{"histogram", [](const Arguments& a) {
                        const std::vector<double> given = a.find(2, "range") == nullptr
                                                              ? std::vector<double>{}
                                                              : a.tensor(2, "range").to_vector<double>();
                        const auto range = given.empty() ? std::nullopt : std::optional(std::pair(given[0], given[1]));
                        const auto [counts, edges] = ops::histogram(x_of(a), a.integer(1, "bins", 10), range);
                        CHECK(counts.dtype() == DType::Int32);
                        return Results{counts.astype(DType::Float32), edges};
                      }}});
}

}  // namespace kerascpp::test
