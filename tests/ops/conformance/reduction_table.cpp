#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "support/op_fixtures.hpp"

/// Reductions and accumulations, called as in keras.ops.numpy and keras.ops.math.
namespace kerascpp::test {
namespace {

template <class T>
using Reduction = std::conditional_t<std::is_same_v<T, Tensor>, Tensor (*)(const Tensor&, const Axes&, bool),
                                     Symbol (*)(const Operand&, const Axes&, bool)>;
template <class T>
using Accumulation = std::conditional_t<std::is_same_v<T, Tensor>,
                                        Tensor (*)(const Tensor&, const Axes&, const ops::AccumulationOptions&),
                                        Symbol (*)(const Operand&, const Axes&, const ops::AccumulationOptions&)>;

template <class T>
const std::vector<std::pair<const char*, Reduction<T>>> kReductions = {
    {"sum", ops::sum},
    {"mean", ops::mean},
    {"std", ops::std},
    {"var", ops::var},
    {"amax", ops::amax},
    {"amin", ops::amin},
    {"ptp", ops::ptp},
    {"any", ops::any},
    {"all", ops::all},
    {"median", ops::median},
    {"logsumexp", ops::logsumexp},
    {"argmax", ops::argmax},
    {"argmin", ops::argmin},
    {"nansum", ops::nansum},
    {"nanprod", ops::nanprod},
    {"nanmax", ops::nanmax},
    {"nanmin", ops::nanmin},
    {"nanmean", ops::nanmean},
    {"nanvar", ops::nanvar},
    {"nanstd", ops::nanstd},
    {"nanmedian", ops::nanmedian},
    {"nanargmax", ops::nanargmax},
    {"nanargmin", ops::nanargmin},
};

template <class T>
const std::vector<std::pair<const char*, Accumulation<T>>> kAccumulations = {
    {"cumsum", ops::cumsum},
    {"cumprod", ops::cumprod},
    {"nancumsum", ops::nancumsum},
    {"nancumprod", ops::nancumprod},
};

template <class T>
FixtureOps<T> table_of() {
  using Result = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x = [](const Arguments& a) { return a.tensor(0, "x"); };
  const auto initial = [](const Arguments& a) {
    return a.has(3, "initial") ? std::optional(a.number(3, "initial", 0)) : std::nullopt;
  };
  FixtureOps<T> table = {
      {"max",
       [=](const Arguments& a) {
         return Result{ops::max(x(a), a.axes(1, "axis"), a.flag(2, "keepdims", false), initial(a))};
       }},
      {"min",
       [=](const Arguments& a) {
         return Result{ops::min(x(a), a.axes(1, "axis"), a.flag(2, "keepdims", false), initial(a))};
       }},
      {"prod",
       [x](const Arguments& a) { return Result{ops::prod(x(a), a.axes(1, "axis"), a.flag(2, "keepdims", false))}; }},
      {"count_nonzero", [x](const Arguments& a) { return Result{ops::count_nonzero(x(a), a.axes(1, "axis"))}; }},
      {"average",
       [x](const Arguments& a) {
         if (!a.has(2, "weights")) return Result{ops::average(x(a), a.axes(1, "axis"))};
         return Result{ops::average(x(a), a.axes(1, "axis"), a.tensor(2, "weights"))};
       }},
      {"moments",
       [x](const Arguments& a) {
         const auto [mean, variance] = ops::moments(x(a), a.axes(1, "axes"), a.flag(2, "keepdims", false));
         return Result{mean, variance};
       }},
      {"in_top_k",
       [](const Arguments& a) {
         return Result{ops::in_top_k(a.tensor(0, "targets"), a.tensor(1, "predictions"), a.integer(2, "k", 1))};
       }},
  };
  add_alike(table, kReductions<T>, [x](Reduction<T> op, const Arguments& a) {
    return Result{op(x(a), a.axes(1, "axis"), a.flag(2, "keepdims", false))};
  });
  add_alike(table, kAccumulations<T>,
            [x](Accumulation<T> op, const Arguments& a) { return Result{op(x(a), a.axes(1, "axis"), {})}; });
  return table;
}

}  // namespace

FixtureTable reduction_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
