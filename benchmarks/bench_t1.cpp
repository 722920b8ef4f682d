#include "training.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const Sequential model{Input({784}), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(10, {.activation = "softmax"})};
  bench::train_images(bench::parse(argc, argv, "T1"), model, {784},
                      optimizers::RMSprop({.learning_rate = 1e-3, .rho = 0.9}), 256);
}
