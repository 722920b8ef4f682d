#pragma once

#include <string>
#include <vector>

#include "support/op_test.hpp"

/// One function per file of rows in tests/ops. The one list of them is in op_families.cpp.
namespace kerascpp::test {

std::vector<OpCase> elementwise_unary_cases();
std::vector<OpCase> elementwise_binary_cases();
std::vector<OpCase> activation_cases();
std::vector<OpCase> reduction_cases();
/// Operations made from others; a row counts for the primitive that it names.
std::vector<OpCase> composed_cases();
std::vector<OpCase> linear_algebra_cases();
std::vector<OpCase> decomposition_cases();
std::vector<OpCase> fourier_cases();
std::vector<OpCase> image_cases();
std::vector<OpCase> convolution_cases();
std::vector<OpCase> pooling_cases();
std::vector<OpCase> normalization_cases();
std::vector<OpCase> attention_cases();
std::vector<OpCase> random_cases();
std::vector<OpCase> shape_cases();
std::vector<OpCase> indexing_cases();
std::vector<OpCase> sparse_cases();
std::vector<OpCase> loop_cases();

struct OpFamily {
  std::string name;
  std::vector<OpCase> (*cases)();
};
/// Every family of rows.
[[nodiscard]] const std::vector<OpFamily>& op_families();

}  // namespace kerascpp::test
