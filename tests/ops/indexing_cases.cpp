#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const std::vector<DType> kMoved = {DType::Float32, DType::Float64, DType::BFloat16,
                                   DType::Int32,   DType::UInt8,   DType::Complex64};
const std::vector<DType> kAdded = {DType::Float32, DType::Float64, DType::Float16, DType::Int64, DType::Complex64};
const std::vector<DType> kOrdered = {DType::Float32, DType::Float64, DType::BFloat16, DType::Int32, DType::UInt8};
const OpInput kX{.shape = {2, 3, 5}, .distinct = true};

template <class Use>
OpError failure(Use use, std::string text) {
  return {[use] { (void)use(); }, std::move(text)};
}

OpCase row(std::string op, std::string label, std::vector<DType> dtypes, std::vector<OpInput> inputs,
           Callable<std::vector<Symbol>(const std::vector<Symbol>&)> build, std::vector<OpError> errors = {}) {
  return {.op = std::move(op),
          .build = std::move(build),
          .inputs = std::move(inputs),
          .dtypes = std::move(dtypes),
          .accumulation_length = 6,
          .errors = std::move(errors),
          .label = std::move(label)};
}

std::vector<OpCase> take_cases() {
  const Symbol x = placeholder({2, 3, 5});
  const OpInput places = fixed_input(Tensor{{0, -1, 2, 0}, {1, 1, -3, 0}});
  const OpInput along = fixed_input(Tensor{{{0, 4}, {-1, 2}, {3, 3}}, {{1, 1}, {0, -5}, {4, 2}}});
  const auto take_gradient = [](std::int64_t axis) {
    return [axis](const std::vector<Symbol>& v) {
      return std::vector<Symbol>{
          make_symbol("take_gradient", {v[0], v[1], v[2]}, {{"axis", axis}, {"mode", std::string("raise")}})};
    };
  };
  const auto take_along_gradient = [](const std::vector<Symbol>& v) {
    return std::vector<Symbol>{
        make_symbol("take_along_axis_gradient", {v[0], v[1], v[2]}, {{"axis", std::int64_t{2}}})};
  };
  const auto fill = [](const std::vector<Symbol>& v) {
    return std::vector<Symbol>{
        make_symbol("take", {v[0], v[1]}, {{"axis", std::int64_t{1}}, {"mode", std::string("fill")}})};
  };
  return {
      row("take", "middle axis", kMoved, {kX, places},
          binary([](const Symbol& v, const Symbol& i) { return ops::take(v, i, 1); }),
          {failure([x] { return ops::take(x, placeholder({2}), 0); }, "[take] expected indices of an integer dtype"),
           failure(
               [] {
                 return ops::take(Tensor{1, 2, 3}, Tensor{3});
               },
               "[take] index 3 is out of range for an axis of length 3"),
           failure(
               [] {
                 return ops::take(Tensor{1, 2, 3}, Tensor{-4});
               },
               "index -4 is out of range")}),
      row("take", "rows by unsigned indices", kMoved,
          {{.shape = {7, 4}}, fixed_input(Tensor{6, 0, 3}.astype(DType::UInt8))},
          binary([](const Symbol& v, const Symbol& i) { return ops::take(v, i, 0); })),
      row("take", "flattened", kMoved, {kX, fixed_input(Tensor{29, 0, -7})},
          binary([](const Symbol& v, const Symbol& i) { return ops::take(v, i); })),
      row("take", "zero where there is none", kMoved, {kX, fixed_input(Tensor{0, 7, -1, 2})}, fill),
      row("take_gradient", "middle axis", kAdded, {{.shape = {2, 2, 4, 5}}, places, kX}, take_gradient(1)),
      row("take_gradient", "rows", kAdded, {{.shape = {2, 4, 6}}, places, {.shape = {3, 6}}}, take_gradient(0)),
      row("take_along_axis", "", kMoved, {kX, along},
          binary([](const Symbol& v, const Symbol& i) { return ops::take_along_axis(v, i, 2); }),
          {failure(
               [x] {
                 return ops::take_along_axis(x, placeholder({2, 2, 5}, DType::Int32), 2);
               },
               "expected indices of the shape (2, 3, 5) but for axis 2"),
           failure(
               [] {
                 return ops::take_along_axis(Tensor{{1, 2}}, Tensor{{2}}, 1);
               },
               "index 2 is out of range")}),
      row("take_along_axis_gradient", "", kAdded, {{.shape = {2, 3, 2}}, along, kX}, take_along_gradient),
  };
}

