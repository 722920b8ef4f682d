#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "L2");
  const Sequential model{Input({784}), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(10, {.activation = "softmax"})};
  const Tensor x = random_uniform({1, 784});
  bench::report(arguments, bench::latencies(arguments, [&] { (void)model.predict(x, {.verbose = 0}); }), "us");
  Tensor out = zeros({1, 10});
  bench::report(arguments, bench::latencies(arguments, [&] { model.predict_into(x, out); }), "us", "predict_into");
}
