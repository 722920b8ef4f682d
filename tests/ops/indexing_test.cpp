#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values and shapes are NumPy's.
namespace kerascpp::test {
namespace {

const Tensor kX = arange(24).reshape({2, 3, 4});

std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual.astype(DType::Float64), expected.astype(DType::Float64), 0);
}

}  // namespace

TEST_CASE("an index of integers, slices and new axes reads what NumPy reads", "[ops]") {
  CHECK(difference(ops::get_item(kX, {1, Slice(0, 2), Slice::every(-2)}), Tensor{{15, 13}, {19, 17}}) == "");
  CHECK(difference(ops::get_item(kX, {Ellipsis(), -1}), Tensor{{3, 7, 11}, {15, 19, 23}}) == "");
  CHECK(ops::get_item(kX, {NewAxis(), 0, Ellipsis(), NewAxis()}).shape() == Shape{1, 3, 4, 1});
  CHECK(difference(ops::get_item(kX, {-1, -1, -1}), Tensor(23)) == "");
  CHECK(ops::get_item(kX, {Slice(), Slice(5, 7)}).shape() == Shape{2, 0, 4});
}

TEST_CASE("arrays in an index are broadcast together and stand where NumPy puts them", "[ops]") {
  const Tensor x = zeros({4, 5, 6, 7});
  CHECK(ops::get_item(x, {{0, 1}, Slice(), {1, 2}}).shape() == Shape{2, 5, 7});
  CHECK(ops::get_item(x, {Slice(), {0, 1}, {1, 2}}).shape() == Shape{4, 2, 7});
  CHECK(ops::get_item(x, {Slice(), {0, 1}, Ellipsis(), {1, 2}, Slice()}).shape() == Shape{2, 4, 7});
  CHECK(ops::get_item(x, {0, Slice(), {0, 1}}).shape() == Shape{2, 5, 7});
  CHECK(ops::get_item(x, {Slice(), 0, NewAxis(), {0, 1}}).shape() == Shape{2, 4, 1, 7});
  CHECK(ops::get_item(x, {Slice(), 0, {0, 1}, NewAxis()}).shape() == Shape{4, 2, 1, 7});
  CHECK(ops::get_item(x, {Slice(), Tensor{{0}, {1}, {2}}, Tensor{1, 2}}).shape() == Shape{4, 3, 2, 7});
  CHECK(difference(ops::get_item(kX, {{0, 1}, {2, 0}}), Tensor{{8, 9, 10, 11}, {12, 13, 14, 15}}) == "");
  CHECK(difference(ops::get_item(kX, {Slice(), {0, -1}, Slice(1, 2)}), Tensor{{{1}, {9}}, {{13}, {21}}}) == "");
  CHECK(difference(ops::get_item(kX, {0, Slice(), Tensor{{0, 3}, {-1, 1}}}),
                   Tensor{{{0, 4, 8}, {3, 7, 11}}, {{3, 7, 11}, {1, 5, 9}}}) == "");
}

TEST_CASE("a boolean index takes the elements where it is true", "[ops]") {
  CHECK(difference(ops::get_item(kX, {kX > Tensor(20)}), Tensor{21, 22, 23}) == "");
  const Tensor rows = Tensor{{0, 1, 0}, {1, 0, 0}}.astype(DType::Bool);
  CHECK(difference(ops::get_item(kX, {rows}), Tensor{{4, 5, 6, 7}, {12, 13, 14, 15}}) == "");
  CHECK(difference(ops::boolean_mask(kX, rows), Tensor{{4, 5, 6, 7}, {12, 13, 14, 15}}) == "");
  CHECK_THROWS_WITH(ops::get_item(placeholder({3}), {placeholder({}, DType::Bool)}),
                    ContainsSubstring("a boolean index needs at least one dimension"));
  CHECK_THROWS_WITH(ops::boolean_mask(kX, Tensor{{true, false}}), ContainsSubstring("does not fit the first axes"));
}