std::vector<OpCase> scatter_cases() {
  const Symbol x = placeholder({2, 3, 5});
  const OpInput vectors = fixed_input(Tensor{{0, 2}, {-1, 0}, {0, 2}, {1, 1}});
  const OpInput blocks{.shape = {4, 5}};
  const auto update = [](std::string reduction) {
    return [reduction](const std::vector<Symbol>& v) {
      return std::vector<Symbol>{ops::scatter_update(v[0], v[1], v[2], reduction)};
    };
  };
  OpCase largest = row("scatter_update", "max", kOrdered, {kX, vectors, blocks}, update("max"));
  OpCase smallest = row("scatter_update", "min", kOrdered, {kX, vectors, blocks}, update("min"));
  OpCase product = row("scatter_update", "mul", kMoved, {kX, vectors, blocks}, update("mul"));
  for (OpCase* without_gradient : {&largest, &smallest, &product}) without_gradient->gradient = false;
  OpCase gather = row("gather_nd", "", kMoved, {kX, vectors},
                      binary([](const Symbol& v, const Symbol& i) { return ops::gather_nd(v, i); }),
                      {failure(
                           [x] {
                             return ops::gather_nd(x, placeholder({2, 4}, DType::Int32));
                           },
                           "index vectors of length 4 are longer than the rank of (2, 3, 5)"),
                       failure(
                           [] {
                             return ops::gather_nd(Tensor{{1, 2}}, Tensor{{1, 0}});
                           },
                           "index 1 is out of range")});
  OpCase replace = row("scatter_update", "replace", kMoved, {kX, vectors, blocks}, update(""),
                       {failure(
                            [x] {
                              return ops::scatter_update(x, placeholder({4, 2}, DType::Int32), x);
                            },
                            "expected updates of shape (4, 5), received (2, 3, 5)"),
                        failure(
                            [] {
                              return ops::scatter_update(Tensor{1, 2}, Tensor{{0}}, Tensor{1}, "mean");
                            },
                            "received \"mean\"")});
  OpCase sum = row("scatter_update", "add", kAdded, {kX, vectors, blocks}, update("add"));
  OpCase winners = row("scatter_winners", "", kMoved, {blocks, vectors, kX}, [](const std::vector<Symbol>& v) {
    return std::vector<Symbol>{make_symbol("scatter_winners", {v[0], v[1], v[2]})};
  });
  // the length of index vectors must be known
  std::vector<OpCase> rows = {gather, replace, sum, largest, smallest, product, winners};
  for (OpCase& each : rows) each.unknown_dimensions = false;
  return rows;
}

