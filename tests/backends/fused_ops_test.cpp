#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "backends/fused_support.hpp"
#include "compiler/loop_opcode.hpp"
#include "support/catch.hpp"

using namespace kerascpp;
using namespace kerascpp::testing;
using compiler::Opcode;
using compiler::OpcodeInfo;

namespace {

const DType kDTypes[] = {DType::Bool,     DType::UInt8,   DType::UInt16, DType::UInt32, DType::UInt64,
                         DType::Int8,     DType::Int16,   DType::Int32,  DType::Int64,  DType::Float16,
                         DType::BFloat16, DType::Float32, DType::Float64};

std::vector<const OpDef*> elementwise_ops() {
  std::vector<const OpDef*> found;
  for (const OpDef* op : OpRegistry::global().all())
    if (op->has(Trait::Elementwise) && op->name != "cast" && op->name != "where") found.push_back(op);
  return found;
}

/// A body of one op on inputs of one dtype; without outputs when the op has no meaning for it.
FusedCase single_op(const OpDef& op, DType dtype, const Shape& shape) {
  FusedCase fused;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    fused.inputs.push_back(placeholder(shape, dtype));
    fused.values.push_back(numbers(shape, dtype, i + 1));
  }
  try {
    fused.outputs = make_node(op, fused.inputs);
  } catch (const Error&) {  // no meaning for the dtype, or attributes are needed
  }
  return fused;
}

}  // namespace

TEST_CASE("every elementwise op gives what its reference gives, in every dtype and on every engine", "[fused]") {
  int computed = 0;
  for (const OpDef* op : elementwise_ops()) {
    for (DType dtype : kDTypes) {
      const FusedCase fused = single_op(*op, dtype, {7, 37});
      if (fused.outputs.empty() || is_complex(fused.outputs[0].dtype())) continue;
      if (!prepare(fused).refusal.empty()) continue;
      INFO(op->name << " of " << to_string(dtype));
      ++computed;
      check_engines(fused, 4);
    }
  }
  CHECK(computed > 500);
}

TEST_CASE("the backend says beforehand what it can fuse", "[fused]") {
  const runtime::BackendDef cpu = runtime::KernelRegistry::global().backend("cpu");
  for (const OpDef* op : elementwise_ops()) {
    for (DType dtype : kDTypes) {
      const FusedCase fused = single_op(*op, dtype, {2, 3});
      if (fused.outputs.empty()) continue;
      INFO(op->name << " of " << to_string(dtype));
      CHECK(cpu.can_fuse(*op, {}, fused.input_specs(), fused.output_specs()[0]) == prepare(fused).refusal.empty());
    }
  }
}

TEST_CASE("refusals name the op or dtype", "[fused]") {
  const Symbol x = placeholder({3}, DType::Complex64);
  FusedCase fused{{x}, {-x}, {zeros({3}, DType::Complex64)}};
  CHECK(prepare(fused).refusal == "dtype complex64 of input 0");
}
