#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/cuda/device_runner.hpp"
#include "support/cuda/emulated_gpu.hpp"
#include "support/message_of.hpp"

/// Operations whose users bring CUDA C++, on an emulated GPU.
using namespace kerascpp;
using kerascpp::test::message_of;
using kerascpp::testing::EmulatedGpu;
using kerascpp::testing::SourceCollector;

namespace {

/// The GPU as device, for the time of a test.
class OnGpu {
 public:
  OnGpu() { set_device("cuda"); }
  ~OnGpu() { set_device("cpu"); }
  OnGpu(const OnGpu&) = delete;
  OnGpu& operator=(const OnGpu&) = delete;

 private:
  EmulatedGpu gpu_;
};

// x^3 + 1 of each element
const CustomOp& cube_plus_one() {
  static const CustomOp op =
      as_op([](const Tensor& x) { return x * x * x + 1.0f; },
            {.name = "cuda_test_cube_plus_one",
             .gradient = [](const SymbolList& x, const SymbolList& g) { return SymbolList{3.0f * x[0] * x[0] * g[0]}; },
             .cuda = {.source = R"(
extern "C" __global__ void cube_plus_one(const float* x, float* y) {
  const long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x;
  if (i < output0_size) y[i] = x[i] * x[i] * x[i] + 1.0f;
})",
                      .kernel = "cube_plus_one",
                      .block = 64}});
  return op;
}

// the sums of the rows of a matrix and the largest element of each, a thread for a row
const CustomOp& rows() {
  static const CustomOp op = as_op(
      [](const Tensor& x) {
        return TensorList{ops::sum(x, 1), ops::max(x, 1)};
      },
      {.name = "cuda_test_rows",
       .infer_shape =
           [](const std::vector<Shape>& inputs) {
             return std::vector<Shape>{{inputs[0][0]}, {inputs[0][0]}};
           },
       .cuda = {.source = R"(
extern "C" __global__ void rows(const float* x, float* sums, float* largest) {
  const long long row = blockIdx.x * (long long)blockDim.x + threadIdx.x;
  if (row >= input0_dim0) return;
  float sum = 0, most = x[row * input0_dim1];
  for (long long i = 0; i < input0_dim1; ++i) {
    const float value = x[row * input0_dim1 + i];
    sum += value;
    if (value > most) most = value;
  }
  sums[row] = sum;
  largest[row] = most;
})",
                .kernel = "rows",
                .threads = [](const std::vector<Shape>& inputs, const std::vector<Shape>&) { return inputs[0][0]; }}});
  return op;
}

}  // namespace

TEST_CASE("an operation from CUDA source runs on a GPU, and its gradient does", "[cuda][custom_op]") {
  const Tensor value = RandomStream(1).uniform({7, 33}, -1, 1);
  const SourceCollector sources;
  const OnGpu device;
  const auto x = backend::placeholder({7, 33});
  const Symbol y = cube_plus_one()(SymbolList{x});
  const Function f(SymbolList{x}, SymbolList{y, gradients(ops::sum(y), {x})[0]});
  const TensorList found = f({value});
  for (std::int64_t i = 0; i < value.size(); ++i) {
    const float v = value.data<float>()[i];
    CHECK_THAT(found[0].data<float>()[i], Catch::Matchers::WithinRel(v * v * v + 1, 1e-6f));
    CHECK_THAT(found[1].data<float>()[i], Catch::Matchers::WithinRel(3 * v * v, 1e-6f));
  }
  sources.check_they_compile();
}

TEST_CASE("CUDA source knows the shapes and chooses its threads", "[cuda][custom_op]") {
  const Tensor value = RandomStream(2).uniform({300, 5}, -1, 1);
  const SourceCollector sources;
  const OnGpu device;
  const auto x = backend::placeholder({300, 5});
  const TensorList found = Function(SymbolList{x}, rows()(SymbolList{x}))({value});
  for (std::int64_t row = 0; row < 300; ++row) {
    const float* from = value.data<float>() + row * 5;
    CHECK_THAT(found[0].data<float>()[row],
               Catch::Matchers::WithinAbs(from[0] + from[1] + from[2] + from[3] + from[4], 1e-5));
    CHECK(found[1].data<float>()[row] == *std::max_element(from, from + 5));
  }
  sources.check_they_compile();
}

TEST_CASE("an operation without CUDA source says so on a GPU", "[cuda][custom_op]") {
  static const CustomOp op = as_op([](const Tensor& x) { return x; }, {.name = "cuda_test_host_only"});
  const OnGpu device;
  const auto x = backend::placeholder({3});
  CHECK_THAT(message_of<BackendError>([&] { (void)Function(SymbolList{x}, op(SymbolList{x}))({ones({3})}); }),
             ContainsSubstring("no CUDA source for cuda_test_host_only"));
}

TEST_CASE("CUDA source needs a kernel and a possible block", "[custom_op]") {
  const auto identity = [](const Tensor& x) { return x; };
  CHECK_THAT(
      message_of<ValueError>([&] { (void)as_op(identity, {.name = "cuda_test_unnamed", .cuda = {.source = "x"}}); }),
      ContainsSubstring("name of its kernel"));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)as_op(identity,
                           {.name = "cuda_test_block", .cuda = {.source = "x", .kernel = "x", .block = 2000}});
             }),
             ContainsSubstring("1 to 1024"));
}
