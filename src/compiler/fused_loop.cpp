#include "compiler/fused_loop.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::compiler {
namespace {

using Strides = std::vector<std::int64_t>;

template <class F>
void for_each_strides(FusedLoop& loop, F&& f) {
  for (LoopOperand& operand : loop.operands) f(operand.strides);
  for (LoopStore& store : loop.stores) f(store.strides);
  for (LoopReduction& reduction : loop.reductions) f(reduction.strides);
}

std::string list_text(const std::vector<std::int64_t>& values) {
  std::string text;
  for (std::int64_t value : values) text += text_of(text.empty() ? "" : ", ", value);
  return text;
}

std::string text(const LoopBuffer& buffer) {
  constexpr std::string_view kNames[] = {"input", "output", "temporary"};
  return text_of(kNames[buffer.kind], buffer.index);
}

std::string text(const LoopConstant& constant) {
  return is_floating(constant.dtype) ? text_of(constant.number) : text_of(constant.integer);
}

}  // namespace

std::int64_t FusedLoop::size() const {
  std::int64_t product = 1;
  for (std::int64_t length : dims) product *= length;
  return product;
}

std::int64_t FusedLoop::reduced_size() const {
  std::int64_t product = 1;
  for (std::size_t d = 0; d < dims.size(); ++d)
    if (reduced[d]) product *= dims[d];
  return product;
}

void collapse_dims(FusedLoop& loop) {
  const auto erase = [&loop](std::size_t d) {
    const auto at = static_cast<std::ptrdiff_t>(d);
    loop.dims.erase(loop.dims.begin() + at);
    loop.reduced.erase(loop.reduced.begin() + at);
    for_each_strides(loop, [at](Strides& strides) { strides.erase(strides.begin() + at); });
  };
  for (std::size_t d = loop.dims.size(); d-- > 0;)
    if (loop.dims[d] == 1) erase(d);
  for (std::size_t d = loop.dims.size(); d-- > 1;) {
    bool mergeable = loop.reduced[d - 1] == loop.reduced[d];
    for_each_strides(
        loop, [&](const Strides& strides) { mergeable = mergeable && strides[d - 1] == strides[d] * loop.dims[d]; });
    if (!mergeable) continue;
    loop.dims[d] *= loop.dims[d - 1];
    erase(d - 1);
  }
}

std::string to_string(const FusedLoop& loop) {
  std::string result = text_of("loop (", list_text(loop.dims), ")");
  std::vector<std::int64_t> reduced;
  for (std::size_t d = 0; d < loop.dims.size(); ++d)
    if (loop.reduced[d]) reduced.push_back(static_cast<std::int64_t>(d));
  if (!loop.reductions.empty()) result += text_of(" reduced (", list_text(reduced), ")");
  result += "\n";
  for (std::size_t n = 0; n < loop.instructions.size(); ++n) {
    const LoopInstruction& instruction = loop.instructions[n];
    result += text_of("  %", n, " = ", name(instruction.opcode));
    if (instruction.opcode == Opcode::Load) {
      const LoopOperand& operand = loop.operands[static_cast<std::size_t>(instruction.index)];
      result += text_of(" ", text(operand.buffer), "[", list_text(operand.strides), "]");
    } else if (instruction.opcode == Opcode::Constant) {
      result += text_of(" ", text(loop.constants[static_cast<std::size_t>(instruction.index)]));
    } else {
      result += "(";
      for (int a = 0; a < info(instruction.opcode).arity; ++a)
        result += text_of(a > 0 ? ", %" : "%", instruction.args[a]);
      result += ")";
    }
    result += text_of(" : ", instruction.dtype, "\n");
  }
  for (const LoopStore& store : loop.stores)
    result += text_of("  ", text(store.buffer), "[", list_text(store.strides), "] = %", store.value, "\n");
  for (const LoopReduction& reduction : loop.reductions)
    result += text_of("  ", text(reduction.buffer), "[", list_text(reduction.strides), "] = ", name(reduction.kind),
                      "(%", reduction.value, ") : ", reduction.dtype, "\n");
  return result;
}

std::string to_string(const FusedProgram& program) {
  if (!program.refusal.empty()) return text_of("refused: ", program.refusal, "\n");
  std::string result;
  for (const FusedLoop& loop : program.loops) result += to_string(loop);
  return result;
}

}  // namespace kerascpp::compiler
