#pragma once

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/matmul/panel_product.hpp"

namespace kerascpp::cpu {

/// Whether the sums are long and few, as in the gradient of a dense layer's weights: see prepare_long_matmul.
[[nodiscard]] bool is_long(const PanelProduct& product);

/// A kernel that gives each thread a part of K: sums of parts, made from shapes alone, are added in order.
[[nodiscard]] runtime::Prepared prepare_long_matmul(const PanelProduct& product);

}  // namespace kerascpp::cpu
