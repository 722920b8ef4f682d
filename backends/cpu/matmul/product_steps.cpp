#include "backends/cpu/matmul/product_steps.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/matmul/thin_loops.hpp"

namespace kerascpp::cpu {
namespace {

void add(float* y, const float* residual, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] += residual[i];
}

void activate(TileFunction activation, float* y, std::int64_t n) {
  constexpr std::int64_t kTile = 256;
  alignas(64) float results[kTile];
  for (std::int64_t i = 0; i < n; i += kTile) {
    const std::int64_t count = std::min(kTile, n - i);
    const void* argument = y + i;
    activation(results, &argument, count);
    std::copy_n(results, count, y + i);
  }
}

}  // namespace

std::string read_steps(std::string_view epilogue, int first_extra_input, ProductSteps& steps) {
  int next_input = first_extra_input;
  while (!epilogue.empty()) {
    const std::size_t end = std::min(epilogue.find(','), epilogue.size());
    const std::string_view item = epilogue.substr(0, end);
    epilogue.remove_prefix(std::min(end + 1, epilogue.size()));
    const bool activated = steps.relu || steps.activation != nullptr;
    if (item == "bias") {
      steps.bias_input = next_input++;
    } else if (item == "add" && steps.residual_input < 0) {
      steps.residual_input = next_input++;
      steps.residual_after_activation = activated;
    } else if (item == "relu" && !activated) {
      steps.relu = true;
    } else {
      const compiler::OpcodeInfo* opcode = compiler::find_opcode(item);
      if (activated || opcode == nullptr || opcode->arity != 1)
        return text_of("no loop for the epilogue \"", item, "\"");
      steps.activation = tile_functions().compute(opcode->opcode, DType::Float32);
      if (steps.activation == nullptr) return text_of("no loop for the epilogue \"", item, "\"");
    }
  }
  return {};
}

void finish_product(const ProductSteps& steps, const runtime::KernelArguments& arguments, std::int64_t at,
                    std::int64_t n) {
  float* y = static_cast<float*>(arguments.outputs[0]) + at;
  const float* residual = nullptr;
  if (steps.residual_input >= 0) residual = static_cast<const float*>(arguments.inputs[steps.residual_input]) + at;
  if (residual != nullptr && !steps.residual_after_activation) add(y, residual, n);
  if (steps.relu) thin_loops().relu(y, n);
  if (steps.activation != nullptr) activate(steps.activation, y, n);
  if (residual != nullptr && steps.residual_after_activation) add(y, residual, n);
}

}  // namespace kerascpp::cpu
