// A multilayer perceptron on MNIST: mnist_mlp [FOLDER WITH IDX FILES]. Without MNIST at hand it takes drawn digits.
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  set_random_seed(1);
  auto [train, test] = argc > 1 ? datasets::mnist({.path = argv[1]}) : datasets::digits();
  const Tensor train_x = train.x.reshape({-1, 784}), test_x = test.x.reshape({-1, 784});
  Sequential model{Input({784}), Dense(512, {.activation = "relu"}),  Dropout(0.2), Dense(512, {.activation = "relu"}),
                   Dropout(0.2), Dense(10, {.activation = "softmax"})};
  model.summary();
  model.compile(
      {.optimizer = optimizers::RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(train_x, train.y, {.batch_size = 128, .epochs = 5, .validation_data = {test_x, test.y}});
  const Logs result = model.evaluate(test_x, test.y, {.verbose = 0});
  std::printf("test loss: %.4f\ntest accuracy: %.4f\n", result.at("loss"), result.at("accuracy"));
}
