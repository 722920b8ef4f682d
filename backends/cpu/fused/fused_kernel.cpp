#include "backends/cpu/fused/fused_kernel.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/fused/loop_runner.hpp"
#include "backends/cpu/fused/tile_functions.hpp"
#include "backends/cpu/fused/wide_accumulator.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu {
namespace {

using compiler::FusedProgram;

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

class FusedKernel final : public runtime::Kernel {
 public:
  FusedKernel(FusedProgram& program, FusedEngine engine, std::string& refusal) {
    for (const auto& temporary : program.temporaries) {
      temporaries_.push_back(workspace_bytes_);
      workspace_bytes_ += aligned(static_cast<std::size_t>(temporary.size) * itemsize(temporary.dtype));
    }
    std::size_t accumulators = 0;
    for (auto& loop : program.loops) {
      runners_.emplace_back(std::move(loop), engine, refusal);
      if (!refusal.empty()) return;
      accumulators = std::max(accumulators, runners_.back().accumulator_bytes());
    }
    accumulators_ = workspace_bytes_;
    workspace_bytes_ += aligned(accumulators);
    if (engine != FusedEngine::Code) return;
    refusal = runners_.back().code_refusal();
    for (const LoopRunner& runner : runners_)
      if (runner.is_code()) refusal.clear();
  }

  void run(const runtime::KernelArguments& arguments) const override {
    const LoopMemory memory{arguments.inputs, arguments.outputs, static_cast<std::byte*>(arguments.workspace),
                            temporaries_.data(), accumulators_};
    for (const LoopRunner& runner : runners_) runner.run(memory);
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  [[nodiscard]] std::string implementation() const { return runners_.back().implementation(); }
  [[nodiscard]] bool is_all_code() const {
    return std::all_of(runners_.begin(), runners_.end(), [](const LoopRunner& runner) { return runner.is_code(); });
  }

 private:
  std::vector<LoopRunner> runners_;
  std::vector<std::size_t> temporaries_;  // offsets
  std::size_t accumulators_ = 0;          // offset; the loops take turns
  std::size_t workspace_bytes_ = 0;
};

}  // namespace

runtime::Prepared prepare_fused(const runtime::KernelQuery& query, FusedEngine engine) {
  const auto& body = query.attributes.get<std::shared_ptr<const Graph>>("body");
  std::string refusal;
  std::shared_ptr<const FusedKernel> kernel;
  FusedProgram program;
  // code computes scalars before its loop; where not everything has code they are loops of their own
  for (const auto hoisting : {compiler::Hoisting::NoScalars, compiler::Hoisting::All}) {
    program = compiler::lower_fused(*body, query, hoisting);
    if (!program.refusal.empty()) return runtime::Prepared::refuse(std::move(program.refusal));
    refusal.clear();
    kernel = std::make_shared<const FusedKernel>(program, engine, refusal);
    if (refusal.empty() && kernel->is_all_code()) break;
  }
  if (!refusal.empty()) return runtime::Prepared::refuse(std::move(refusal));
  runtime::Prepared prepared;
  prepared.implementation = kernel->implementation();
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.kernel = std::move(kernel);
  prepared.input_layouts = std::move(program.input_layouts);
  prepared.output_layouts = std::move(program.output_layouts);
  prepared.in_place = std::move(program.in_place);
  return prepared;
}

bool can_fuse(const OpDef& op, const Attributes&, const std::vector<TensorSpec>& inputs, const TensorSpec& output) {
  compiler::ReductionKind kind{};
  if (compiler::find_reduction(op.name, kind))
    return inputs.size() == 1 && !is_complex(inputs[0].dtype) && !is_complex(output.dtype);
  compiler::Opcode opcode{};
  DType arguments{};
  return compiler::find_instruction(op, inputs, output, opcode, arguments) &&
         has_tile_function(tile_functions(), opcode, arguments);
}

void register_fused_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "xbyak", "fused",
                       [](const runtime::KernelQuery& query) { return prepare_fused(query, FusedEngine::Code); }});
  registry.add_kernel({"cpu", "tiles", "fused",
                       [](const runtime::KernelQuery& query) { return prepare_fused(query, FusedEngine::Tiles); }});
}

}  // namespace kerascpp::cpu
