#include "backends/cuda/kernels/windows.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {

std::string constant_text(const std::string& name, std::int64_t value) {
  return text_of("  static constexpr int64 ", name, " = ", value, ";\n");
}

std::string axes_text(std::vector<ops::WindowAxis> axes) {
  ops::WindowAxis one;
  one.input = one.output = 1;
  axes.insert(axes.begin(), 3 - axes.size(), one);
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const ops::WindowAxis& axis = axes[i];
    const std::string number = std::to_string(i);
    text += constant_text("I" + number, axis.input) + constant_text("K" + number, axis.window) +
            constant_text("S" + number, axis.stride) + constant_text("D" + number, axis.dilation) +
            constant_text("P" + number, axis.padding_low) + constant_text("O" + number, axis.output);
  }
  return text;
}

}  // namespace kerascpp::cuda
