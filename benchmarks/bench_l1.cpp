#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "L1");
  const Sequential model{Input({10}), Dense(1)};
  const Tensor x = random_uniform({1, 10});
  bench::report(arguments, bench::latencies(arguments, [&] { (void)model.predict(x, {.verbose = 0}); }), "us");
  Tensor out = zeros({1, 1});
  bench::report(arguments, bench::latencies(arguments, [&] { model.predict_into(x, out); }), "us", "predict_into");
}
