#include <algorithm>

#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/error.hpp>

#include "backends/cuda/cublas/matmul_problem.hpp"
#include "backends/cuda/cudnn/attention_problem.hpp"
#include "backends/cuda/cudnn/convolution_problem.hpp"
#include "backends/cuda/cudnn/execution_plan.hpp"
#include "backends/cuda/runtime/alignment.hpp"
#include "ops/attention_form.hpp"
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

/// A GPU that is not there, as cuDNN is told of one: with the resources of an H200.
CudnnDescriptor described_gpu(int architecture) {
  const std::string text =
      text_of(R"({"deviceName": "described", "cudaDeviceId": 0, "driverVer": 13000, "deviceVer": )", 10 * architecture,
              R"(, "maxGridSize": [2147483647, 65535, 65535], "maxBlockSize": [1024, 1024, 64], "regsPerBlock": 65536,
      "multiProcessorCount": 132, "smClockRateKHz": 1980000, "memClockRateKHz": 3201000, "l2CacheSize": 62914560,
      "warpSize": 32, "maxSharedMemoryPerBlock": 49152, "maxSharedMemoryPerBlockOptin": 232448,
      "reservedSharedMemoryPerBlock": 1024, "maxRegistersPerSM": 65536, "maxCtasPerSM": 32, "maxThreadsPerBlock": 1024,
      "maxThreadsPerSM": 2048, "pciDeviceId": 0, "isTccDriver": 0, "supportCoopLaunch": 1,
      "totalGlobalMem": 150000000000})");
  CudnnDescriptor device(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  device.set_raw(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, static_cast<std::int64_t>(text.size()),
                 text.data());
  device.finish();
  return device;
}

/// How many of cuDNN's engines know the form of a graph: they accept it, or would if there were a driver, which
/// compiles their kernels.
int engines_that_know(const CudnnDescriptor& graph, const CudnnDescriptor& device) {
  std::int64_t count = 0, written = 0;
  cudnn().get_attribute(graph.get(), CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT, CUDNN_TYPE_INT64, std::int64_t{1},
                        &written, static_cast<void*>(&count));
  int known = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    CudnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR), configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    engine.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph)
        .set(CUDNN_ATTR_ENGINE_DEVICEPROP, device)
        .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, i);
    if (!engine.try_finish()) continue;
    configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, engine);
    const cudnnStatus_t status = cudnn().finalize.attempt(configuration.get());
    known += status == CUDNN_STATUS_SUCCESS || status == CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING;
  }
  return known;
}

/// The setting "tf32" for the time of a test.
class Tf32 {
 public:
  explicit Tf32(bool on) { config::set("tf32", on ? "true" : "false"); }
  ~Tf32() { config::set("tf32", "false"); }
  Tf32(const Tf32&) = delete;
  Tf32& operator=(const Tf32&) = delete;
};

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

TEST_CASE("cuDNN has plans for convolutions in all directions, with TF32 and without", "[cuda][cudnn]") {
  if (!cudnn().available()) return skip(cudnn().unavailable());
  for (const int architecture : {80, 90, 100}) {
    const CudnnDescriptor device = described_gpu(architecture);
    for (const bool tf32 : {false, true}) {
      const Tf32 setting(tf32);
      for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16})
        for (const Case& c : {Case{2, false, 64, 1, 128, 1, 1}, Case{2, false, 64, 1, 128, 2, 1},
                              Case{2, false, 64, 1, 64, 1, 2}, Case{2, false, 64, 64, 64, 1, 1}})
          for (const auto direction :
               {ConvolutionDirection::Output, ConvolutionDirection::Input, ConvolutionDirection::Kernel}) {
            ConvolutionProblem problem;
            problem.direction = direction;
            problem.dtype = dtype;
            problem.geometry = geometry_of(c);
            INFO("sm_" << architecture << " " << to_string(dtype) << " groups " << c.groups << " stride " << c.stride
                       << " direction " << static_cast<int>(direction) << (tf32 ? " with" : " without") << " TF32");
            CHECK(CudnnPlan::make({nullptr, &device}, ConvolutionGraph(problem, nullptr).graph(),
                                  EnginePolicy::for_dtype(dtype)));
          }
    }
  }
}

TEST_CASE("engines that round to TF32 are taken where the setting allows them", "[cuda][cudnn]") {
  CHECK_FALSE(EnginePolicy::for_dtype(DType::Float32).tensor_cores);
  CHECK(EnginePolicy::for_dtype(DType::Float16).tensor_cores);
  CHECK(EnginePolicy::for_dtype(DType::Float64).tensor_cores);
  CHECK_FALSE(EnginePolicy::for_dtype(DType::Float32).sixteen_bits);
  const Tf32 setting(true);
  CHECK(EnginePolicy::for_dtype(DType::Float32).tensor_cores);
  CHECK_FALSE(EnginePolicy::for_dtype(DType::Float32).sixteen_bits);
}

