#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::compiler {

/// How a backend computes loops: what it can put into one, and the kernel of a `fused` node.
struct LoopBackend {
  std::string backend;
  std::string library;  // "fused"; of the kernels that are registered
  bool (*can_fuse)(const OpDef& op, const Attributes& attributes, const std::vector<TensorSpec>& inputs,
                   const TensorSpec& output);
  runtime::Prepared (*prepare_fused)(const runtime::KernelQuery& query);
};

/// Registers kernels for each elementwise operation and reduction by itself: a loop with one instruction. Functions
/// compiled without fusion, and operations at the edge of what is fused, run these.
void register_single_operations(runtime::KernelRegistry& registry, const LoopBackend& loops);

}  // namespace kerascpp::compiler
