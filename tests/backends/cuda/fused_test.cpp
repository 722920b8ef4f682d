#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "backends/fused_support.hpp"
#include "support/catch.hpp"
#include "support/cuda/device_runner.hpp"
#include "support/kernel_runner.hpp"

/// Kernels generated for `fused` nodes, computed on an emulated GPU, against the reference, and their sources through
/// the run-time compiler of CUDA.
using namespace kerascpp;
using namespace kerascpp::testing;

namespace {

const DType kDTypes[] = {DType::Bool,     DType::UInt8,   DType::UInt16, DType::UInt32, DType::UInt64,
                         DType::Int8,     DType::Int16,   DType::Int32,  DType::Int64,  DType::Float16,
                         DType::BFloat16, DType::Float32, DType::Float64};

std::vector<Tensor> run_fused(const FusedCase& fused, bool in_place = false) {
  const Attributes attributes = fused.attributes();
  runtime::KernelQuery query{
      OpRegistry::global().get("fused"), attributes, fused.input_specs(), fused.output_specs(), {}, {}};
  query.input_layouts.resize(fused.inputs.size());
  query.constants.resize(fused.inputs.size());
  const runtime::Prepared prepared = prepare_on_gpu(query);
  INFO("refused: " << prepared.refusal);
  REQUIRE(prepared.kernel != nullptr);
  return run_on_gpu(prepared, query, fused.values, in_place);
}

/// Against the reference, with the trapping page behind the memory and before it.
void check_on_gpu(const FusedCase& fused, double ulps, double scale = 0) {
  const std::vector<Tensor> expected = run_reference(fused);
  for (const auto guard : {EmulatedGpu::Guard::After, EmulatedGpu::Guard::Before}) {
    const EmulatedGpu gpu(guard);
    const std::vector<Tensor> actual = run_fused(fused, guard == EmulatedGpu::Guard::Before);
    for (std::size_t o = 0; o < expected.size(); ++o) {
      INFO("output " << o << " of\n" << loops_of(fused));
      check_close(actual[o], expected[o], ulps, scale);
    }
  }
}

/// All elementwise ops that `dtype` has, in one body: one kernel.
FusedCase all_operations(DType dtype, std::vector<std::string>& names) {
  const Shape shape{7, 37};
  FusedCase fused;
  for (std::uint64_t i = 0; i < 3; ++i) {
    fused.inputs.push_back(placeholder(shape, dtype));
    fused.values.push_back(numbers(shape, dtype, i + 1));
  }
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  for (const OpDef* op : OpRegistry::global().all()) {
    if (!op->has(Trait::Elementwise) || op->name == "cast" || op->inputs.size() > 3) continue;
    const std::vector<Symbol> inputs(fused.inputs.begin(),
                                     fused.inputs.begin() + static_cast<std::ptrdiff_t>(op->inputs.size()));
    try {
      const Symbol output = make_node(*op, inputs).front();
      std::vector<TensorSpec> specs;
      for (const Symbol& input : inputs) specs.push_back(input.spec());
      if (!backend.can_fuse(*op, {}, specs, output.spec())) continue;
      fused.outputs.push_back(output);
      names.push_back(op->name);
    } catch (const Error&) {  // no meaning for the dtype, or attributes are needed
    }
  }
  return fused;
}

}  // namespace

TEST_CASE("kernels for CUDA give what the reference gives, for every elementwise op in every dtype", "[cuda][fused]") {
  const SourceCollector sources;
  std::size_t computed = 0;
  for (const DType dtype : kDTypes) {
    std::vector<std::string> names;
    const FusedCase fused = all_operations(dtype, names);
    computed += names.size();
    const std::vector<Tensor> expected = run_reference(fused);
    const EmulatedGpu gpu;
    const std::vector<Tensor> actual = run_fused(fused);
    for (std::size_t o = 0; o < expected.size(); ++o) {
      INFO(names[o] << " of " << to_string(dtype));
      check_close(actual[o], expected[o], 4);
    }
  }
  CHECK(computed > 500);
  sources.check_they_compile();
}

TEST_CASE("kernels for CUDA read broadcast operands and write where they read", "[cuda][fused]") {
  const SourceCollector sources;
  for (const Shape& shape : {Shape{3, 5, 8}, Shape{2, 7, 3}, Shape{1, 1, 16}, Shape{130, 2, 4}}) {
    const Symbol x = placeholder(shape), row = placeholder({shape[2]}), column = placeholder({shape[1], 1}),
                 one = placeholder({});
    const FusedCase fused{{x, row, column, one},
                          {ops::tanh(x * row + column) - one, ops::maximum(x, column)},
                          {uniform(shape, 1), uniform({shape[2]}, 2), uniform({shape[1], 1}, 3), uniform({}, 4)}};
    check_on_gpu(fused, 8, 1);
  }
  sources.check_they_compile();
}

TEST_CASE("kernels for CUDA end with reductions over any axes", "[cuda][fused]") {
  const SourceCollector sources;
  const Shape shape{6, 33, 20};
  for (const std::vector<std::int64_t>& axes :
       std::vector<std::vector<std::int64_t>>{{2}, {0}, {1}, {0, 2}, {0, 1, 2}}) {
    const Symbol x = placeholder(shape), y = placeholder({20});
    const Symbol value = x * y;
    const FusedCase fused{{x, y},
                          {ops::sum(value, axes), ops::max(value, axes), ops::mean(ops::square(value), axes)},
                          {uniform(shape, 1), uniform({20}, 2)}};
    check_on_gpu(fused, 64, 1);
  }
  sources.check_they_compile();
}

TEST_CASE("kernels for CUDA split long reductions over blocks", "[cuda][fused]") {
  const SourceCollector sources;
  for (const Shape& shape : {Shape{3, 50000}, Shape{50000, 3}, Shape{1, 70001}}) {
    const Symbol x = placeholder(shape);
    const std::int64_t axis = shape[0] > shape[1] ? 0 : 1;
    const FusedCase fused{{x}, {ops::sum(x, {axis}), ops::min(x, {axis})}, {uniform(shape, 1)}};
    check_on_gpu(fused, 512, 10);
  }
  sources.check_they_compile();
}

TEST_CASE("kernels for CUDA reduce integers and truth values", "[cuda][fused]") {
  for (const DType dtype : {DType::Int8, DType::UInt8, DType::Int32, DType::Int64, DType::Bool, DType::Float16}) {
    const Symbol x = placeholder({5, 70}, dtype);
    std::vector<Symbol> outputs;
    if (!is_bool(dtype)) outputs = {ops::sum(x, {1}), ops::max(x, {1}), ops::prod(x, {1})};
    outputs.push_back(ops::any(x, {1}));
    outputs.push_back(ops::all(x, {1}));
    INFO(to_string(dtype));
    check_on_gpu({{x}, outputs, {numbers({5, 70}, dtype, 3, -1, 2)}}, 64, 1);
  }
}
