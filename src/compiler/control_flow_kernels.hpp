#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::compiler {

/// Runs body(context, part) for each of `parts` parts, on several threads where the backend has them.
using RunParts = void (*)(std::int64_t parts, void (*body)(void* context, std::int64_t part), void* context);

/// The kernels of loops, and of branches and sections, for a backend, whose other kernels run their bodies (those of
/// sections run on the backend of the section).
void register_scan_kernel(runtime::KernelRegistry& registry, const std::string& backend, RunParts run_parts);
void register_inner_graph_kernels(runtime::KernelRegistry& registry, const std::string& backend);
/// The kernels of ops/table_rows.cpp for a backend of the host.
void register_table_row_kernels(runtime::KernelRegistry& registry, const std::string& backend, RunParts run_parts);

}  // namespace kerascpp::compiler
