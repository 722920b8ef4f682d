#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {

TEST_CASE("first_difference names index and values", "[support]") {
  const Tensor a{1.0, 2.0, 3.0};
  CHECK(first_difference(a, a, 0) == "");
  CHECK_THAT(first_difference(Tensor{1.0, 2.5, 3.0}, a, 0.1), ContainsSubstring("element 1 of (3,): received 2.5"));
  CHECK(first_difference(Tensor{1.0, 2.5, 3.0}, a, 0.3) == "");
  CHECK_FALSE(first_difference(Tensor{1e-3}, Tensor{2e-3}, 0.01, 1e-6).empty());
  CHECK(first_difference(Tensor{1e-3}, Tensor{2e-3}, 0.01) == "");
}

TEST_CASE("first_difference tells dtypes, shapes and special values apart", "[support]") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK_FALSE(first_difference(Tensor{1}, Tensor{1.0}, 1).empty());
  CHECK_FALSE(first_difference(Tensor{1, 1}, Tensor{{1, 1}}, 1).empty());
  CHECK(first_difference(Tensor{nan, infinity}, Tensor{nan, infinity}, 0) == "");
  CHECK_FALSE(first_difference(Tensor{nan}, Tensor{1.0}, 1e9).empty());
  CHECK_FALSE(first_difference(Tensor{infinity}, Tensor{1.0}, 1e9).empty());
  CHECK_FALSE(first_difference(Tensor{-infinity}, Tensor{infinity}, 1e9).empty());
}

TEST_CASE("random inputs keep away from kinks and from each other", "[support]") {
  const Tensor apart = make_values({.shape = {10}, .low = 0, .high = 10, .distinct = true}, DType::Float64, 3);
  for (std::int64_t i = 0; i < 10; ++i)
    for (std::int64_t j = 0; j < i; ++j) CHECK(std::abs(apart.item<double>(i) - apart.item<double>(j)) > 0.9);
  const Tensor away = make_values({.shape = {200}, .low = -0.2, .high = 0.2, .kinks = {0}}, DType::Float64, 3);
  for (std::int64_t i = 0; i < 200; ++i) CHECK(std::abs(away.item<double>(i)) >= 0.05);
}

}  // namespace kerascpp::test
