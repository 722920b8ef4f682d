// Helpers for data on the host and Python's operators; expected values are NumPy's.

#include <array>
#include <span>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using Numbers = std::vector<double>;

Numbers numbers(const Tensor& x) { return x.astype(DType::Float64).to_vector<double>(); }

}  // namespace

TEST_CASE("asarray takes vectors, spans, arrays and nested ones", "[ops]") {
  const std::vector<double> values{1, 2, 3};
  CHECK(asarray(values).dtype() == DType::Float64);
  CHECK(numbers(asarray(std::span<const double>(values).subspan(1))) == Numbers{2, 3});
  CHECK(asarray(std::array<int, 2>{4, 5}).dtype() == DType::Int32);
  const std::int64_t plain[] = {6, 7};
  CHECK(asarray(plain).dtype() == DType::Int64);
  CHECK(asarray(plain, DType::Float32).dtype() == DType::Float32);
  CHECK(asarray(std::vector<bool>{true, false}).dtype() == DType::Bool);
  CHECK(asarray({{1, 2}, {3, 4}}).shape() == Shape{2, 2});
  CHECK(numbers(asarray({1.5, 2.5}, DType::Float64)) == Numbers{1.5, 2.5});
  CHECK(asarray(5).shape() == Shape{});
  const Tensor matrix = asarray(std::vector<std::vector<float>>{{1, 2, 3}, {4, 5, 6}});
  CHECK(matrix.shape() == Shape{2, 3});
  CHECK(numbers(matrix) == Numbers{1, 2, 3, 4, 5, 6});
  CHECK(asarray(std::vector<std::vector<std::vector<int>>>{{{1, 2}}, {{3, 4}}}).shape() == Shape{2, 1, 2});
  CHECK(asarray(std::vector<std::array<int, 2>>{{1, 2}, {3, 4}}).shape() == Shape{2, 2});
  CHECK(asarray(matrix).raw() == matrix.raw());
  CHECK(asarray(std::vector<float>{}).shape() == Shape{0});
  CHECK_THROWS_WITH(asarray(std::vector<std::vector<int>>{{1, 2}, {3}}),
                    ContainsSubstring("row 0 has shape (2,), row 1 has (1,)"));
}

TEST_CASE("host helpers have NumPy's names", "[ops]") {
  const Tensor x{{1.0, -2.0, 3.0}, {0.0, 5.0, -6.0}};
  CHECK(numbers(where(x > 0, x, 0)) == Numbers{1, 0, 3, 0, 5, 0});
  CHECK(argmax(x).item<int>() == 4);
  CHECK(numbers(argmin(x, 1)) == Numbers{1, 2});
  CHECK(numbers(mean(x, 0)) == Numbers{0.5, 1.5, -1.5});
  CHECK(rand(2, 3).shape() == Shape{2, 3});
  CHECK(randn(4).shape() == Shape{4});
  CHECK(randint(3, 4).item<int>() == 3);
}

TEST_CASE("numbers beside a tensor take its dtype", "[ops]") {
  const Tensor bytes(std::vector<std::uint8_t>{7, 250, 0}), halves = Tensor{-2.0, 0.5}.astype(DType::Float16);
  CHECK(ops::clip(bytes, 1, 100).dtype() == DType::UInt8);
  CHECK(numbers(ops::clip(bytes, 1, 100)) == Numbers{7, 100, 1});
  CHECK(ops::clip(halves, 0.0, 1.0).dtype() == DType::Float16);
  CHECK(ops::where(halves > 0, halves, 0.0).dtype() == DType::Float16);
  CHECK(ops::where(halves > 0, 1, halves).dtype() == DType::Float16);
  CHECK(ops::where(halves > 0, 1, 0).dtype() == DType::Int32);
  CHECK((bytes % 4).dtype() == DType::UInt8);
  CHECK((bytes & 3).dtype() == DType::UInt8);
}

TEST_CASE("operators are those of Python", "[ops]") {
  const Tensor x{7, -7, 4};
  CHECK(numbers(x % 3) == Numbers{1, 2, 1});
  CHECK(numbers(10 % Tensor{3, 4}) == Numbers{1, 2});
  CHECK(numbers(x & 6) == Numbers{6, 0, 4});
  CHECK(numbers(x | 1) == Numbers{7, -7, 5});
  CHECK(numbers(x ^ Tensor{1, 1, 1}) == Numbers{6, -8, 5});
  CHECK(numbers(~x) == Numbers{-8, 6, -5});
  CHECK(numbers(!(x > 4)) == Numbers{0, 1, 1});
  CHECK(numbers((x > 0) & (x < 5)) == Numbers{0, 0, 1});
  CHECK(numbers(~(x > 4)) == Numbers{0, 1, 1});
  CHECK(numbers(+x) == Numbers{7, -7, 4});
  const Symbol s = K::ivector("s");
  const Function f = K::function(s, {s % 3, s & 6, s | 1, s ^ 1, ~s, !(s > 4), (s > 0) & (s < 5), +s});
  const TensorList results = f(x);
  CHECK(numbers(results[0]) == Numbers{1, 2, 1});
  CHECK(numbers(results[1]) == Numbers{6, 0, 4});
  CHECK(numbers(results[2]) == Numbers{7, -7, 5});
  CHECK(numbers(results[3]) == Numbers{6, -8, 5});
  CHECK(numbers(results[4]) == Numbers{-8, 6, -5});
  CHECK(numbers(results[5]) == Numbers{0, 1, 1});
  CHECK(numbers(results[6]) == Numbers{0, 0, 1});
  CHECK(numbers(results[7]) == Numbers{7, -7, 4});
}

TEST_CASE("x += y makes a new value", "[ops]") {
  Tensor x{1.0, 2.0};
  const Tensor old = x;
  x += 1;
  x *= Tensor{2.0, 3.0};
  x -= 0.5;
  x /= 2;
  CHECK(numbers(x) == Numbers{1.75, 4.25});
  CHECK(numbers(old) == Numbers{1, 2});
  const Symbol a = K::dscalar("a");
  Symbol loss = a * a;
  loss += 0.5 * a;
  loss *= 2;
  CHECK(loss.dtype() == DType::Float64);
  CHECK(K::eval(loss, {{a, 3}}).item<double>() == 21);
}

}  // namespace kerascpp::test
