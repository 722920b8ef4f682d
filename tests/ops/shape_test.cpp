#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are NumPy's.
namespace kerascpp::test {
namespace {

const Tensor kX = arange(24).reshape({2, 3, 4});

std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual.astype(DType::Float64), expected.astype(DType::Float64), 0);
}

}  // namespace

TEST_CASE("reshape keeps what is known of unknown dimensions", "[ops]") {
  const Symbol x = placeholder({None, 28, 28, 1});
  CHECK(ops::reshape(x, {-1, 784}).shape() == Shape{None, 784});
  CHECK(ops::reshape(x, {ops::copy_dim(0), -1}).shape() == Shape{None, 784});
  CHECK(ops::reshape(x, {ops::copy_dim(0), 14, -1}).shape() == Shape{None, 14, 56});
  CHECK(ops::merge_axes(x, 1, -1).shape() == Shape{None, 784});
  const Symbol y = placeholder({None, None, 6});
  CHECK(ops::split_axis(y, -1, {2, -1}).shape() == Shape{None, None, 2, 3});
  CHECK(ops::merge_axes(y, 0, 1).shape() == Shape{None, 6});
  CHECK(ops::reshape(y, {ops::copy_dim(1), ops::copy_dim(0), 3, -1}).shape() == Shape{None, None, 3, 2});
  CHECK_THROWS_WITH(ops::reshape(placeholder({None, 4}), {3, 2}), ContainsSubstring("the numbers of elements differ"));
  CHECK_THROWS_WITH(ops::reshape(placeholder({0, 3}), {0, -1}), ContainsSubstring("cannot give (0, 3)"));
}

TEST_CASE("a reshape that turns out wrong is an error of the call", "[ops]") {
  const Symbol x = placeholder({None, None});
  const Function f(x, {ops::reshape(x, {-1, 4})});
  CHECK(f(ones({2, 6})).single().shape() == Shape{3, 4});
  CHECK_THROWS_WITH(f(ones({3, 3})), ContainsSubstring("[reshape] cannot give (3, 3) the shape (None, 4)"));
}

TEST_CASE("views of tensors share their elements", "[ops]") {
  Tensor x = zeros({2, 3});
  const Tensor flat = ops::ravel(x), column = ops::expand_dims(x, -1);
  x.data<float>()[4] = 5;
  CHECK(flat.item<float>(4) == 5);
  CHECK(column.item<float>(4) == 5);
  CHECK(column.shape() == Shape{2, 3, 1});
  CHECK(ops::squeeze(column).shape() == Shape{2, 3});
}

TEST_CASE("a view as another dtype survives the passes", "[ops]") {
  const Symbol x = placeholder({3});
  const Function f(x, {ops::view(ops::view(x * 1.0, DType::Int32), DType::Float32), ops::view(x, DType::Int32)});
  const TensorList values = f(Tensor{1.0, -2.0, 0.5});
  CHECK(difference(values[0], Tensor{1.0, -2.0, 0.5}) == "");
  CHECK(difference(values[1], Tensor{0x3f800000, -1073741824, 0x3f000000}) == "");
}

TEST_CASE("shape and size are known when the function runs", "[ops]") {
  const Symbol x = placeholder({None, 3, None});
  const Function f(x, {ops::shape(x), ops::size(x)});
  const TensorList values = f(ones({2, 3, 5}));
  CHECK(difference(values[0], Tensor{2, 3, 5}) == "");
  CHECK(difference(values[1], Tensor(30)) == "");
}

TEST_CASE("quarter turns follow NumPy in both directions", "[ops]") {
  const Tensor x = Tensor{{1, 2, 3}, {4, 5, 6}};
  CHECK(difference(ops::rot90(x), Tensor{{3, 6}, {2, 5}, {1, 4}}) == "");
  CHECK(difference(ops::rot90(x, 2), Tensor{{6, 5, 4}, {3, 2, 1}}) == "");
  CHECK(difference(ops::rot90(x, -1), Tensor{{4, 1}, {5, 2}, {6, 3}}) == "");
  CHECK(difference(ops::rot90(x, 4), x) == "");
}

TEST_CASE("pad reaches beyond the edges as NumPy does", "[ops]") {
  const Tensor x = Tensor{1, 2, 3};
  CHECK(difference(ops::pad(x, {2, 1}, "edge"), Tensor{1, 1, 1, 2, 3, 3}) == "");
  CHECK(difference(ops::pad(x, 2, "reflect"), Tensor{3, 2, 1, 2, 3, 2, 1}) == "");
  CHECK(difference(ops::pad(x, 2, "symmetric"), Tensor{2, 1, 1, 2, 3, 3, 2}) == "");
  CHECK(difference(ops::pad(x, 2, "wrap"), Tensor{2, 3, 1, 2, 3, 1, 2}) == "");
  CHECK(difference(ops::pad(Tensor{{1, 2}}, {{0, 1}, {1, 0}}, "constant", 9), Tensor{{9, 1, 2}, {9, 9, 9}}) == "");
}

