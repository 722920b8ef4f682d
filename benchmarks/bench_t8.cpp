#include "transformer.hpp"

int main(int argc, char** argv) {
  const kerascpp::Model model =
      bench::text_classifier({.length = 128, .width = 256, .heads = 4, .key_dim = 64, .hidden = 1024, .blocks = 4});
  bench::train_words(bench::parse(argc, argv, "T8"), model, 128, 16, 3, "sparse_categorical_crossentropy");
}