TEST_CASE("cuDNN accepts the graphs of attention and of its gradients, and its fused engines know the former",
          "[cuda][cudnn]") {
  if (!cudnn().available()) return skip(cudnn().unavailable());
  for (const int architecture : {80, 90, 100}) {
    const CudnnDescriptor device = described_gpu(architecture);
    for (const DType dtype : {DType::Float16, DType::BFloat16})
      for (const bool is_gradient : {false, true})
        for (const bool is_causal : {false, true}) {
          AttentionProblem problem;
          problem.dtype = dtype;
          problem.is_gradient = is_gradient;
          problem.is_causal = is_causal;
          problem.B = 4, problem.T = 512, problem.S = 512, problem.N = 8, problem.K = 8, problem.H = 64, problem.E = 64;
          INFO("sm_" << architecture << " " << to_string(dtype) << (is_gradient ? " gradient" : "")
                     << (is_causal ? " causal" : ""));
          const AttentionGraph graph(problem, nullptr);
          // those of gradients are known by engines that heuristics configure, which needs a driver
          CHECK(graph.graph().get() != nullptr);
          if (!is_gradient) CHECK(engines_that_know(graph.graph(), device) > 0);
        }
  }
}

TEST_CASE("attention is read as cuDNN wants it, or refused with a reason", "[cuda][cudnn]") {
  const OpDef& op = OpRegistry::global().get("attention");
  const auto read = [&](const ops::AttentionForm& form, const Shape& query, DType dtype, std::size_t masks = 0) {
    const Attributes attributes = form.attributes();
    std::vector<TensorSpec> inputs(3, {dtype, query});
    inputs.resize(3 + masks, {DType::Bool, Shape{2, 1, 32, 32}});
    AttentionProblem problem;
    return problem.read(query_of(op, attributes, std::move(inputs), {dtype, query}));
  };
  const Shape heads{2, 32, 4, 16};
  CHECK(read({}, heads, DType::BFloat16) == "");
  CHECK(read({.is_causal = true}, heads, DType::Float16) == "");
  CHECK(read({}, heads, DType::Float32) == "dtype float32");
  CHECK(read({.dropout = 0.5}, heads, DType::Float16) == "masks, bias, dropout or a cap of scores");
  CHECK(read({}, heads, DType::Float16, 1) == "masks, bias, dropout or a cap of scores");
  CHECK(read({}, {2, 32, 4, 12}, DType::Float16) == "heads of 12 and 12 numbers: they must be multiples of 8");
}

TEST_CASE("arrays of a loop's steps promise libraries no more alignment than their size gives", "[cuda][cublas]") {
  const auto alignment = [](Shape shape) { return alignment_of({DType::Float32, std::move(shape)}); };
  CHECK(alignment({5, 7}) == 4);
  CHECK(alignment({5, 10}) == 8);
  CHECK(alignment({4, 12}) == 64);
  CHECK(alignment({3, 64}) == 64);
  CHECK(alignment({0}) == 64);
  CHECK(aligned_workspace(reinterpret_cast<void*>(256)) == reinterpret_cast<void*>(256));
  CHECK(aligned_workspace(reinterpret_cast<void*>(257)) == reinterpret_cast<void*>(512));
  CHECK(aligned_workspace(reinterpret_cast<void*>(511)) == reinterpret_cast<void*>(512));
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
  const runtime::KernelQuery all =
      query_of(op, with_all, {spec({5, 7}), spec({7, 3}), spec({3}), spec({5, 3})}, spec({5, 3}));
  CHECK(dense.read(all) == "");
  CHECK(dense.read_epilogue(all) == "");
  CHECK((dense.bias && dense.add && dense.relu && dense.bias_input == 2 && dense.add_input == 3));
  MatmulProblem late;
  const Attributes wrong = attributes(false, false, "relu,bias");
  const runtime::KernelQuery of_late = query_of(op, wrong, {spec({5, 7}), spec({7, 3}), spec({3})}, spec({5, 3}));
  CHECK(late.read(of_late) == "");
  CHECK(late.read_epilogue(of_late) == "epilogue \"relu,bias\"");
  MatmulProblem integers;
  const DType int32 = DType::Int32;
  const Attributes plain_attributes = attributes(false, false);
  CHECK(integers.read(query_of(op, plain_attributes, {spec({5, 7}, int32), spec({7, 3}, int32)},
                               spec({5, 3}, int32))) == "dtype int32");
}
