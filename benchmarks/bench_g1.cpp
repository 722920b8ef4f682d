#include "gpu.hpp"

int main(int argc, char** argv) {
  bench::train_application(bench::parse(argc, argv, "G1"), kerascpp::applications::VGG16({.weights = "none"}), 224);
}
