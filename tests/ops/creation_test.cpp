#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are NumPy's.
namespace kerascpp::test {
namespace {

constexpr double kUnits = 8;

std::string difference(const Symbol& actual, const Tensor& expected) {
  return first_difference(compute_now(actual), expected, kUnits * epsilon_of(expected.dtype()));
}
std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual, expected, kUnits * epsilon_of(expected.dtype()));
}

}  // namespace

TEST_CASE("filled arrays have the shape and dtype asked for", "[ops]") {
  CHECK(difference(ops::zeros({2, 3}), Tensor{{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}}) == "");
  CHECK(difference(ops::ones({2}, DType::Int64), Tensor{1, 1}.astype(DType::Int64)) == "");
  CHECK(difference(ops::full({2, 2}, Tensor{1.5, 2.5}), Tensor{{1.5, 2.5}, {1.5, 2.5}}) == "");
  CHECK(compute_now(ops::empty({3}, DType::UInt8)).dtype() == DType::UInt8);
  CHECK(difference(ops::array(Tensor{1, 2}, DType::Float32), Tensor{1.0, 2.0}) == "");
  CHECK(difference(ops::full_like(Tensor{1, 2, 3}, 7), Tensor{7, 7, 7}) == "");
  CHECK(difference(ops::ones_like(Tensor{{1, 2}}), Tensor{{1, 1}}) == "");
}

TEST_CASE("arrays like another one take its shape when it is known", "[ops]") {
  const Symbol x = placeholder({None, 2});
  const Function f(x, {ops::zeros_like(x), ops::ones_like(x, DType::Int32), ops::full_like(x, 2.5)});
  const TensorList values = f(Tensor{{1.0, 2.0}, {3.0, 4.0}});
  CHECK(difference(values[0], Tensor{{0.0, 0.0}, {0.0, 0.0}}) == "");
  CHECK(difference(values[1], Tensor{{1, 1}, {1, 1}}) == "");
  CHECK(difference(values[2], Tensor{{2.5, 2.5}, {2.5, 2.5}}) == "");
}

TEST_CASE("arange counts like NumPy's", "[ops]") {
  CHECK(difference(ops::arange(4), Tensor{0, 1, 2, 3}) == "");
  CHECK(difference(ops::arange(5, -1, -2), Tensor{5, 3, 1}) == "");
  CHECK(difference(ops::arange(0.0, 1.0, 0.25), Tensor{0.0, 0.25, 0.5, 0.75}) == "");
  CHECK(difference(ops::arange(1, 3, 1, DType::Float64), Tensor{1, 2}.astype(DType::Float64)) == "");
  CHECK(compute_now(ops::arange(3, 3)).size() == 0);
  CHECK_THROWS_WITH(ops::arange(0, 3, 0), ContainsSubstring("a step other than 0"));
  CHECK_THROWS_WITH(ops::arange(placeholder({2})), ContainsSubstring("[arange] expected scalars"));
}

TEST_CASE("arange counts between symbols", "[ops]") {
  const Symbol first = placeholder({}, DType::Int32), last = placeholder({}, DType::Int32),
               step = placeholder({}, DType::Int32), real = placeholder({}, DType::Float32);
  const Function f({first, last, step, real},
                   {ops::arange(last), ops::arange(first, last, step), ops::arange(0.0, real, 0.25)});
  const auto at = [&](std::int32_t a, std::int32_t b, std::int32_t by, float end) {
    return f(Tensor(a), Tensor(b), Tensor(by), Tensor(end));
  };
  const TensorList up = at(2, 7, 2, 1), down = at(5, -1, -2, 0.6F), none = at(4, 3, 1, -1);
  CHECK(up[0].dtype() == DType::Int32);
  CHECK(difference(up[0], Tensor{0, 1, 2, 3, 4, 5, 6}) == "");
  CHECK(difference(up[1], Tensor{2, 4, 6}) == "");
  CHECK(difference(up[2], Tensor{0.0, 0.25, 0.5, 0.75}) == "");
  CHECK(down[0].size() == 0);
  CHECK(difference(down[1], Tensor{5, 3, 1}) == "");
  CHECK(difference(down[2], Tensor{0.0, 0.25, 0.5}) == "");
  CHECK(none[1].size() == 0);
  CHECK(none[2].size() == 0);
}

