#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "L3");
  const Sequential model{Input({1, 1}, {.batch_size = 1}), LSTM(16, {.stateful = true})};
  const Tensor x = random_uniform({1, 1, 1});
  bench::report(arguments, bench::latencies(arguments, [&] { (void)model.predict(x, {.verbose = 0}); }), "us",
                "predict");
  Tensor out = zeros({1, 16});
  bench::report(arguments, bench::latencies(arguments, [&] { model.predict_into(x, out); }), "us");
}