TEST_CASE("an index that does not fit is refused", "[ops]") {
  CHECK_THROWS_WITH(ops::get_item(kX, {0, 0, 0, 0}), ContainsSubstring("an index with 4 entries for 3 axes"));
  CHECK_THROWS_WITH(ops::get_item(kX, {2}), ContainsSubstring("index 2 is out of range for axis 0 of (2, 3, 4)"));
  CHECK_THROWS_WITH(ops::get_item(kX, {Ellipsis(), Ellipsis()}), ContainsSubstring("only one Ellipsis"));
  CHECK_THROWS_WITH(ops::get_item(kX, {Tensor{0.5}}), ContainsSubstring("an index array of an integer dtype"));
  CHECK_THROWS_WITH(ops::get_item(kX, {{0, 5}}), ContainsSubstring("index 5 is out of range"));
}

TEST_CASE("set_subtensor replaces and inc_subtensor adds at an index", "[ops]") {
  const Tensor x = Tensor{{1, 2, 3}, {4, 5, 6}};
  CHECK(difference(ops::set_subtensor(x, {1}, Tensor(0)), Tensor{{1, 2, 3}, {0, 0, 0}}) == "");
  CHECK(difference(ops::set_subtensor(x, {Slice(), Slice::every(-2)}, Tensor{7, 8}), Tensor{{8, 2, 7}, {8, 5, 7}}) ==
        "");
  CHECK(difference(ops::set_subtensor(x, {{1, 0}, {0, 2}}, Tensor{9, 8}), Tensor{{1, 2, 8}, {9, 5, 6}}) == "");
  CHECK(difference(ops::set_subtensor(x, {Slice(), {0, 2}}, Tensor{{10, 11}, {12, 13}}),
                   Tensor{{10, 2, 11}, {12, 5, 13}}) == "");
  CHECK(difference(ops::set_subtensor(x, {NewAxis(), 0, Slice(1)}, Tensor{{-1, -2}}), Tensor{{1, -1, -2}, {4, 5, 6}}) ==
        "");
  CHECK(difference(ops::set_subtensor(x, {x > Tensor(4)}, Tensor(0)), Tensor{{1, 2, 3}, {4, 0, 0}}) == "");
  CHECK(difference(ops::inc_subtensor(x, {Slice(), 1}, Tensor{10, 20}), Tensor{{1, 12, 3}, {4, 25, 6}}) == "");
  CHECK(difference(ops::inc_subtensor(zeros({3}), {{0, 2, 0}}, Tensor{1, 2, 3}), Tensor{4, 0, 2}) == "");
  CHECK(difference(ops::set_subtensor(kX, {Slice(), {0, 2}, {1, 3}}, Tensor{{-1, -2}, {-3, -4}}),
                   Tensor{{{0, -1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, -2}},
                          {{12, -3, 14, 15}, {16, 17, 18, 19}, {20, 21, 22, -4}}}) == "");
}

// d/dx sum(x[1]^2) = 2 x on row 1; what is replaced has no gradient, what replaces it has
TEST_CASE("gradients flow through reading and writing at an index", "[ops]") {
  const Symbol x = placeholder({None, 3}, DType::Float64), v = placeholder({3}, DType::Float64);
  const Symbol row = ops::get_item(x, {1});
  const Symbol changed = ops::set_subtensor(x, {0}, v);
  const Symbol summed = ops::inc_subtensor(x, {{1, 1}, {0, 2}}, 1.0);
  const std::vector<Symbol> g = gradients(ops::sum(row * row), SymbolList(x));
  const std::vector<Symbol> h = gradients(ops::sum(changed * changed), {x, v});
  const std::vector<Symbol> k = gradients(ops::sum(summed * summed), SymbolList(x));
  const Function f({x, v}, {g[0], h[0], h[1], k[0]});
  const TensorList values = f(Tensor{{1, 2, 3}, {4, 5, 6}}.astype(DType::Float64), Tensor{7, 8, 9});
  CHECK(difference(values[0], Tensor{{0, 0, 0}, {8, 10, 12}}) == "");
  CHECK(difference(values[1], Tensor{{0, 0, 0}, {8, 10, 12}}) == "");
  CHECK(difference(values[2], Tensor{14, 16, 18}) == "");
  CHECK(difference(values[3], Tensor{{2, 4, 6}, {10, 10, 14}}) == "");
}

