#pragma once

#include <cublasLt.h>

#include "backends/cuda/libraries/function_table.hpp"

namespace kerascpp::cuda {

/// The library of matrix products, libcublasLt.
class KCPP_API CublasLt final : public FunctionTable {
 public:
  CublasLt();
  [[nodiscard]] std::string describe(int result) const override;

  Function<decltype(&::cublasLtCreate)> create{*this, "cublasLtCreate"};
  Function<decltype(&::cublasLtMatmulDescCreate)> matmul_desc_create{*this, "cublasLtMatmulDescCreate"};
  Function<decltype(&::cublasLtMatmulDescDestroy)> matmul_desc_destroy{*this, "cublasLtMatmulDescDestroy"};
  Function<decltype(&::cublasLtMatmulDescSetAttribute)> matmul_desc_set_attribute{*this,
                                                                                  "cublasLtMatmulDescSetAttribute"};
  Function<decltype(&::cublasLtMatrixLayoutCreate)> matrix_layout_create{*this, "cublasLtMatrixLayoutCreate"};
  Function<decltype(&::cublasLtMatrixLayoutDestroy)> matrix_layout_destroy{*this, "cublasLtMatrixLayoutDestroy"};
  Function<decltype(&::cublasLtMatrixLayoutSetAttribute)> matrix_layout_set_attribute{
      *this, "cublasLtMatrixLayoutSetAttribute"};
  Function<decltype(&::cublasLtMatmulPreferenceCreate)> matmul_preference_create{*this,
                                                                                 "cublasLtMatmulPreferenceCreate"};
  Function<decltype(&::cublasLtMatmulPreferenceDestroy)> matmul_preference_destroy{*this,
                                                                                   "cublasLtMatmulPreferenceDestroy"};
  Function<decltype(&::cublasLtMatmulPreferenceSetAttribute)> matmul_preference_set_attribute{
      *this, "cublasLtMatmulPreferenceSetAttribute"};
  Function<decltype(&::cublasLtMatmulAlgoGetHeuristic)> matmul_algo_get_heuristic{*this,
                                                                                  "cublasLtMatmulAlgoGetHeuristic"};
  Function<decltype(&::cublasLtMatmul)> matmul{*this, "cublasLtMatmul"};
};

/// The one library, looked for in the first call.
[[nodiscard]] KCPP_API CublasLt& cublaslt();

}  // namespace kerascpp::cuda
