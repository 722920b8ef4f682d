#include "support/op_families.hpp"

namespace kerascpp::test {

const std::vector<OpFamily>& op_families() {
  static const std::vector<OpFamily> families = {
      {"elementwise unary", elementwise_unary_cases},
      {"elementwise binary", elementwise_binary_cases},
      {"activations", activation_cases},
      {"reductions", reduction_cases},
      {"composed", composed_cases},
      {"linear algebra", linear_algebra_cases},
      {"decompositions", decomposition_cases},
      {"Fourier transforms", fourier_cases},
      {"images", image_cases},
      {"convolutions", convolution_cases},
      {"poolings", pooling_cases},
      {"normalizations", normalization_cases},
      {"attention", attention_cases},
      {"random numbers", random_cases},
      {"shapes", shape_cases},
      {"indices and order", indexing_cases},
      {"sparse matrices", sparse_cases},
      {"loops and branches", loop_cases},
  };
  return families;
}

}  // namespace kerascpp::test
