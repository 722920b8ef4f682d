#include <map>

#include "saving/onnx/exporter.hpp"

namespace kerascpp::onnx {
namespace {

constexpr const char* kGradient = "it is part of a gradient, and what is exported is inference";
constexpr const char* kDraw = "ONNX draws other random numbers, so the outputs would not be those of the model";
constexpr const char* kDecomposition = "ONNX has no decompositions of matrices";
constexpr const char* kSpecial = "ONNX has no such function, and no short formula keeps its precision";
constexpr const char* kSparse = "ONNX's operators take no sparse arrays";
constexpr const char* kCompiled = "only the compiler makes it";
constexpr const char* kLeaf = "it is an input, an initializer or a constant";
constexpr const char* kComplex = "ONNX has no complex numbers";

const std::map<std::string_view, const char*>& reasons() {
  static const std::map<std::string_view, const char*> table = {
      {"placeholder", kLeaf},
      {"variable", kLeaf},
      {"constant", kLeaf},
      {"fused", kCompiled},
      {"reorder", kCompiled},
      {"shape_only", kCompiled},
      {"section", kCompiled},
      {"varying_section", kCompiled},
      {"current_rows", kCompiled},
      {"distinct_rows", kCompiled},
      {"write_rows", kCompiled},
      {"lgamma", kSpecial},
      {"digamma", kSpecial},
      {"polygamma", kSpecial},
      {"i0", kSpecial},
      {"i1", kSpecial},
      {"gammainc", kSpecial},
      {"nextafter", kSpecial},
      {"gcd", kSpecial},
      {"lcm", kSpecial},
      {"complex", kComplex},
      {"slogdet", kDecomposition},
      {"inv", kDecomposition},
      {"solve", kDecomposition},
      {"solve_triangular", kDecomposition},
      {"cholesky", kDecomposition},
      {"cholesky_gradient", kDecomposition},
      {"lu_factor", kDecomposition},
      {"qr", kDecomposition},
      {"eigh", kDecomposition},
      {"eig", kDecomposition},
      {"svd", kDecomposition},
      {"pinv", kDecomposition},
      {"conv_input_gradient", kGradient},
      {"conv_kernel_gradient", kGradient},
      {"max_pool_gradient", kGradient},
      {"max_pool_select", kGradient},
      {"average_pool_gradient", kGradient},
      {"batch_normalization_gradient", kGradient},
      {"attention_gradient", kGradient},
      {"pad_gradient", kGradient},
      {"slice_gradient", kGradient},
      {"take_gradient", kGradient},
      {"take_along_axis_gradient", kGradient},
      {"scatter_winners", kGradient},
      {"custom_op", "its function is C++ that only this program has"},
      {"ctc_loss", "ONNX has no such loss"},
      {"ctc_gradient", kGradient},
      {"ctc_beam_search", "ONNX has no such search"},
      {"random_uniform", kDraw},
      {"random_normal", kDraw},
      {"random_truncated_normal", kDraw},
      {"random_integers", kDraw},
      {"random_permutation", kDraw},
      {"random_gamma", kDraw},
      {"random_poisson", kDraw},
      {"random_binomial", kDraw},
      {"counting_sort", kSparse},
      {"offsets_to_ids", kSparse},
      {"true_places", kSparse},
      {"csr_matmul", kSparse},
      {"csr_gather", kSparse},
      {"csr_to_dense", kSparse},
      {"csr_transposed_matmul", kSparse},
      {"csr_sampled_matmul", kSparse},
  };
  return table;
}

}  // namespace

const Row* find_row(std::string_view op) {
  static const std::map<std::string_view, const Row*> table = [] {
    std::map<std::string_view, const Row*> rows;
    for (const auto* family :
         {&unary_rows(), &binary_rows(), &reduction_rows(), &shape_rows(), &indexing_rows(), &product_rows(),
          &convolution_rows(), &pooling_rows(), &sorting_rows(), &fourier_rows(), &control_flow_rows()})
      for (const Row& row : *family) rows.emplace(row.op, &row);
    return rows;
  }();
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

const char* reason_without_row(std::string_view op) {
  const auto found = reasons().find(op);
  return found == reasons().end() ? nullptr : found->second;
}

}  // namespace kerascpp::onnx
