#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/shape.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

TEST_CASE("a failed check throws its kind with the joined parts", "[core]") {
  const auto fail = [](int n) { KCPP_CHECK(n > 3, ValueError, "[op] got ", n, ", shape ", Shape{2, None}, ' ', 0.5); };
  REQUIRE_NOTHROW(fail(4));
  REQUIRE_THROWS_AS(fail(3), ValueError);
  REQUIRE_THROWS_WITH(fail(-7), "[op] got -7, shape (2, None) 0.5");
}

TEST_CASE("every kind of error is an Error", "[core]") {
  REQUIRE_THROWS_AS(throw ShapeError("x"), Error);
  REQUIRE_THROWS_AS(throw DTypeError("x"), Error);
  REQUIRE_THROWS_AS(throw ValueError("x"), Error);
  REQUIRE_THROWS_AS(throw LookupError("x"), Error);
  REQUIRE_THROWS_AS(throw BackendError("x"), Error);
  REQUIRE_THROWS_AS(throw IoError("x"), Error);
  REQUIRE_THROWS_AS(throw FormatError("x"), Error);
}

TEST_CASE("context lines follow the message of an error", "[core]") {
  ShapeError error("[conv] wrong");
  error.add_context("while calling layer \"conv2d_1\" (Conv2D)");
  error.add_context("while calling model \"m\"");
  CHECK(std::string(error.what()) ==
        "[conv] wrong\n  while calling layer \"conv2d_1\" (Conv2D)\n  while calling model \"m\"");
}

TEST_CASE("text_of writes numbers in full and floats as short as they read back", "[core]") {
  CHECK(text_of(std::numeric_limits<long>::min(), ' ', std::numeric_limits<unsigned long>::max()) ==
        "-9223372036854775808 18446744073709551615");
  CHECK(text_of(0.1, ' ', 1e300, ' ', true, ' ', std::string("s")) == "0.1 1e+300 true s");
}

TEST_CASE("unreachable code says where it is", "[core]") {
  const auto reach = [] { KCPP_UNREACHABLE(); };
  REQUIRE_THROWS_WITH(reach(), ContainsSubstring("error_test.cpp:"));
}
