#include <kerascpp/kerascpp.hpp>

#include "symbolic.hpp"

namespace K = kerascpp::backend;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "Y2");
  const auto x = K::placeholder({K::None});
  bench::evaluate(arguments, "sigmoid", {x}, 1.0F / (1.0F + K::exp(-x)), 10'000'000);
  auto chain = x;
  for (int i = 0; i < 10; ++i) chain = K::tanh(chain);
  bench::evaluate(arguments, "tanh10", {x}, chain, 10'000'000);
}
