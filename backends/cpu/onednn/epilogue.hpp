#pragma once

#include <string>
#include <string_view>

#include <kerascpp/graph/attributes.hpp>
#include <kerascpp/graph/op.hpp>

#include "backends/cpu/onednn/compat.hpp"

namespace kerascpp::cpu::onednn {

/// What a matmul or convolution does to its sum before it stores it, as the attribute `epilogue` says: a list such as
/// "bias,add,relu", applied from left to right. Its items, and the inputs that they append in the same order:
///   bias                                  (F,), first
///   add                                   a tensor of the output's shape and dtype, at most once
///   relu relu6 sigmoid tanh exp abs square sqrt silu softplus gelu gelu_tanh mish
///   leaky_relu:slope elu:alpha clip:low:high
struct Epilogue {
  int bias_input = -1;      // -1: none
  int residual_input = -1;  // -1: none
  dnnl::post_ops operations;
  std::string refusal;  // not empty: oneDNN cannot do it
};

/// Reads the attribute of a node whose own inputs are numbered below `first_extra_input`.
[[nodiscard]] Epilogue read_epilogue(const Attributes& attributes, int first_extra_input);

/// Whether a matmul or convolution with this output may end with `step`, an item without parameters.
[[nodiscard]] bool takes_epilogue(const OpDef& op, const TensorSpec& output, std::string_view step);

}  // namespace kerascpp::cpu::onednn
