#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

const std::vector<KerasOperation>& reduction_operations() {
  static const std::vector<KerasOperation> table = {
      {"All", {"x"}, [](A& a) { return S{ops::all(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Any", {"x"}, [](A& a) { return S{ops::any(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Amax", {"x"}, [](A& a) { return S{ops::amax(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Amin", {"x"}, [](A& a) { return S{ops::amin(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Argmax", {"x"}, [](A& a) { return S{ops::argmax(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Argmin", {"x"}, [](A& a) { return S{ops::argmin(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Mean", {"x"}, [](A& a) { return S{ops::mean(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Median", {"x"}, [](A& a) { return S{ops::median(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanargmax", {"x"}, [](A& a) { return S{ops::nanargmax(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanargmin", {"x"}, [](A& a) { return S{ops::nanargmin(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanmax", {"x"}, [](A& a) { return S{ops::nanmax(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanmean", {"x"}, [](A& a) { return S{ops::nanmean(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanmedian", {"x"}, [](A& a) { return S{ops::nanmedian(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanmin", {"x"}, [](A& a) { return S{ops::nanmin(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanprod", {"x"}, [](A& a) { return S{ops::nanprod(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanstd", {"x"}, [](A& a) { return S{ops::nanstd(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nansum", {"x"}, [](A& a) { return S{ops::nansum(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Nanvar", {"x"}, [](A& a) { return S{ops::nanvar(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Ptp", {"x"}, [](A& a) { return S{ops::ptp(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Std", {"x"}, [](A& a) { return S{ops::std(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Var", {"x"}, [](A& a) { return S{ops::var(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Sum", {"x"}, [](A& a) { return S{ops::sum(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; }},
      {"Logsumexp",
       {"x"},
       [](A& a) { return S{ops::logsumexp(a.operand("x"), a.axes("axis"), a.flag("keepdims"))}; },
       "math"},
      {"Max",
       {"x"},
       [](A& a) {
         return S{ops::max(a.operand("x"), a.axes("axis"), a.flag("keepdims"), a.optional_number("initial"))};
       }},
      {"Min",
       {"x"},
       [](A& a) {
         return S{ops::min(a.operand("x"), a.axes("axis"), a.flag("keepdims"), a.optional_number("initial"))};
       }},
      {"Prod", {"x"}, [](A& a) { return S{ops::prod(a.operand("x"), a.axes("axis"), a.flag("keepdims"), a.dtype())}; }},
      {"CountNonzero", {"x"}, [](A& a) { return S{ops::count_nonzero(a.operand("x"), a.axes("axis"))}; }},
      {"Average",
       {"x", "weights"},
       [](A& a) { return S{ops::average(a.operand("x"), a.axes("axis"), a.optional_operand("weights"))}; }},
      {"Percentile",
       {"x", "q"},
       [](A& a) {
         return S{ops::percentile(a.operand("x"), a.operand("q"), a.axes("axis"), a.text("method", "linear"),
                                  a.flag("keepdims"))};
       }},
      {"Quantile",
       {"x", "q"},
       [](A& a) {
         static_cast<void>(a.find("method"));  // between layers Keras 3.15 interpolates whatever it says
         return S{ops::quantile(a.operand("x"), a.operand("q"), a.axes("axis"), "linear", a.flag("keepdims"))};
       }},
      {"Nanpercentile",
       {"x", "q"},
       [](A& a) {
         return S{ops::nanpercentile(a.operand("x"), a.operand("q"), a.axes("axis"), a.text("method", "linear"),
                                     a.flag("keepdims"))};
       }},
      {"Nanquantile",
       {"x", "q"},
       [](A& a) {
         return S{ops::nanquantile(a.operand("x"), a.operand("q"), a.axes("axis"), a.text("method", "linear"),
                                   a.flag("keepdims"))};
       }},
      {"Cumsum", {"x"}, [](A& a) { return S{ops::cumsum(a.operand("x"), a.axes("axis"), {.dtype = a.dtype()})}; }},
      {"Cumprod", {"x"}, [](A& a) { return S{ops::cumprod(a.operand("x"), a.axes("axis"), {.dtype = a.dtype()})}; }},
      {"Nancumsum",
       {"x"},
       [](A& a) { return S{ops::nancumsum(a.operand("x"), a.axes("axis"), {.dtype = a.dtype()})}; }},
      {"Nancumprod",
       {"x"},
       [](A& a) { return S{ops::nancumprod(a.operand("x"), a.axes("axis"), {.dtype = a.dtype()})}; }},
      {"Moments",
       {"x"},
       [](A& a) {
         const auto [mean, variance] =
             ops::moments(a.operand("x"), a.axes("axes"), a.flag("keepdims"), a.flag("synchronized"));
         return S{mean, variance};
       },
       "nn"},
      {"Diff", {"a"}, [](A& a) { return S{ops::diff(a.operand("a"), a.integer("n", 1), a.integer("axis", -1))}; }},
      {"Trapezoid",
       {"y"},
       [](A& a) {
         return S{ops::trapezoid(a.operand("y"), a.optional_operand("x"), a.number("dx", 1), a.integer("axis", -1))};
       }},
      {"Corrcoef", {"x"}, [](A& a) { return S{ops::corrcoef(a.operand("x"))}; }},
      {"Histogram",
       {"x"},
       [](A& a) {
         std::optional<std::pair<double, double>> range;
         if (const Config* given = a.find("range")) {
           KCPP_CHECK(given->is_list() && given->size() == 2, FormatError,
                      "[Histogram] expected two numbers as range, ", "received ", *given);
           range.emplace(given->as_list()[0].as_double(), given->as_list()[1].as_double());
         }
         const ops::Histogram found = ops::histogram(a.operand("x"), a.integer("bins", 10), range);
         return S{found.counts, found.edges};
       }},
      {"Bincount",
       {"x"},
       [](A& a) {
         static_cast<void>(a.find("sparse"));
         return S{ops::bincount(a.operand("x"), a.optional_operand("weights"), a.integer("minlength", 0))};
       }},
  };
  return table;
}

}  // namespace kerascpp
