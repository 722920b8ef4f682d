#include "transformer.hpp"

int main(int argc, char** argv) {
  const kerascpp::Model model =
      bench::text_classifier({.length = 1024, .width = 1024, .heads = 16, .key_dim = 64, .hidden = 4096, .blocks = 4});
  bench::train_words(bench::parse(argc, argv, "G6"), model, 1024, 16, 3, "sparse_categorical_crossentropy");
}
