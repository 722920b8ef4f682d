#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>

#include "support/catch.hpp"
#include "support/cuda/device_runner.hpp"
#include "support/op_checks.hpp"
#include "support/op_families.hpp"
#include "support/skip.hpp"

/// Every operation of the registry on the backend "cuda": its kernels, run on an emulated GPU, against the reference.
namespace kerascpp::test {
namespace {

using testing::EmulatedGpu;
using testing::prepare_on_gpu;
using testing::run_on_gpu;

/// Operations without a kernel for CUDA, and why. To run one on a GPU is an error that names it.
const std::map<std::string, std::string> kMissing = {
    {"ctc_beam_search", "a search whose steps depend on values"},
    {"current_rows", "steps on the CPU alone go by rows of embeddings"},
    {"distinct_rows", "steps on the CPU alone go by rows of embeddings"},
    {"eig", "a decomposition, by cuSOLVER"},
    {"eigh", "a decomposition, by cuSOLVER"},
    {"pinv", "a decomposition, by cuSOLVER"},
    {"svd", "a decomposition, by cuSOLVER"},
    {"write_rows", "steps on the CPU alone go by rows of embeddings"},
};

/// What a kernel refuses in some dtypes although the reference computes it.
bool may_be_refused(const std::string& op, const runtime::KernelQuery& query) {
  for (const std::vector<TensorSpec>* specs : {&query.inputs, &query.outputs})
    for (const TensorSpec& spec : *specs)
      if (is_complex(spec.dtype)) return true;
  // what cuDNN leaves of attention is composed of other operations before a plan is made
  return (op == "nextafter" && itemsize(query.inputs[0].dtype) == 2) || op == "attention" || op == "attention_gradient";
}

void check_node(const Node& node, const std::vector<Symbol>& inputs, const std::vector<Tensor>& values, double relative,
                std::size_t& computed) {
  const std::vector<Tensor> operands =
      node.inputs().empty() ? std::vector<Tensor>{} : run(inputs, node.inputs(), values, "reference");
  runtime::KernelQuery query{node.op(), node.attributes(), {}, node.outputs(), {}, {}};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    query.inputs.push_back({operands[i].dtype(), operands[i].shape()});
    query.input_layouts.emplace_back();
    query.constants.push_back(constant_value(node.input(i)));
  }
  for (const TensorSpec& output : query.outputs)
    if (!output.shape.is_known()) return;  // a shape that depends on values has no kernel of its own
  const runtime::Prepared prepared = prepare_on_gpu(query);
  if (prepared.kernel == nullptr) {
    INFO("refused: " << prepared.refusal);
    CHECK(may_be_refused(node.op().name, query));
    return;
  }
  const std::vector<Tensor> expected = testing::run_reference_kernel(query, operands);
  for (const bool in_place : {false, true}) {
    if (in_place && prepared.in_place.empty()) continue;
    INFO((in_place ? "in place" : "out of place") << ", " << prepared.implementation);
    const std::vector<Tensor> actual = run_on_gpu(prepared, query, operands, in_place);
    for (std::size_t o = 0; o < expected.size(); ++o) {
      INFO("output " << o);
      CHECK(first_difference(actual[o], expected[o], relative) == "");
    }
  }
  ++computed;
}

void check_row(const OpCase& row, DType dtype, std::size_t& computed) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    values.push_back(make_values(row.inputs[i], dtype_of_input(row.inputs[i], dtype), 71 + i));
  const Built built = build(row, dtype, true);
  Graph graph;
  graph.outputs = built.outputs;
  for (const auto& node : graph.nodes())
    if (node->op().name == row.op) check_node(*node, built.inputs, values, tolerance_of(row, dtype), computed);
}

/// Which rows a test runs: one for each operation, or all; in their first dtype or in the last.
struct Choice {
  bool all_rows = false;
  bool last_dtype = false;
};

/// KERASCPP_TEST_SHARE=2/8: the rows that this process runs are those of which it is the turn of number 2 of 8.
bool is_ours(std::size_t row) {
  const char* const share = std::getenv("KERASCPP_TEST_SHARE");
  unsigned long number = 0, count = 1;
  if (share != nullptr && std::sscanf(share, "%lu/%lu", &number, &count) != 2) count = 1;
  return row % std::max(count, 1UL) == number;
}

std::size_t check_rows(const Choice& choice) {
  std::size_t computed = 0, number = 0;
  std::set<std::string> seen;
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) {
      if (row.op == "custom_op") continue;  // its rows are functions of the host: see custom_op_test.cpp
      if (kMissing.contains(row.op) || (!seen.insert(row.op).second && !choice.all_rows)) continue;
      if (!is_ours(number++)) continue;
      const DType dtype = choice.last_dtype ? row.dtypes.back() : row.dtypes.front();
      within(text_of("operation ", row.op, " ", row.label, " in ", dtype), [&] { check_row(row, dtype, computed); });
    }
  return computed;
}

}  // namespace

TEST_CASE("every operation has a kernel for CUDA, but for those that are listed with a reason", "[cuda][coverage]") {
  for (const OpDef* op : OpRegistry::global().all()) {
    if (op->has(Trait::Leaf)) continue;
    INFO(op->name);
    const bool has_kernel = !runtime::KernelRegistry::global().kernels("cuda", op->name).empty();
    CHECK(has_kernel == !kMissing.contains(op->name));
  }
  for (const auto& [op, reason] : kMissing) {
    INFO(op << ": " << reason);
    CHECK(OpRegistry::global().find(op) != nullptr);
  }
}

TEST_CASE("no kernel of another backend computes for CUDA", "[cuda][coverage]") {
  for (const OpDef* op : OpRegistry::global().all())
    for (const auto& kernel : runtime::KernelRegistry::global().kernels("cuda", op->name)) {
      INFO(op->name);
      CHECK(kernel->backend == "cuda");
    }
}

TEST_CASE("kernels for CUDA give what the reference gives, in a row of every operation", "[cuda][ops]") {
  const EmulatedGpu gpu;
  const testing::SourceCollector sources;
  CHECK(check_rows({}) > 150);
  sources.check_they_compile(16);
}

// takes minutes: it is run by name
TEST_CASE("kernels for CUDA give what the reference gives, in all rows and all their sources", "[.][cuda-all]") {
  for (const bool last_dtype : {false, true}) {
    const EmulatedGpu gpu(last_dtype ? EmulatedGpu::Guard::Before : EmulatedGpu::Guard::After);
    const testing::SourceCollector sources;
    CHECK(check_rows({.all_rows = true, .last_dtype = last_dtype}) > 300);
    sources.check_they_compile();
  }
}

TEST_CASE("kernels for CUDA give what the reference gives on the GPU of this machine", "[gpu][ops]") {
  const runtime::BackendDef backend = runtime::KernelRegistry::global().backend("cuda");
  if (!backend.unavailable.empty()) return skip(backend.unavailable);
  CHECK(check_rows({.all_rows = true}) > 0);
  CHECK(check_rows({.all_rows = true, .last_dtype = true}) > 0);
}

}  // namespace kerascpp::test
