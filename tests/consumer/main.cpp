#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

int main() {
  Sequential model{Input({4}), Dense(3, {.activation = "relu"}), Dense(1)};
  const Tensor y = model.predict(ones({2, 4}), {.verbose = 0});
  std::printf("%s\n", to_string(y.shape()).c_str());
  return y.shape() == Shape{2, 1} ? 0 : 1;
}
