#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

namespace {

ops::StartIndices start_indices(A& a) {
  const Config& given = a.required("start_indices");
  if (referenced_tensor(given)) return a.tensor("start_indices");
  return a.integers("start_indices");
}

/// Without their number, the rows of the result depend on the ids.
S segments(A& a, Symbol (*reduce)(const Operand&, const Operand&, std::int64_t, bool)) {
  return S{reduce(a.operand("data"), a.operand("segment_ids"), a.integer("num_segments"), a.flag("sorted"))};
}

}  // namespace

const std::vector<KerasOperation>& indexing_operations() {
  static const std::vector<KerasOperation> table = {
      {"GetItem", {"x", "key"}, [](A& a) { return S{ops::get_item(a.operand("x"), a.index("key"))}; }},
      {"Take",
       {"x", "indices"},
       [](A& a) { return S{ops::take(a.operand("x"), a.operand("indices"), a.axes("axis"))}; }},
      {"TakeAlongAxis",
       {"x", "indices"},
       [](A& a) { return S{ops::take_along_axis(a.operand("x"), a.operand("indices"), a.axes("axis"))}; }},
      {"Slice",
       {"inputs", "start_indices"},
       [](A& a) { return S{ops::slice(a.operand("inputs"), start_indices(a), a.shape("shape"))}; },
       "core"},
      {"SliceUpdate",
       {"inputs", "start_indices", "updates"},
       [](A& a) { return S{ops::slice_update(a.operand("inputs"), start_indices(a), a.operand("updates"))}; },
       "core"},
      {"Scatter",
       {"indices", "values"},
       [](A& a) { return S{ops::scatter(a.operand("indices"), a.operand("values"), a.shape("shape"))}; },
       "core"},
      {"ScatterUpdate",
       {"inputs", "indices", "updates"},
       [](A& a) {
         return S{
             ops::scatter_update(a.operand("inputs"), a.operand("indices"), a.operand("updates"), a.text("reduction"))};
       },
       "core"},
      {"SegmentSum", {"data", "segment_ids"}, [](A& a) { return segments(a, ops::segment_sum); }, "math"},
      {"SegmentMax", {"data", "segment_ids"}, [](A& a) { return segments(a, ops::segment_max); }, "math"},
      {"SegmentMin", {"data", "segment_ids"}, [](A& a) { return segments(a, ops::segment_min); }, "math"},
      {"SegmentProd", {"data", "segment_ids"}, [](A& a) { return segments(a, ops::segment_prod); }, "math"},
      {"IsIn",
       {"x1", "x2"},
       [](A& a) { return S{ops::isin(a.operand("x1"), a.operand("x2"), a.flag("assume_unique"), a.flag("invert"))}; }},
      {"UnravelIndex", {"indices"}, [](A& a) { return ops::unravel_index(a.operand("indices"), a.shape("shape")); }},
      {"Sort", {"x"}, [](A& a) { return S{ops::sort(a.operand("x"), a.axes("axis", -1))}; }},
      {"Argsort", {"x"}, [](A& a) { return S{ops::argsort(a.operand("x"), a.axes("axis", -1))}; }},
      {"Argpartition",
       {"x"},
       [](A& a) { return S{ops::argpartition(a.operand("x"), a.integer("kth"), a.axes("axis", -1))}; }},
      {"SearchSorted",
       {"sorted_sequence", "values"},
       [](A& a) {
         return S{ops::searchsorted(a.operand("sorted_sequence"), a.operand("values"), a.text("side", "left"))};
       }},
      {"Digitize", {"x", "bins"}, [](A& a) { return S{ops::digitize(a.operand("x"), a.operand("bins"))}; }},
      {"TopK",
       {"x"},
       [](A& a) {
         const ops::TopK top = ops::top_k(a.operand("x"), a.integer("k"), a.flag("sorted", true));
         return S{top.values, top.indices};
       },
       "math"},
      {"InTopK",
       {"targets", "predictions"},
       [](A& a) { return S{ops::in_top_k(a.operand("targets"), a.operand("predictions"), a.integer("k"))}; },
       "math"},
  };
  return table;
}

}  // namespace kerascpp
