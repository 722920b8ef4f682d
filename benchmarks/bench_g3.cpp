#include "gpu.hpp"

int main(int argc, char** argv) {
  bench::train_application(bench::parse(argc, argv, "G3"), kerascpp::applications::ResNet50({.weights = "none"}), 224);
}
