#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "support/catch.hpp"
#include "support/op_fixtures.hpp"

/// Sorting, searching and statistics, called as in keras.ops.numpy and keras.ops.math.
namespace kerascpp::test {
namespace {

template <class T>
using Share = std::conditional_t<std::is_same_v<T, Tensor>,
                                 Tensor (*)(const Tensor&, const Tensor&, const Axes&, std::string_view, bool),
                                 Symbol (*)(const Operand&, const Operand&, const Axes&, std::string_view, bool)>;

template <class T>
const std::vector<std::pair<const char*, Share<T>>> kShares = {
    {"quantile", ops::quantile},
    {"percentile", ops::percentile},
    {"nanquantile", ops::nanquantile},
    {"nanpercentile", ops::nanpercentile},
};

template <class T>
FixtureOps<T> sorting_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  return {
      {"sort", [=](const Arguments& a) { return Results{ops::sort(x_of(a), a.integer(1, "axis", -1))}; }},
      {"argsort", [=](const Arguments& a) { return Results{ops::argsort(x_of(a), a.integer(1, "axis", -1))}; }},
      {"top_k",
       [=](const Arguments& a) {
         const auto [values, indices] = ops::top_k(x_of(a), a.integer(1, "k", 1));
         return Results{values, indices};
       }},
      {"searchsorted",
       [=](const Arguments& a) {
         return Results{ops::searchsorted(x_of(a), a.tensor(1, "values"), a.text(2, "side", "left"))};
       }},
      {"digitize", [=](const Arguments& a) { return Results{ops::digitize(x_of(a), a.tensor(1, "bins"))}; }},
  };
}

// the optional arguments of tensors are tensors that may be undefined, those of symbols may be absent
template <class T>
auto optional_of(const ArgumentsOf<T>& a, std::size_t position, std::string_view name) {
  if constexpr (std::is_same_v<T, Tensor>)
    return a.optional_tensor(position, name);
  else
    return a.has(position, name) ? std::optional<Operand>(a.tensor(position, name)) : std::nullopt;
}

template <class T>
FixtureOps<T> statistics_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  FixtureOps<T> table = {
      {"bincount",
       [=](const Arguments& a) {
         return Results{ops::bincount(x_of(a), optional_of(a, 1, "weights"), a.integer(2, "minlength", 0))};
       }},
      {"corrcoef", [=](const Arguments& a) { return Results{ops::corrcoef(x_of(a))}; }},
      {"diff",
       [=](const Arguments& a) { return Results{ops::diff(x_of(a), a.integer(1, "n", 1), a.integer(2, "axis", -1))}; }},
      {"trapezoid",
       [=](const Arguments& a) {
         return Results{
             ops::trapezoid(x_of(a), optional_of(a, 1, "x"), a.number(2, "dx", 1), a.integer(3, "axis", -1))};
       }},
      {"vander",
       [=](const Arguments& a) {
         const auto count = a.has(1, "N") ? std::optional(a.integer(1, "N", 0)) : std::nullopt;
         return Results{ops::vander(x_of(a), count, a.flag(2, "increasing", false))};
       }},
      {"histogram",
       [=](const Arguments& a) {
         std::optional<std::pair<double, double>> range;
         if (a.has(2, "range")) {
           const std::vector<double> bounds = a.value(2, "range").template to_vector<double>();
           range = {bounds[0], bounds[1]};
         }
         const auto [counts, edges] = ops::histogram(x_of(a), a.integer(1, "bins", 10), range);
         CHECK(counts.dtype() == DType::Int32);  // Keras on TensorFlow counts in the dtype of the data
         return Results{ops::cast(counts, edges.dtype()), edges};
       }},
  };
  add_alike(table, kShares<T>, [x_of](Share<T> op, const Arguments& a) {
    return Results{
        op(x_of(a), a.tensor(1, "q"), a.axes(2, "axis"), a.text(3, "method", "linear"), a.flag(4, "keepdims", false))};
  });
  return table;
}

template <class T>
FixtureOps<T> table_of() {
  FixtureOps<T> table = sorting_ops<T>();
  table.merge(statistics_ops<T>());
  return table;
}

}  // namespace

FixtureTable order_table() {
  FixtureTable table{table_of<Tensor>(), table_of<Symbol>(), {}, {{"bincount_1", "must be given as minlength"}}};
  table.immediate["unique"] = [](const ArgumentsOf<Tensor>& a) {
    return std::vector<Tensor>{ops::unique(a.tensor(0, "x"))};
  };
  return table;
}

}  // namespace kerascpp::test
