#include "backends/cpu/onednn/epilogue.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cpu::onednn {
namespace {

using dnnl::algorithm;

/// An activation, with the parameters that oneDNN wants where the item gives none.
struct Activation {
  std::string_view name;
  algorithm kind;
  float alpha, beta;
  std::size_t num_parameters = 0;  // that the item gives
};

constexpr std::array kActivations{
    Activation{"relu", algorithm::eltwise_relu, 0, 0},
    Activation{"relu6", algorithm::eltwise_clip, 0, 6},
    Activation{"sigmoid", algorithm::eltwise_logistic, 0, 0},
    Activation{"tanh", algorithm::eltwise_tanh, 0, 0},
    Activation{"exp", algorithm::eltwise_exp, 0, 0},
    Activation{"abs", algorithm::eltwise_abs, 0, 0},
    Activation{"square", algorithm::eltwise_square, 0, 0},
    Activation{"sqrt", algorithm::eltwise_sqrt, 0, 0},
    Activation{"silu", algorithm::eltwise_swish, 1, 0},
    Activation{"softplus", algorithm::eltwise_soft_relu, 1, 0},
    Activation{"gelu", algorithm::eltwise_gelu_erf, 0, 0},
    Activation{"gelu_tanh", algorithm::eltwise_gelu_tanh, 0, 0},
    Activation{"mish", algorithm::eltwise_mish, 0, 0},
    Activation{"leaky_relu", algorithm::eltwise_relu, 0, 0, 1},
    Activation{"elu", algorithm::eltwise_elu, 1, 0, 1},
    Activation{"clip", algorithm::eltwise_clip, 0, 0, 2},
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t end = text.find(separator);
    items.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return items;
    text.remove_prefix(end + 1);
  }
}

// false when there is no such activation, or not with these parameters
bool append_activation(dnnl::post_ops& operations, const std::vector<std::string>& item) {
  for (const Activation& activation : kActivations) {
    if (activation.name != item[0] || activation.num_parameters != item.size() - 1) continue;
    const float alpha = item.size() > 1 ? std::strtof(item[1].c_str(), nullptr) : activation.alpha;
    const float beta = item.size() > 2 ? std::strtof(item[2].c_str(), nullptr) : activation.beta;
    append_eltwise(operations, activation.kind, alpha, beta);
    return true;
  }
  return false;
}

}  // namespace

Epilogue read_epilogue(const Attributes& attributes, int first_extra_input) {
  Epilogue epilogue;
  const std::string text = attributes.get_or<std::string>("epilogue", {});
  if (text.empty()) return epilogue;
  int next_input = first_extra_input;
  const std::vector<std::string> items = split(text, ',');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] == "bias") {
      if (i != 0) epilogue.refusal = text_of("epilogue \"", text, "\": the bias must come first");
      epilogue.bias_input = next_input++;
    } else if (items[i] == "add") {
      if (epilogue.residual_input >= 0) epilogue.refusal = text_of("epilogue \"", text, "\": more than one add");
      epilogue.residual_input = next_input++;
      epilogue.operations.append_sum();
    } else if (!append_activation(epilogue.operations, split(items[i], ':'))) {
      epilogue.refusal = text_of("epilogue \"", text, "\": no post-operation \"", items[i], "\"");
    }
    if (!epilogue.refusal.empty()) return epilogue;
  }
  return epilogue;
}

bool takes_epilogue(const OpDef& op, const TensorSpec& output, std::string_view step) {
  if (op.name != "matmul" && op.name != "conv") return false;
  if (output.dtype != DType::Float32 && output.dtype != DType::BFloat16) return false;
  if (step == "bias" || step == "add") return true;
  return std::any_of(kActivations.begin(), kActivations.end(), [step](const Activation& activation) {
    return activation.name == step && activation.num_parameters == 0;
  });
}

}  // namespace kerascpp::cpu::onednn
