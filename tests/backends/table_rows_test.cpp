// The operations of src/ops/table_rows.cpp against plain loops.

#include <algorithm>

#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

FunctionOptions on(const char* mode) { return {.mode = mode}; }

/// Where each index stands among the distinct ones, in the order in which they come first.
std::vector<std::int32_t> distinct(const std::vector<std::int64_t>& indices, std::int64_t length) {
  std::vector<std::int32_t> rows;
  for (const std::int64_t index : indices) {
    const auto row = static_cast<std::int32_t>(index < 0 ? index + length : index);
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("distinct rows of several arrays of indices", "[backends][rows]") {
  const char* const mode = GENERATE("fast_run", "reference");
  const Symbol a = placeholder({None, 3}, DType::Int32), b = placeholder({None}, DType::Int64);
  const std::vector<Symbol> found =
      make_node(OpRegistry::global().get("distinct_rows"), {a, b}, {{"length", std::int64_t{50}}});
  const Function function({a, b}, SymbolList(found), on(mode));
  RandomStream stream(3);
  for (const std::int64_t count : {1, 7, 40}) {
    const Tensor first = stream.randint(-50, 50, {count, 3}).astype(DType::Int32);
    const Tensor second = stream.randint(-50, 50, {count}).astype(DType::Int64);
    const TensorList results = function(first, second);
    std::vector<std::int64_t> all = first.to_vector<std::int64_t>();
    for (const std::int64_t index : second.to_vector<std::int64_t>()) all.push_back(index);
    std::vector<std::int32_t> expected = distinct(all, 50);
    const std::size_t rows = expected.size();
    expected.resize(static_cast<std::size_t>(std::min<std::int64_t>(4 * count, 50)), -1);
    CHECK(results[0].to_vector<std::int32_t>() == expected);
    std::vector<std::int32_t> places = results[1].to_vector<std::int32_t>();
    for (const std::int32_t place : results[2].to_vector<std::int32_t>()) places.push_back(place);
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(static_cast<std::size_t>(places[i]) < rows);
      CHECK(expected[static_cast<std::size_t>(places[i])] == (all[i] + 50) % 50);
    }
  }
  const Tensor out_of_range = full({1, 3}, 50, DType::Int32), none = Tensor::empty({0}, DType::Int64);
  CHECK_THROWS_WITH(function(out_of_range, none), ContainsSubstring("index 50 is out of range"));
}

TEST_CASE("rows are written into a table, in its memory where it is a variable", "[backends][rows]") {
  const char* const mode = GENERATE("fast_run", "reference");
  const Variable table(zeros({5, 2}));
  const Symbol rows = placeholder({None}, DType::Int32), values = placeholder({None, 2});
  const Symbol written = make_symbol("write_rows", {table.symbol(), rows, values});
  FunctionOptions options = on(mode);
  options.updates = {{table, written}};
  const Function function({rows, values}, SymbolList(std::vector<Symbol>{}), options);
  function(Tensor(std::vector<std::int32_t>{3, -1, 0}), Tensor{{1, 2}, {3, 4}, {5, 6}});
  CHECK(table.get_value().to_vector<float>() == std::vector<float>{5, 6, 0, 0, 0, 0, 1, 2, 0, 0});
  CHECK(function.describe({{3}, {3, 2}}).find("in place") != std::string::npos);
  const Function copy({rows, values}, {written}, on(mode));
  const Tensor result = copy(Tensor(std::vector<std::int32_t>{1}), Tensor{{7, 8}});
  CHECK(result.to_vector<float>() == std::vector<float>{5, 6, 7, 8, 0, 0, 1, 2, 0, 0});
  CHECK(table.get_value().to_vector<float>()[2] == 0);
  CHECK_THROWS_WITH(function(Tensor(std::vector<std::int32_t>{5}), Tensor{{7, 8}}), ContainsSubstring("row 5 of 5"));
}

TEST_CASE("rows go through the steps that they have missed", "[backends][rows]") {
  const char* const mode = GENERATE("fast_run", "reference");
  const bool with_round = GENERATE(false, true);
  INFO(mode << " " << with_round);
  constexpr std::int64_t kRows = 9, kSize = 5, kSteps = 11;
  // m = 0.5 m, w = w - a m, third: swapped with itself by way of a number
  const auto body_of = [](int steps) {
    auto body = std::make_shared<Graph>();
    Symbol w = placeholder({1, kSize}), m = placeholder({1, kSize}), k = placeholder({1, kSize});
    body->inputs = {w, m, k};
    for (int step = 0; step < steps; ++step) {
      const Symbol a = placeholder({}), b = placeholder({});
      body->inputs.push_back(a);
      body->inputs.push_back(b);
      m = m * 0.5f + b;
      w = w - a * m;
    }
    body->outputs = {w, m, k};
    return std::shared_ptr<const Graph>(body);
  };
  RandomStream stream(5);
  const Tensor history = stream.uniform({kSteps + 3, 2}, -1, 1);
  const std::vector<std::int32_t> done{0, 11, 3, 10, 7, 0, 2, 9, 1};
  const Tensor first[] = {stream.uniform({kRows, kSize}, -1, 1), stream.uniform({kRows, kSize}, -1, 1),
                          stream.uniform({kRows, kSize}, -1, 1)};
  std::vector<float> expected[3];
  for (int t = 0; t < 3; ++t) expected[t] = first[t].to_vector<float>();
  const std::vector<float> numbers = history.to_vector<float>();
  for (std::int64_t row = 0; row < kRows; ++row)
    for (std::int64_t i = row * kSize; i < (row + 1) * kSize; ++i)
      for (std::int64_t j = done[static_cast<std::size_t>(row)]; j < kSteps; ++j) {
        const auto at = static_cast<std::size_t>(i), number = static_cast<std::size_t>(2 * j);
        expected[1][at] = expected[1][at] * 0.5f + numbers[number + 1];
        expected[0][at] -= numbers[number] * expected[1][at];
      }
  Attributes attributes{{"body", body_of(1)}, {"all", true}, {"rests", false}};
  if (with_round) attributes.set("round", body_of(4));
  const OpDef& op = OpRegistry::global().get("current_rows");
  const auto check = [&](const Tensor& received, int t, std::int64_t from, std::int64_t to) {
    const std::vector<float> values = received.to_vector<float>();
    for (std::int64_t i = 0; i < kSize; ++i)
      CHECK(values[static_cast<std::size_t>(to * kSize + i)] ==
            Approx(expected[t][static_cast<std::size_t>(from * kSize + i)]).epsilon(1e-5).margin(1e-5));
  };
  const Symbol count = constant(Tensor(kSteps));
  SECTION("all of them, in the memory of the tables") {
    const Variable tables[] = {Variable(first[0]), Variable(first[1]), Variable(first[2])};
    const std::vector<Symbol> rows = make_node(
        op,
        {constant(Tensor(done)), count, constant(history), tables[0].symbol(), tables[1].symbol(), tables[2].symbol()},
        attributes);
    FunctionOptions options = on(mode);
    for (int t = 0; t < 3; ++t) options.updates.push_back({tables[t], rows[static_cast<std::size_t>(t)]});
    const Function function({}, SymbolList(std::vector<Symbol>{}), options);
    function();
    for (int t = 0; t < 3; ++t)
      for (std::int64_t row = 0; row < kRows; ++row) check(tables[t].get_value(), t, row, row);
  }
  SECTION("some of them") {
    attributes.set("all", false);
    const std::vector<std::int32_t> wanted{8, -1, 2, 5};
    const std::vector<Symbol> rows =
        make_node(op,
                  {constant(Tensor(wanted)), constant(Tensor(done)), count, constant(history), constant(first[0]),
                   constant(first[1]), constant(first[2])},
                  attributes);
    const TensorList results = Function({}, SymbolList(rows), on(mode))();
    for (std::size_t t = 0; t < 3; ++t) {
      CHECK(results[t].shape() == Shape{4, kSize});
      for (std::int64_t k = 0; k < 4; ++k)
        if (wanted[static_cast<std::size_t>(k)] >= 0)
          check(results[t], static_cast<int>(t), wanted[static_cast<std::size_t>(k)], k);
      CHECK(results[t].rows(1, 2).to_vector<float>() == std::vector<float>(kSize, 0));
    }
  }
  SECTION("rows whose slots are zero rest where that is told") {
    attributes.set("rests", true);
    const Tensor zero = zeros({kRows, kSize});
    const std::vector<Symbol> rows = make_node(
        op, {constant(Tensor(done)), count, constant(history), constant(first[0]), constant(zero), constant(zero)},
        attributes);
    const TensorList results = Function({}, SymbolList(rows), on(mode))();
    CHECK(results[0].to_vector<float>() == first[0].to_vector<float>());
  }
  SECTION("more steps than numbers are refused") {
    const Symbol too_many = constant(Tensor(std::int64_t{kSteps + 4}));
    const std::vector<Symbol> rows = make_node(op,
                                               {constant(Tensor(done)), too_many, constant(history), constant(first[0]),
                                                constant(first[1]), constant(first[2])},
                                               attributes);
    CHECK_THROWS_WITH(Function({}, SymbolList(rows), on(mode))(), ContainsSubstring("the history has room for 14"));
  }
}
