#include "backends/cuda/kernels/epilogue.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_names.hpp"

namespace kerascpp::cuda {
namespace {

class TwoKernels final : public runtime::Kernel {
 public:
  TwoKernels(std::shared_ptr<const runtime::Kernel> first, std::shared_ptr<const runtime::Kernel> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  void run(const runtime::KernelArguments& arguments) const override {
    first_->run(arguments);
    second_->run(arguments);
  }

 private:
  std::shared_ptr<const runtime::Kernel> first_, second_;
};

}  // namespace

std::shared_ptr<const runtime::Kernel> followed_by_epilogue(std::shared_ptr<const runtime::Kernel> kernel,
                                                            const runtime::KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const std::string wide = compute_type(out.dtype);
  EpilogueText epilogue = epilogue_text(query, 2, wide);
  if (epilogue.body.empty()) return kernel;
  KernelBuilder builder;
  builder.needs("complex");
  epilogue.parameters.push_back(text_of(type_name(out.dtype), "* y"));
  epilogue.arguments.push_back(output(0));
  builder.for_each(
      out.shape.size(), epilogue.parameters,
      text_of("const int64 place = i;\n(void)place;\n", wide, " sum = get(y[i]);\n", epilogue.body, "put(y[i], sum);"),
      epilogue.arguments);
  return std::make_shared<const TwoKernels>(std::move(kernel), builder.prepared("epilogue").kernel);
}

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
