#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

/// Products with few rows or little work, for which calling a library costs more than computing.
void register_thin_matmul_kernels(runtime::KernelRegistry& registry);
/// Large products on AVX2, where they are faster than oneDNN's.
void register_panel_matmul_kernels(runtime::KernelRegistry& registry);
/// Products of int8 with sums in int32, for processors on which oneDNN has none that are exact.
void register_int8_matmul_kernels(runtime::KernelRegistry& registry);
/// Right factors into the panels that those products take ready-made.
void register_panel_reorder_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
