#include "training.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const Sequential model{Input({200}, {.dtype = "int32"}), Embedding(20000, 128), LSTM(128),
                         Dense(1, {.activation = "sigmoid"})};
  bench::train_words(bench::parse(argc, argv, "T5"), model, 200, 128, 8, "binary_crossentropy");
}
