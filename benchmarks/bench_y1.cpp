#include <kerascpp/kerascpp.hpp>

#include "symbolic.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "Y1");
  const auto a = K::placeholder({K::None}), b = K::placeholder({K::None});
  const auto binomial = ops::power(a, 2) + ops::power(b, 2) + 2.0F * a * b;
  bench::evaluate(arguments, "1e6", {a, b}, binomial, 1'000'000);
  bench::evaluate(arguments, "1e7", {a, b}, binomial, 10'000'000);
}
