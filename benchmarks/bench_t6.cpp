#include "training.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  const Sequential model{Input({80}, {.dtype = "int32"}), Embedding(20000, 128), GRU(128),
                         Dense(1, {.activation = "sigmoid"})};
  bench::train_words(bench::parse(argc, argv, "T6"), model, 80, 32, 40, "binary_crossentropy");
}