std::vector<OpCase> segment_cases() {
  const OpInput data{.shape = {6, 3}, .kinks = {0}, .distinct = true};
  const OpInput ids = fixed_input(Tensor{0, 3, 1, 0, -1, 3});
  const auto reduce = [](auto function) {
    return binary([function](const Symbol& v, const Symbol& i) { return function(v, i, 5, false); });
  };
  using Reduce = Symbol (*)(const Operand&, const Operand&, std::int64_t, bool);
  const Symbol x = placeholder({6, 3});
  std::vector<OpCase> rows = {
      row("segment_reduce", "sum", kAdded, {data, ids}, reduce(static_cast<Reduce>(ops::segment_sum)),
          {failure([x] { return ops::segment_sum(x, placeholder({4}, DType::Int32), 2); },
                   "expected one segment id for each row of (6, 3)"),
           failure([x] { return ops::segment_sum(x, placeholder({6}, DType::Int32), -1); }, "num_segments >= 0")}),
      row("segment_reduce", "max", kOrdered, {data, ids}, reduce(static_cast<Reduce>(ops::segment_max))),
      row("segment_reduce", "min", kOrdered, {data, ids}, reduce(static_cast<Reduce>(ops::segment_min))),
      row("segment_reduce", "prod", kAdded, {data, ids}, reduce(static_cast<Reduce>(ops::segment_prod))),
  };
  // an empty segment of max or min is infinite, which a random projection cannot weigh
  const OpInput full_ids = fixed_input(Tensor{0, 3, 1, 0, 2, 4});
  for (OpCase& each : rows)
    if (each.label == "max" || each.label == "min") {
      each.inputs[1] = full_ids;
      each.second_gradient = true;
    }
  OpCase zeros = rows[3];
  zeros.inputs[0].values = Tensor{{0.0, 2.0}, {1.0, 3.0}, {0.0, 4.0}, {0.0, 5.0}, {2.0, 1.0}, {3.0, 0.0}};
  zeros.inputs[0].shape = {6, 2};
  zeros.dtypes = {DType::Float32, DType::Float64};
  zeros.second_gradient = false;  // the quotient by x has no second derivative at zero
  zeros.label = "prod with zeros";
  rows.push_back(zeros);
  return rows;
}

std::vector<OpCase> sorting_cases() {
  const Symbol x = placeholder({2, 3, 5});
  const OpInput many{.shape = {3, 70}, .distinct = true};
  OpCase order = row("argsort", "", kOrdered, {kX}, unary([](const Symbol& v) { return ops::argsort(v, 1); }));
  OpCase ties =
      row("argsort", "equal elements", {DType::Int32, DType::Float32}, {fixed_input(Tensor{{3, 1, 2, 1, 3, 2, 1}})},
          unary([](const Symbol& v) { return ops::argsort(v); }));
  OpCase search = row(
      "searchsorted", "left", kOrdered,
      {{.shape = {5}, .values = Tensor{-1, 0, 1, 1, 2}}, {.shape = {2, 3}, .values = Tensor{{-2, 1, 0}, {2, 3, 1}}}},
      binary([](const Symbol& s, const Symbol& v) { return ops::searchsorted(s, v); }),
      {failure([x] { return ops::searchsorted(x, x); }, "expected a sorted vector"),
       failure([x] { return ops::searchsorted(placeholder({3}), x, "middle"); }, "received \"middle\"")});
  OpCase right = search;
  right.build = binary([](const Symbol& s, const Symbol& v) { return ops::searchsorted(s, v, "right"); });
  right.errors = {};
  right.label = "right";
  for (OpCase* without_gradient : {&order, &ties, &search, &right}) without_gradient->gradient = false;
  const auto largest = [](std::int64_t k) {
    return [k](const std::vector<Symbol>& v) {
      const ops::TopK top = ops::top_k(v[0], k);
      return std::vector<Symbol>{top.values, top.indices};
    };
  };
  return {
      row("sort", "last axis", kOrdered, {kX}, unary([](const Symbol& v) { return ops::sort(v); }),
          {failure([] { return ops::sort(placeholder({3}, DType::Complex64)); }, "complex numbers have no order"),
           failure(
               [x] {
                 return ops::sort(x, {0, 1});
               },
               "[sort] expected one axis")}),
      row("sort", "first axis", kOrdered, {kX}, unary([](const Symbol& v) { return ops::sort(v, 0); })),
      row("sort", "flattened", kOrdered, {kX}, unary([](const Symbol& v) { return ops::sort(v, {}); })),
      row("sort", "long rows", kOrdered, {many}, unary([](const Symbol& v) { return ops::sort(v); })),
      order,
      ties,
      row("top_k", "", kOrdered, {kX}, largest(3),
          {failure([x] { return ops::top_k(x, 6).values; }, "expected k between 0 and the length of the last axis")}),
      row("top_k", "long rows", kOrdered, {many}, largest(9)),
      search,
      right,
  };
}

}  // namespace

std::vector<OpCase> indexing_cases() {
  std::vector<OpCase> rows;
  for (const auto& part : {take_cases(), scatter_cases(), segment_cases(), sorting_cases()})
    rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace kerascpp::test
