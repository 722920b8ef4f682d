#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are NumPy's.
namespace kerascpp::test {
namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kUnits = 8;

std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual.astype(DType::Float64), expected.astype(DType::Float64),
                          kUnits * epsilon_of(DType::Float32));
}

}  // namespace

TEST_CASE("NaN is sorted behind all numbers", "[ops]") {
  const Tensor x = Tensor{kNan, 2.0, -kInfinity, kInfinity, 1.0};
  CHECK(difference(ops::sort(x), Tensor{-kInfinity, 1.0, 2.0, kInfinity, kNan}) == "");
  CHECK(difference(ops::argsort(x), Tensor{2, 4, 1, 3, 0}) == "");
  CHECK(difference(ops::searchsorted(Tensor{1.0, 2.0, kNan}, Tensor{kNan, 2.0}, "right"), Tensor{3, 2}) == "");
}

TEST_CASE("uint64 beyond the range of int64 is sorted by its value", "[ops]") {
  const std::vector<std::uint64_t> values = {1, ~std::uint64_t{0}, std::uint64_t{1} << 63, 5};
  CHECK(ops::argsort(Tensor(values)).to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 3, 2, 1});
}

TEST_CASE("argpartition puts the kth element at its place", "[ops]") {
  const Tensor x = Tensor{7, 1, 5, 2};
  CHECK(ops::argpartition(x, 2).item<int>(2) == 2);
  CHECK_THROWS_WITH(ops::argpartition(x, 4), ContainsSubstring("kth 4 is out of range"));
}

TEST_CASE("quantiles of unknown lengths are those of the data given", "[ops]") {
  const Symbol x = placeholder({None, 2});
  const Function f(x, {ops::quantile(x, Tensor{0.0, 0.5, 1.0}, 0), ops::median(x, 1)});
  const TensorList values = f(Tensor{{1.0, 8.0}, {4.0, 2.0}, {2.0, 6.0}});
  CHECK(difference(values[0], Tensor{{1.0, 2.0}, {2.0, 6.0}, {4.0, 8.0}}) == "");
  CHECK(difference(values[1], Tensor{4.5, 3.0, 4.0}) == "");
}

TEST_CASE("quantiles of NaN and infinity are what they should be", "[ops]") {
  const Tensor x = Tensor{{1.0, kNan, 3.0}, {kNan, kNan, kNan}, {1.0, kInfinity, kInfinity}};
  CHECK(difference(ops::median(x, 1), Tensor{kNan, kNan, kInfinity}) == "");
  CHECK(difference(ops::nanmedian(x, 1), Tensor{2.0, kNan, kInfinity}) == "");
  CHECK(difference(ops::nanpercentile(x, Tensor(25), 1), Tensor{1.5, kNan, kInfinity}) == "");
  CHECK(difference(ops::quantile(x, 0.0, 1), Tensor{kNan, kNan, 1.0}) == "");
}

TEST_CASE("quantiles of nothing are NaN", "[ops]") {
  const Tensor none = zeros({2, 0, 3});  // numpy.median(none, axis=1) is a (2, 3) of NaN
  CHECK(difference(ops::median(none, 1), full({2, 3}, kNan)) == "");
  CHECK(difference(ops::quantile(none, 0.3f, 1, "nearest", true), full({2, 1, 3}, kNan)) == "");
  CHECK(difference(ops::nanmedian(none), full({}, kNan)) == "");
  CHECK(ops::median(none, 2).shape() == Shape{2, 0});
}

TEST_CASE("a quantile outside the unit interval is refused", "[ops]") {
  CHECK_THROWS_WITH(ops::quantile(Tensor{1.0, 2.0}, 1.5), ContainsSubstring("expected q in [0, 1], received 1.5"));
  CHECK_THROWS_WITH(ops::percentile(Tensor{1.0, 2.0}, 101), ContainsSubstring("expected q in [0, 100]"));
  CHECK_THROWS_WITH(ops::quantile(Tensor{1.0, 2.0}, 0.5, {}, "middle"), ContainsSubstring("received \"middle\""));
}

// the median of an odd number moves with its middle element alone
TEST_CASE("the gradient of a quantile goes to the data it lies between", "[ops]") {
  const Symbol x = placeholder({3}, DType::Float64);
  const Function f(x,
                   {gradients(ops::median(x), SymbolList(x))[0], gradients(ops::quantile(x, 0.25), SymbolList(x))[0]});
  const TensorList values = f(Tensor{5.0, 1.0, 2.0});
  CHECK(difference(values[0], Tensor{0, 0, 1}) == "");
  CHECK(difference(values[1], Tensor{0.0, 0.5, 0.5}) == "");
}

