#include "backends/cuda/kernels/epilogue.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {

EpilogueText epilogue_text(const runtime::KernelQuery& query, std::size_t first_extra_input, const std::string& wide) {
  EpilogueText text;
  const std::string steps = query.attributes.get_or<std::string>("epilogue", {});
  std::string_view rest = steps;
  std::size_t next_input = first_extra_input;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view step = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (step != "bias" && step != "add") {
      text.body += text_of("sum = op_", step, "(sum);\n");
      continue;
    }
    const TensorSpec& spec = query.inputs[next_input];
    const std::string name = text_of("extra", next_input);
    text.parameters.push_back(text_of("const ", type_name(spec.dtype), "* ", name));
    text.arguments.push_back(input(next_input));
    text.body += text_of("sum = op_add(sum, ", wide, "(get(", name, "[place % ",
                         std::max<std::int64_t>(spec.shape.size(), 1), "])));\n");
    ++next_input;
  }
  return text;
}

bool takes_epilogue(const OpDef& op, const TensorSpec& output, std::string_view step) {
  if (!op.has(Trait::TakesEpilogue) || !is_floating(output.dtype)) return false;
  return step == "bias" || step == "add" || step == "relu";  // what cuBLASLt and cuDNN take as well
}

}  // namespace kerascpp::cuda
