#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/cublas/matmul_problem.hpp"
#include "backends/cuda/cudnn/convolution_problem.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

/// What the libraries of NVIDIA are asked for: descriptions are made and checked by them without a GPU.
using namespace kerascpp;
using namespace kerascpp::cuda;

namespace {

struct Case {
  int rank;
  bool channels_first;
  std::int64_t channels, groups, filters;
  std::int64_t stride, dilation;
};

ops::ConvolutionGeometry geometry_of(const Case& c) {
  ops::ConvolutionGeometry geometry;
  geometry.batch = 2;
  geometry.channels = c.channels;
  geometry.filters = c.filters;
  geometry.groups = c.groups;
  geometry.channels_first = c.channels_first;
  for (int i = 0; i < c.rank; ++i) {
    ops::WindowAxis axis;
    axis.input = 11 + i;
    axis.window = 3 - i % 2;
    axis.stride = c.stride;
    axis.dilation = c.dilation;
    axis.output = (axis.input + axis.stride - 1) / axis.stride;  // padding "same"
    const std::int64_t zeros = std::max<std::int64_t>((axis.output - 1) * axis.stride + axis.extent() - axis.input, 0);
    axis.padding_low = zeros / 2;
    axis.padding_high = zeros - zeros / 2;
    geometry.axes.push_back(axis);
  }
  return geometry;
}

runtime::KernelQuery query_of(const OpDef& op, const Attributes& attributes, std::vector<TensorSpec> inputs,
                              TensorSpec output) {
  return {op, attributes, std::move(inputs), {std::move(output)}, {}, {}};
}

}  // namespace

TEST_CASE("cuDNN accepts the graphs of convolutions in all directions, with all epilogues", "[cuda][cudnn]") {
  if (!cudnn().available()) return skip(cudnn().unavailable());
  int accepted = 0;
  for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16, DType::Float64})
    for (const Case& c : {Case{2, false, 8, 1, 16, 1, 1}, Case{2, false, 8, 1, 16, 2, 1}, Case{2, true, 8, 1, 16, 1, 2},
                          Case{1, false, 8, 1, 16, 1, 1}, Case{3, false, 8, 1, 16, 1, 1}, Case{2, false, 8, 8, 8, 1, 1},
                          Case{2, false, 8, 2, 16, 1, 1}})
      for (const auto direction :
           {ConvolutionDirection::Output, ConvolutionDirection::Input, ConvolutionDirection::Kernel})
        for (int epilogue = 0; epilogue < 8; ++epilogue) {
          if (epilogue > 0 && (direction != ConvolutionDirection::Output || c.channels_first)) continue;
          ConvolutionProblem problem;
          problem.direction = direction;
          problem.dtype = dtype;
          problem.geometry = geometry_of(c);
          problem.bias = (epilogue & 1) != 0;
          problem.add = (epilogue & 2) != 0;
          problem.relu = (epilogue & 4) != 0;
          INFO(to_string(dtype) << " rank " << c.rank << " groups " << c.groups << " epilogue " << epilogue);
          CHECK(ConvolutionGraph(problem, nullptr).graph().get() != nullptr);
          ++accepted;
        }
  CHECK(accepted > 200);
}

TEST_CASE("cuDNN refuses a graph that is none", "[cuda][cudnn]") {
  if (!cudnn().available()) return skip(cudnn().unavailable());
  ConvolutionProblem problem;
  problem.geometry = geometry_of({2, false, 8, 1, 16, 1, 1});
  problem.geometry.axes[0].output += 1;  // does not follow from the input
  CHECK_THROWS_AS(ConvolutionGraph(problem, nullptr), BackendError);
}

TEST_CASE("products of matrices are read as a library wants them, or refused with a reason", "[cuda][cublas]") {
  const OpDef& op = OpRegistry::global().get("matmul");
  const auto spec = [](Shape shape, DType dtype = DType::Float32) { return TensorSpec{dtype, std::move(shape)}; };
  const auto attributes = [](bool a, bool b, const std::string& epilogue = {}) {
    Attributes made{{"transpose_a", a}, {"transpose_b", b}};
    if (!epilogue.empty()) made.set("epilogue", epilogue);
    return made;
  };
  MatmulProblem plain;
  const Attributes none = attributes(false, true);
  CHECK(plain.read(query_of(op, none, {spec({5, 7}), spec({3, 7})}, spec({5, 3}))) == "");
  CHECK((plain.N == 5 && plain.M == 3 && plain.K == 7 && plain.batch == 1 && plain.transpose_b));
  MatmulProblem batched;
  CHECK(batched.read(query_of(op, none, {spec({4, 2, 5, 7}), spec({3, 7})}, spec({4, 2, 5, 3}))) == "");
  CHECK((batched.batch == 8 && batched.a_stride == 35 && batched.b_stride == 0));
  MatmulProblem partly;
  CHECK(partly.read(query_of(op, none, {spec({4, 1, 5, 7}), spec({1, 2, 3, 7})}, spec({4, 2, 5, 3}))) ==
        "matrices that are broadcast over some axes only");
  MatmulProblem dense;
  const Attributes with_all = attributes(false, false, "bias,add,relu");
  CHECK(dense.read(query_of(op, with_all, {spec({5, 7}), spec({7, 3}), spec({3}), spec({5, 3})}, spec({5, 3}))) == "");
  CHECK((dense.bias && dense.add && dense.relu && dense.bias_input == 2 && dense.add_input == 3));
  MatmulProblem late;
  const Attributes wrong = attributes(false, false, "relu,bias");
  CHECK(late.read(query_of(op, wrong, {spec({5, 7}), spec({7, 3}), spec({3})}, spec({5, 3}))) ==
        "epilogue \"relu,bias\"");
  MatmulProblem integers;
  const DType int32 = DType::Int32;
  const Attributes plain_attributes = attributes(false, false);
  CHECK(integers.read(query_of(op, plain_attributes, {spec({5, 7}, int32), spec({7, 3}, int32)},
                               spec({5, 3}, int32))) == "dtype int32");
}
