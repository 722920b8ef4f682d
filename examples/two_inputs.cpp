// A functional model with two inputs that share a layer, and a sub-model from an inner tensor.
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

int main() {
  set_random_seed(1);
  auto x = Input({64}, {.name = "x"}), z = Input({64}, {.name = "z"});
  auto shared = Dense(32, {.activation = "tanh", .name = "shared"});  // a layer is a handle: both uses share weights
  auto y = Dense(1)(Concatenate()({shared(x), shared(z)}) * 0.5f);    // operators work on layer outputs
  Model siamese({x, z}, {y});
  siamese.summary();
  siamese.compile({.optimizer = "adam", .loss = "mse"});

  // the target: how much the first vector exceeds the second on average
  const Tensor a = randn({2000, 64}), b = randn({2000, 64});
  const Tensor target = ops::mean(a - b, -1, true);
  const History history = siamese.fit(Dict{{"x", a}, {"z", b}}, target, {.batch_size = 64, .epochs = 10, .verbose = 2});
  Model hidden(siamese.inputs(), siamese.get_layer("shared").output());
  const Tensor features = hidden.predict({a, b}, {.verbose = 0});
  std::printf("loss %.5f -> %.5f, hidden features %s\n", history["loss"].front(), history["loss"].back(),
              to_string(features.shape()).c_str());
}
