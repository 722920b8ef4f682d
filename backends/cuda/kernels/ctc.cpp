#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/families.hpp"

namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

Prepared prepare_ctc(const KernelQuery& query) {
  const TensorSpec &logs = query.inputs[0], &passing = query.outputs[1];
  const std::int64_t B = logs.shape[0], T = logs.shape[1], C = logs.shape[2], L = query.inputs[1].shape[1];
  for (std::size_t i = 1; i < 4; ++i)
    if (query.inputs[i].dtype != DType::Int32) return Prepared::refuse("labels and lengths that are not int32");
  const std::int64_t row = 2 * L + 1;
  const std::string type(type_name(logs.dtype));
  constexpr unsigned kThreads = 128;
  KernelBuilder kernel;
  kernel.needs("ctc");
  const auto bytes = static_cast<std::size_t>(B * T * row) * sizeof(double);
  const Parameter alpha = kernel.reserve(bytes), beta = kernel.reserve(bytes);
  if (const auto all = static_cast<std::size_t>(passing.shape.size()) * itemsize(passing.dtype); all > 0)
    kernel.clear(output(1), all);
  kernel.for_each_row(
      B, kThreads,
      {"const " + type + "* logs", "const int32* target", "const int32* target_length", "const int32* output_length",
       "double* alpha", "double* beta", type + "* loss", type + "* passing"},
      text_of("CtcSequence q;\nq.target = target + row * ", L,
              ";\nq.length = target_length[row];\nq.steps = "
              "output_length[row];\nq.classes = ",
              C, ";\nq.blank = ", query.attributes.integer("mask_index"), ";\nctc_sequence<", kThreads,
              ">(q, logs + row * ", T * C, ", ", L, "ll, ", T, "ll, ", row, "ll, alpha + row * ", T * row,
              ", beta + row * ", T * row, ", loss + row, passing + row * ", T * C, ");"),
      {input(0), input(1), input(2), input(3), alpha, beta, output(0), output(1)});
  return kernel.prepared("block for each sequence");
}

}  // namespace

void register_ctc_kernel(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "ctc_loss", prepare_ctc});
}

}  // namespace kerascpp::cuda