TEST_CASE("histogram widens a range without extent and drops what is outside", "[ops]") {
  const auto [counts, edges] = ops::histogram(Tensor{3.0, 3.0, 3.0}, 2);
  CHECK(difference(counts, Tensor{0, 3}) == "");
  CHECK(difference(edges, Tensor{2.5, 3.0, 3.5}) == "");
  const auto [inside, bounds] = ops::histogram(Tensor{-1, 0, 1, 4, 5}, 2, std::pair(0.0, 4.0));
  CHECK(difference(inside, Tensor{2, 1}) == "");
  CHECK(difference(bounds, Tensor{0, 2, 4}) == "");
  CHECK_THROWS_WITH(ops::histogram(Tensor{1.0}, 0), ContainsSubstring("at least one bin"));
  CHECK_THROWS_WITH(ops::histogram(Tensor{1.0}, 2, std::pair(1.0, 0.0)), ContainsSubstring("an ascending range"));
}

TEST_CASE("bincount counts rows apart and refuses what is out of range", "[ops]") {
  CHECK(difference(ops::bincount(Tensor{{1, 2, 2, 5}, {0, 0, 0, 1}}), Tensor{{0, 1, 2, 0, 0, 1}, {3, 1, 0, 0, 0, 0}}) ==
        "");
  CHECK(ops::bincount(empty({0}, DType::Int32)).size() == 0);
  CHECK_THROWS_WITH(ops::bincount(Tensor{1, -2}), ContainsSubstring("id -2 is out of range"));
  CHECK_THROWS_WITH(ops::bincount(Tensor{0.5}), ContainsSubstring("[bincount] expected integers"));
  const Symbol x = placeholder({None}, DType::Int32);
  CHECK_THROWS_WITH(ops::bincount(x), ContainsSubstring("must be given as minlength"));
  const Function f(x, {ops::bincount(x, {}, 3)});
  CHECK(difference(f(Tensor{2, 0, 2})[0], Tensor{1, 0, 2}) == "");
  CHECK_THROWS_WITH(f(Tensor{3}), ContainsSubstring("id 3 is out of range for 3 segments"));
}

TEST_CASE("unique gives values, places, counts and the way back", "[ops]") {
  const ops::Unique all =
      ops::unique(Tensor{{3, 1}, {2, 1}}, {.return_index = true, .return_inverse = true, .return_counts = true});
  CHECK(difference(all.values, Tensor{1, 2, 3}) == "");
  CHECK(difference(all.index, Tensor{1, 2, 0}) == "");
  CHECK(difference(all.inverse, Tensor{{2, 0}, {1, 0}}) == "");
  CHECK(difference(all.counts, Tensor{2, 1, 1}) == "");
  const ops::Unique padded =
      ops::unique(Tensor{3, 1, 2, 1}, {.return_index = true, .return_counts = true, .size = 5, .fill_value = 7});
  CHECK(difference(padded.values, Tensor{1, 2, 3, 7, 7}) == "");
  CHECK(difference(padded.index, Tensor{1, 2, 0, 1, 1}) == "");
  CHECK(difference(padded.counts, Tensor{2, 1, 1, 0, 0}) == "");
  CHECK(difference(ops::unique(Tensor{3, 1, 2}, {.size = 2}).values, Tensor{1, 2}) == "");
  CHECK(difference(ops::unique(Tensor{{1, 2, 1}, {0, 1, 0}}, {.axis = 1}).values, Tensor{{1, 2}, {0, 1}}) == "");
  CHECK(difference(ops::unique(Tensor{kNan, 1.0, kNan}), Tensor{1.0, kNan}) == "");
  CHECK(ops::unique(empty({0})).size() == 0);
}

TEST_CASE("differences of bool tell where neighbours differ", "[ops]") {
  CHECK(difference(ops::diff(Tensor{1, 1, 0}.astype(DType::Bool)), Tensor{0, 1}) == "");
  CHECK(ops::diff(Tensor{1, 1, 0}.astype(DType::Bool)).dtype() == DType::Bool);
  CHECK_THROWS_WITH(ops::diff(Tensor{1, 2}, -1), ContainsSubstring("expected n >= 0"));
}

}  // namespace kerascpp::test
