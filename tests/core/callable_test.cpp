#include <string>

#include <kerascpp/core/callable.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {
int twice(int x) { return 2 * x; }
}  // namespace

TEST_CASE("a Callable holds lambdas, functions and nothing", "[core]") {
  int calls = 0;
  const Callable<int(int)> counted = [&calls](int x) { return x + ++calls; };
  CHECK(counted(10) == 11);
  CHECK(counted(10) == 12);
  CHECK(Callable<int(int)>(twice)(21) == 42);
  CHECK(Callable<long(int)>(&twice)(4) == 8);
  CHECK_FALSE(Callable<int(int)>());
  CHECK_FALSE(Callable<int(int)>(nullptr));
  CHECK(counted);
}

TEST_CASE("copies of a Callable share the wrapped object", "[core]") {
  const Callable<int()> a = [n = 0]() mutable { return ++n; };
  const Callable<int()> b = a;
  CHECK(a() == 1);
  CHECK(b() == 2);
}

TEST_CASE("a Callable passes references and moves values", "[core]") {
  const Callable<void(std::string&, std::string)> append = [](std::string& to, std::string from) { to += from; };
  std::string text = "a";
  append(text, "b");
  CHECK(text == "ab");
}
