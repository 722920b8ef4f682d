#include <kerascpp/backend/choice.hpp>
#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/cuda/device_runner.hpp"
#include "support/skip.hpp"

/// What cuBLASLt and cuDNN compute on the GPU of this machine, and that it is they who do.
using namespace kerascpp;

namespace {

/// Whether there is a GPU; else the test is skipped.
bool has_gpu() {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (!backend.unavailable.empty()) skip(backend.unavailable);
  return backend.unavailable.empty();
}

Tensor numbers(const Shape& shape, std::uint64_t seed, DType dtype) {
  return RandomStream(seed).uniform(shape, -1, 1).astype(dtype);
}

/// What a graph gives on the GPU against the CPU, and that some step of it was prepared by `kernel`.
void check(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs, const std::vector<Tensor>& values,
           const std::string& kernel, double tolerance) {
  std::vector<Shape> shapes;
  for (const Tensor& value : values) shapes.push_back(value.shape());
  const TensorList expected = Function(SymbolList(inputs), SymbolList(outputs))(TensorList(values));
  set_device("cuda");
  const Function there{SymbolList(inputs), SymbolList(outputs)};
  const std::string plan = there.describe(shapes);
  const TensorList first = there(TensorList(values)), recorded = there(TensorList(values));
  set_device("cpu");
  INFO(plan);
  CHECK_THAT(plan, ContainsSubstring(kernel));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    INFO("output " << i);
    CHECK(allclose(first[i].astype(DType::Float32), expected[i].astype(DType::Float32), tolerance, tolerance));
    CHECK(allclose(recorded[i].astype(DType::Float32), first[i].astype(DType::Float32), 0, 0));
  }
}

double tolerance_of(DType dtype) { return dtype == DType::Float32 ? 1e-4 : dtype == DType::Float16 ? 2e-2 : 1e-1; }

}  // namespace

TEST_CASE("cuBLASLt multiplies matrices on the GPU of this machine", "[gpu][libraries]") {
  if (!has_gpu()) return;
  for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16}) {
    INFO(to_string(dtype));
    const Symbol x = placeholder({6, 40, 72}, dtype), w = placeholder({72, 56}, dtype), b = placeholder({56}, dtype);
    const Symbol y = ops::relu(ops::matmul(x, w) + b);
    check({x, w, b}, {y}, {numbers({6, 40, 72}, 1, dtype), numbers({72, 56}, 2, dtype), numbers({56}, 3, dtype)},
          "cuda:cublaslt", tolerance_of(dtype) * 4);
  }
}

TEST_CASE("cuDNN convolves in all directions on the GPU of this machine", "[gpu][libraries]") {
  if (!has_gpu()) return;
  for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16})
    for (const std::int64_t strides : {1, 2}) {
      INFO(to_string(dtype) << " strides " << strides);
      const Symbol x = placeholder({4, 28, 28, 16}, dtype), k = placeholder({3, 3, 16, 32}, dtype),
                   b = placeholder({32}, dtype);
      const Symbol y = ops::relu(ops::conv(x, k, {.strides = {strides}, .padding = "same"}) + b);
      const std::vector<Symbol> g = gradients(ops::sum(ops::cast(y * y, DType::Float32)), {x, k});
      check({x, k, b}, {y, g[0], g[1]},
            {numbers({4, 28, 28, 16}, 1, dtype), numbers({3, 3, 16, 32}, 2, dtype) * 0.1f, numbers({32}, 3, dtype)},
            "cuda:cudnn", tolerance_of(dtype) * 20);
    }
}

TEST_CASE("cuDNN computes attention and its gradients on the GPU of this machine", "[gpu][libraries]") {
  if (!has_gpu()) return;
  for (const DType dtype : {DType::Float16, DType::BFloat16})
    for (const bool is_causal : {false, true}) {
      INFO(to_string(dtype) << (is_causal ? " causal" : ""));
      const Shape shape{2, 128, 4, 64};
      const Symbol q = placeholder(shape, dtype), k = placeholder(shape, dtype), v = placeholder(shape, dtype);
      const Symbol y = ops::dot_product_attention(q, k, v, {.is_causal = is_causal});
      const std::vector<Symbol> g = gradients(ops::sum(ops::cast(y * y, DType::Float32)), {q, k, v});
      check({q, k, v}, {y, g[0], g[1], g[2]},
            {numbers(shape, 1, dtype), numbers(shape, 2, dtype), numbers(shape, 3, dtype)}, "cuda:cudnn",
            tolerance_of(dtype));
    }
}
