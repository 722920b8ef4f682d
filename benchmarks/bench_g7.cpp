#include "gpu.hpp"

using namespace kerascpp;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "G7");
  const Model model = applications::ResNet50({.weights = "none"});
  const Tensor image = random_uniform({1, 224, 224, 3});
  Tensor scores = Tensor::empty({1, 1000});
  model.predict_into(image, scores);
  bench::report(arguments, bench::latencies(arguments, [&] { model.predict_into(image, scores); }), "us");
}
