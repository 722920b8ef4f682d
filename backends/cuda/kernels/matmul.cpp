#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/families.hpp"
#include "backends/cuda/kernels/epilogue.hpp"

namespace kerascpp::cuda {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

/// Integers are summed in 64 bits without sign, which gives what wrapping in their own type gives.
std::string sum_type(DType dtype) {
  if (is_floating(dtype) || is_complex(dtype)) return compute_type(dtype);
  return is_bool(dtype) ? "int64" : "uint64";
}

Shape batch_of(const Shape& shape) { return shape.slice(0, shape.ndim() - 2); }

Prepared prepare_matmul(const KernelQuery& query) {
  const TensorSpec& out = query.outputs[0];
  const bool transpose_a = query.attributes.flag("transpose_a"), transpose_b = query.attributes.flag("transpose_b");
  const Shape &a = query.inputs[0].shape, &b = query.inputs[1].shape;
  const std::int64_t N = out.shape.dim(-2), M = out.shape.dim(-1), K = a.dim(transpose_a ? -2 : -1);
  const Shape batch = batch_of(out.shape);
  const std::string type(type_name(query.inputs[0].dtype)), sum = sum_type(query.inputs[0].dtype);
  const EpilogueText epilogue = epilogue_text(query, 2, sum);
  KernelBuilder kernel;
  kernel.needs("matmul");
  constexpr std::int64_t kSide = 64;
  const std::int64_t tiles = (N + kSide - 1) / kSide * ((M + kSide - 1) / kSide);
  std::vector<std::string> parameters{text_of("const ", type, "* a"), text_of("const ", type, "* b"),
                                      text_of(type_name(out.dtype), "* c")};
  std::vector<Parameter> arguments{input(0), input(1), output(0)};
  parameters.insert(parameters.end(), epilogue.parameters.begin(), epilogue.parameters.end());
  arguments.insert(arguments.end(), epilogue.arguments.begin(), epilogue.arguments.end());
  const std::string body =
      text_of("const int tile = int(row % ", tiles, ");\nconst int64 matrix = row / ", tiles, ";\n",
              declare_coordinates(batch, "matrix"), "matmul_tile<", type, ", ", sum, ", ", N, ", ", M, ", ", K, ", ",
              transpose_a ? "true" : "false", ", ", transpose_b ? "true" : "false", ">(a + (",
              broadcast_place(batch, batch_of(a)), ") * ", N * K, ", b + (", broadcast_place(batch, batch_of(b)),
              ") * ", K * M, ", tile, [&](", sum, " sum, int64 in_matrix) {\nconst int64 place = matrix * ", N * M,
              " + in_matrix;\n(void)place;\n", epilogue.body, "put(c[place], sum);\n});");
  kernel.for_each_row(out.shape.size() == 0 ? 0 : batch.size() * tiles, KernelBuilder::kBlock, parameters, body,
                      arguments);
  return kernel.prepared("tiles");
}

}  // namespace

void register_matmul_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "matmul", prepare_matmul});
}

}  // namespace kerascpp::cuda
