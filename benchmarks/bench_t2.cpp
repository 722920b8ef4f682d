#include "training.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const Sequential model{Input({28, 28, 1}),
                         Conv2D(32, 3, {.activation = "relu"}),
                         Conv2D(64, 3, {.activation = "relu"}),
                         MaxPooling2D(2),
                         Dropout(0.25),
                         Flatten(),
                         Dense(128, {.activation = "relu"}),
                         Dropout(0.5),
                         Dense(10, {.activation = "softmax"})};
  bench::train_images(bench::parse(argc, argv, "T2"), model, {28, 28, 1}, optimizers::Adam({.learning_rate = 1e-3}),
                      16);
}
