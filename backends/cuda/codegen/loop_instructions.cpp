#include "backends/cuda/codegen/loop_instructions.hpp"

#include <bit>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_names.hpp"

namespace kerascpp::cuda {
namespace {

using compiler::FusedLoop;
using compiler::LoopInstruction;
using compiler::Opcode;

bool is_half(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }

std::string hex(std::uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[value >> shift & 15U];
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

std::string call_text(const FusedLoop& loop, const LoopInstruction& instruction) {
  if (instruction.opcode == Opcode::Cast) {
    const DType from = loop.instructions[static_cast<std::size_t>(instruction.args[0])].dtype;
    const std::string value = text_of("v", instruction.args[0]);
    // a value of a 16-bit dtype is already rounded to it
    if (from == instruction.dtype || (is_half(from) && instruction.dtype == DType::Float32)) return value;
    return text_of("convert<", type_name(instruction.dtype), ">(", value, ")");
  }
  std::string call = text_of("op_", name(instruction.opcode), "(");
  for (int a = 0; a < info(instruction.opcode).arity; ++a) call += text_of(a > 0 ? ", v" : "v", instruction.args[a]);
  call += ")";
  return is_half(instruction.dtype) ? text_of("convert<", type_name(instruction.dtype), ">(", call, ")") : call;
}

}  // namespace

std::string double_text(double value) {
  return text_of("double_of(0x", hex(std::bit_cast<std::uint64_t>(value)), "ull)");
}

std::string constant_text(const compiler::LoopConstant& constant) {
  if (constant.dtype == DType::Float64) return double_text(constant.number);
  if (is_floating(constant.dtype))
    return text_of("float_of(0x", hex(std::bit_cast<std::uint32_t>(static_cast<float>(constant.number))), "u)");
  if (is_bool(constant.dtype)) return constant.integer != 0 ? "true" : "false";
  const auto bits = static_cast<std::uint64_t>(constant.integer);
  return text_of(type_name(constant.dtype), "(0x", hex(bits), "ull)");
}

std::string instruction_text(const FusedLoop& loop, std::size_t n, const std::string& loaded) {
  const LoopInstruction& instruction = loop.instructions[n];
  std::string value;
  if (instruction.opcode == Opcode::Load)
    value = text_of("get(", loaded, ")");
  else if (instruction.opcode == Opcode::Constant)
    value = constant_text(loop.constants[static_cast<std::size_t>(instruction.index)]);
  else
    value = call_text(loop, instruction);
  return text_of("const ", compute_type(instruction.dtype), " v", n, " = ", value, ";\n");
}

}  // namespace kerascpp::cuda