TEST_CASE("rearrange takes unit axes, ellipses and unknown dimensions", "[ops]") {
  CHECK(ops::rearrange(kX, "a b c -> a 1 (c b)").shape() == Shape{2, 1, 12});
  CHECK(ops::rearrange(kX, "... c -> c ...").shape() == Shape{4, 2, 3});
  CHECK(ops::rearrange(ones({2, 1, 3}), "a 1 c -> (a c)").shape() == Shape{6});
  const Symbol x = placeholder({None, None, 3});
  const Symbol patches = ops::rearrange(x, "(h p) (w q) c -> (h w) (p q c)", {{"p", 2}, {"q", 2}});
  CHECK(patches.shape() == Shape{None, 12});
  const Function f(x, {patches});
  // einops.rearrange(np.arange(24.).reshape(2, 4, 3), "(h p) (w q) c -> (h w) (p q c)", p=2, q=2)
  CHECK(difference(f(arange(24).reshape({2, 4, 3}))[0], Tensor{{0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17},
                                                               {6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23}}) == "");
}

TEST_CASE("a pattern that says nothing is refused", "[ops]") {
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b c"), ContainsSubstring("expected \"->\" between the two sides"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b c -> a b"), ContainsSubstring("both sides must have the same names"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a (b c -> a b c"), ContainsSubstring("the parentheses do not match"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a a c -> a c"), ContainsSubstring("a name stands twice on the left"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b -> b a"), ContainsSubstring("describes 2 axes, the input has 3"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b! c -> a b c"), ContainsSubstring("unexpected character '!'"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b (c d) -> a b c d"), ContainsSubstring("all but one are needed"));
  CHECK_THROWS_WITH(ops::rearrange(kX, "a b c -> c b a", {{"d", 2}}), ContainsSubstring("does not name"));
}

TEST_CASE("an unknown axis is split in equal parts when the function runs", "[ops]") {
  const Symbol x = placeholder({None, 2});
  const std::vector<Symbol> parts = ops::split(x, 3), items = ops::unstack(x, 3);
  CHECK(parts[1].shape() == Shape{None, 2});
  const Function f(x, {parts[1]}), g(x, {items[2]});
  CHECK(difference(f(arange(12).reshape({6, 2}))[0], Tensor{{4, 5}, {6, 7}}) == "");
  CHECK_THROWS_WITH(f(ones({4, 2})), ContainsSubstring("the numbers of elements differ"));
  CHECK(difference(g(arange(6).reshape({3, 2}))[0], Tensor{4, 5}) == "");
  CHECK_THROWS_WITH(g(ones({4, 2})), ContainsSubstring("the numbers of elements differ"));
  CHECK_THROWS_WITH(ops::array_split(x, 2), ContainsSubstring("has no known length"));
  CHECK_THROWS_WITH(ops::unstack(x), ContainsSubstring("give num"));
  CHECK_THROWS_WITH(ops::split(kX, 2, 1), ContainsSubstring("cannot be cut into 2 equal parts"));
}

TEST_CASE("joined arrays take their common dtype and gradients go back to each", "[ops]") {
  CHECK(ops::concatenate({Tensor{1, 2}, Tensor{0.5}}).dtype() == DType::Float32);
  CHECK(ops::stack({Tensor{1, 2}, Tensor{3, 4}}, -1).shape() == Shape{2, 2});
  // the batch axis of all three is unknown, so that no bound is known
  const Symbol a = placeholder({None, 2}), b = placeholder({None, 2}), c = placeholder({None, 2});
  const Symbol joined = ops::concatenate({a, b, c});
  const std::vector<Symbol> g = gradients(ops::sum(joined * joined), {a, b, c});
  const Function f({a, b, c}, {g[0], g[1], g[2]});
  const TensorList values = f(Tensor{{1.0, 2.0}}, Tensor{{3.0, 4.0}, {5.0, 6.0}}, Tensor{{7.0, 8.0}});
  CHECK(difference(values[0], Tensor{{2, 4}}) == "");
  CHECK(difference(values[1], Tensor{{6, 8}, {10, 12}}) == "");
  CHECK(difference(values[2], Tensor{{14, 16}}) == "");
  CHECK_THROWS_WITH(ops::stack({Tensor{1, 2}, Tensor{{3}}}), ContainsSubstring("expected arrays of one shape"));
}

TEST_CASE("an error in a composed operation names the line that called it", "[ops]") {
  const Symbol x = placeholder({2, 3});
  CHECK_THROWS_WITH(ops::stack({x, placeholder({2, 4})}), ContainsSubstring("shape_test.cpp"));
}

}  // namespace kerascpp::test
