#include "transformer.hpp"

int main(int argc, char** argv) {
  const kerascpp::Model model =
      bench::text_classifier({.length = 200, .width = 32, .heads = 2, .key_dim = 32, .hidden = 32, .blocks = 1});
  bench::train_words(bench::parse(argc, argv, "T7"), model, 200, 32, 30, "sparse_categorical_crossentropy");
}
