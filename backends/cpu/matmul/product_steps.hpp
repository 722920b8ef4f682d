#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/fused/tile_functions.hpp"

namespace kerascpp::cpu {

/// What a product does to its sums before it leaves them, as the attribute `epilogue` says: a bias, one activation and
/// a sum with another tensor before or after it.
struct ProductSteps {
  int bias_input = -1, residual_input = -1;  // -1: none
  TileFunction activation = nullptr;
  bool relu = false;
  bool residual_after_activation = false;

  /// Whether anything is left to do once the sums, bias included, are there.
  [[nodiscard]] bool finishes() const { return residual_input >= 0 || activation != nullptr || relu; }
};

/// Reads an epilogue whose own inputs start at `first_extra_input`. Returns why it cannot be done, or nothing.
[[nodiscard]] std::string read_steps(std::string_view epilogue, int first_extra_input, ProductSteps& steps);

/// All steps but the bias, on `n` float32 elements from element `at` of the output.
void finish_product(const ProductSteps& steps, const runtime::KernelArguments& arguments, std::int64_t at,
                    std::int64_t n);

}  // namespace kerascpp::cpu
