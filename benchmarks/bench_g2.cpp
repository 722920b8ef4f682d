#include "gpu.hpp"

int main(int argc, char** argv) {
  bench::train_application(bench::parse(argc, argv, "G2"), kerascpp::applications::InceptionV3({.weights = "none"}),
                           299);
}