TEST_CASE("a symbolic index is read when the function runs", "[ops]") {
  const Symbol x = placeholder({None, 4}), i = placeholder({}, DType::Int32), rows = placeholder({None}, DType::Int64);
  const Function f({x, i, rows},
                   {ops::get_item(x, {i}), ops::get_item(x, {rows, Slice(1, 3)}), ops::slice(x, {i, 1}, {1, 2})});
  const TensorList values = f(arange(12).reshape({3, 4}), Tensor(2), Tensor{2, -3}.astype(DType::Int64));
  CHECK(difference(values[0], Tensor{8, 9, 10, 11}) == "");
  CHECK(difference(values[1], Tensor{{9, 10}, {1, 2}}) == "");
  CHECK(difference(values[2], Tensor{{9, 10}}) == "");
  CHECK_THROWS_WITH(f(arange(8).reshape({2, 4}), Tensor(2), Tensor{0, 0}.astype(DType::Int64)),
                    ContainsSubstring("out of range"));
}

TEST_CASE("a block that goes beyond the array is an error, not moved", "[ops]") {
  CHECK_THROWS_WITH(ops::slice(kX, Tensor{1, 2, 0}, {1, 2, 1}),
                    ContainsSubstring("a block of shape (1, 2, 1) at (1, 2, 0) goes beyond (2, 3, 4)"));
  const Symbol start = placeholder({3}, DType::Int32);
  const Function f(start, {ops::slice(kX, start, {1, 2, 1})});
  CHECK_THROWS_WITH(f(Tensor{1, 2, 0}), ContainsSubstring("that starts at 2 of axis 1 goes beyond (2, 3, 4)"));
  CHECK(difference(f(Tensor{1, 1, 3})[0], Tensor{{{19}, {23}}}) == "");
}

TEST_CASE("scatter_update combines with what is there", "[ops]") {
  const Tensor x = Tensor{5, 5, 5, 5}, places = Tensor{{0}, {-1}, {0}}, updates = Tensor{2, 7, 3};
  CHECK(difference(ops::scatter_update(x, places, updates), Tensor{3, 5, 5, 7}) == "");
  CHECK(difference(ops::scatter_update(x, places, updates, "add"), Tensor{10, 5, 5, 12}) == "");
  CHECK(difference(ops::scatter_update(x, places, updates, "max"), Tensor{5, 5, 5, 7}) == "");
  CHECK(difference(ops::scatter_update(x, places, updates, "min"), Tensor{2, 5, 5, 5}) == "");
  CHECK(difference(ops::scatter_update(x, places, updates, "mul"), Tensor{30, 5, 5, 35}) == "");
}

TEST_CASE("isin takes unknown lengths and nothing to look for", "[ops]") {
  const Symbol x = placeholder({None}), members = placeholder({None});
  const Function f({x, members}, {ops::isin(x, members)});
  CHECK(difference(f(Tensor{1.0, 2.5, 7.0}, Tensor{2.5, 0.5})[0], Tensor{0, 1, 0}) == "");
  CHECK(difference(ops::isin(Tensor{1, 2}, empty({0}, DType::Int32)), Tensor{0, 0}) == "");
  CHECK(difference(ops::isin(Tensor{1, 2}, empty({0}, DType::Int32), false, true), Tensor{1, 1}) == "");
}

TEST_CASE("segments without rows give the identity of the reduction", "[ops]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor data = Tensor{1.0, 2.0, 4.0}, ids = Tensor{0, 2, 2};
  CHECK(difference(ops::segment_sum(data, ids), Tensor{1, 0, 6}) == "");
  CHECK(difference(ops::segment_prod(data, ids, 4), Tensor{1, 1, 8, 1}) == "");
  CHECK(difference(ops::segment_max(data, ids), Tensor{1.0, -infinity, 4.0}) == "");
  CHECK(difference(ops::segment_min(data, ids), Tensor{1.0, infinity, 2.0}) == "");
  CHECK(ops::segment_max(Tensor{1}, Tensor{1}).item<std::int32_t>(0) == std::numeric_limits<std::int32_t>::min());
}

TEST_CASE("nonzero and argwhere name the places of true elements", "[ops]") {
  const std::vector<Tensor> places = ops::nonzero(Tensor{{0, 3}, {2, 0}});
  CHECK(difference(places[0], Tensor{0, 1}) == "");
  CHECK(difference(places[1], Tensor{1, 0}) == "");
  CHECK(difference(ops::argwhere(Tensor{{0, 3}, {2, 0}}), Tensor{{0, 1}, {1, 0}}) == "");
  CHECK(ops::argwhere(Tensor(3)).shape() == Shape{1, 0});
}

}  // namespace kerascpp::test
