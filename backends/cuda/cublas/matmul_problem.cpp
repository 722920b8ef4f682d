#include "backends/cuda/cublas/matmul_problem.hpp"

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/runtime/alignment.hpp"

namespace kerascpp::cuda {

std::string MatmulProblem::read(const runtime::KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  dtype = query.inputs[0].dtype;
  if (!is_floating(dtype)) return text_of("dtype ", dtype);
  transpose_a = query.attributes.flag("transpose_a");
  transpose_b = query.attributes.flag("transpose_b");
  const Shape &a = query.inputs[0].shape, &b = query.inputs[1].shape;
  N = out.shape.dim(-2);
  M = out.shape.dim(-1);
  K = a.dim(transpose_a ? -2 : -1);
  if (N == 0 || M == 0 || K == 0) return "an empty matrix";
  const std::int64_t most = std::numeric_limits<std::int32_t>::max();
  if (N > most || M > most || K > most) return "sizes beyond 32 bits";
  batch = out.shape.size() / (N * M);
  if (batch > 65535) return text_of(batch, " matrices");
  for (const auto& [shape, stride, size] :
       {std::tuple<const Shape&, std::int64_t&, std::int64_t>{a, a_stride, N * K}, {b, b_stride, K * M}}) {
    if (shape.size() != size && shape.size() != size * batch) return "matrices that are broadcast over some axes only";
    stride = shape.size() == size ? 0 : size;
  }
  a_alignment = alignment_of(query.inputs[0]);
  b_alignment = alignment_of(query.inputs[1]);
  c_alignment = alignment_of(out);
  return {};
}

std::string MatmulProblem::read_epilogue(const runtime::KernelQuery& query) {
  const Shape& out = query.outputs[0].shape;
  const std::string steps = query.attributes.get_or<std::string>("epilogue", {});
  std::string_view rest = steps;
  std::size_t next_input = 2;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view step = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool in_order = !relu && !(step == "bias" && (bias || add)) && !(step == "add" && add);
    if (step == "bias" && in_order && query.inputs[next_input].shape.size() == M) {
      bias = true;
      bias_input = next_input++;
    } else if (step == "add" && in_order && query.inputs[next_input].shape == out) {
      add = true;
      add_input = next_input++;
    } else if (step == "relu" && !relu) {
      relu = true;
    } else {
      return text_of("epilogue \"", steps, "\"");
    }
  }
  return {};
}

}  // namespace kerascpp::cuda