TEST_CASE("spaces have the values of NumPy", "[ops]") {
  CHECK(difference(ops::linspace(2, 3, {.num = 5}), Tensor{2.0, 2.25, 2.5, 2.75, 3.0}) == "");
  CHECK(difference(ops::linspace(2, 3, {.num = 4, .endpoint = false}), Tensor{2.0, 2.25, 2.5, 2.75}) == "");
  CHECK(difference(ops::linspace(Tensor{1.0, 2.0}, Tensor{5.0, 8.0}, {.num = 3, .axis = 1}),
                   Tensor{{1.0, 3.0, 5.0}, {2.0, 5.0, 8.0}}) == "");
  CHECK(difference(ops::linspace(0, 10, {.num = 4, .dtype = DType::Int32}), Tensor{0, 3, 6, 10}) == "");
  CHECK(difference(ops::linspace(3, 9, {.num = 1}), Tensor{3.0}) == "");
  CHECK(difference(ops::linspace_with_step(2, 3, {.num = 5}).second, Tensor(0.25f)) == "");
  CHECK(difference(ops::logspace(0, 3, {.num = 4}), Tensor{1.0, 10.0, 100.0, 1000.0}) == "");
  CHECK(difference(ops::logspace(1, 4, {.num = 4, .endpoint = false, .base = 2}),
                   Tensor{2.0, 3.363585661014858, 5.656854249492381, 9.513656920021768}) == "");
  CHECK(difference(ops::geomspace(1, 1000, {.num = 4}), Tensor{1.0, 10.0, 100.0, 1000.0}) == "");
  CHECK(difference(ops::geomspace(-1, -8, {.num = 4}), Tensor{-1.0, -2.0, -4.0, -8.0}) == "");
  CHECK(difference(ops::geomspace(Tensor{1.0, 4.0}, Tensor{4.0, 1.0}, {.num = 3, .axis = -1}),
                   Tensor{{1.0, 2.0, 4.0}, {4.0, 2.0, 1.0}}) == "");
  CHECK_THROWS_WITH(ops::linspace(0, 1, {.num = -1}), ContainsSubstring("[linspace] expects num >= 0, received -1"));
}

TEST_CASE("diagonal and triangular matrices have the values of NumPy", "[ops]") {
  CHECK(difference(ops::eye(2, 3, 1), Tensor{{0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}) == "");
  CHECK(difference(ops::identity(2, DType::Int32), Tensor{{1, 0}, {0, 1}}) == "");
  CHECK(difference(ops::tri(3, 2, -1), Tensor{{0.0, 0.0}, {1.0, 0.0}, {1.0, 1.0}}) == "");
  const Tensor x{{1, 2, 3}, {4, 5, 6}};
  CHECK(difference(ops::tril(x), Tensor{{1, 0, 0}, {4, 5, 0}}) == "");
  CHECK(difference(ops::tril(x, 1), Tensor{{1, 2, 0}, {4, 5, 6}}) == "");
  CHECK(difference(ops::triu(x), Tensor{{1, 2, 3}, {0, 5, 6}}) == "");
  CHECK(difference(ops::triu(x, -1), Tensor{{1, 2, 3}, {4, 5, 6}}) == "");
  CHECK_THROWS_WITH(ops::tril(placeholder({3})), ContainsSubstring("[tril] expects matrices (..., N, M)"));
  CHECK_THROWS_WITH(ops::triu(placeholder({3})), ContainsSubstring("[triu] expects matrices (..., N, M)"));
  CHECK_THROWS_WITH(ops::eye(-1), ContainsSubstring("[eye] expects N >= 0"));
}

TEST_CASE("meshgrid has the values of NumPy", "[ops]") {
  const std::vector<Tensor> grids = ops::meshgrid({Tensor{1, 2, 3}, Tensor{4, 5}});
  CHECK(difference(grids[0], Tensor{{1, 2, 3}, {1, 2, 3}}) == "");
  CHECK(difference(grids[1], Tensor{{4, 4, 4}, {5, 5, 5}}) == "");
  const std::vector<Tensor> rows = ops::meshgrid({Tensor{1, 2, 3}, Tensor{4, 5}}, "ij");
  CHECK(difference(rows[0], Tensor{{1, 1}, {2, 2}, {3, 3}}) == "");
  CHECK(difference(rows[1], Tensor{{4, 5}, {4, 5}, {4, 5}}) == "");
  CHECK_THROWS_WITH(ops::meshgrid({Tensor{1}}, "yx"), ContainsSubstring("indexing \"xy\" or \"ij\""));
  CHECK_THROWS_WITH(ops::meshgrid({Tensor{{1}}}), ContainsSubstring("[meshgrid] expects vectors"));
}

TEST_CASE("windows have the values of NumPy", "[ops]") {
  CHECK(difference(ops::bartlett(6), Tensor{0.0, 0.4, 0.8, 0.8, 0.4, 0.0}) == "");
  CHECK(difference(ops::blackman(5), Tensor{0.0, 0.34, 1.0, 0.34, 0.0}) == "");
  CHECK(difference(ops::hamming(5), Tensor{0.08, 0.54, 1.0, 0.54, 0.08}) == "");
  CHECK(difference(ops::hanning(6), Tensor{0.0, 0.34549150281252633, 0.9045084971874737, 0.9045084971874737,
                                           0.34549150281252633, 0.0}) == "");
  CHECK(difference(ops::kaiser(5, 14.0), Tensor{7.726866835270368e-06, 0.16493218754795194, 1.0, 0.16493218754795194,
                                                7.726866835270368e-06}) == "");
  CHECK(difference(ops::kaiser(1, 3.5), Tensor{1.0}) == "");
  CHECK(compute_now(ops::hanning(0)).size() == 0);
}

}  // namespace kerascpp::test
