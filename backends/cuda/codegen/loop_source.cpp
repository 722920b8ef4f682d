#include "backends/cuda/codegen/loop_source.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/loop_names.hpp"
#include "backends/cuda/codegen/reduction_source.hpp"

namespace kerascpp::cuda {
namespace {

using compiler::FusedLoop;
using compiler::Opcode;

constexpr std::int64_t kWidestAccess = 16;  // bytes that a thread moves at once

/// How many neighbours a thread computes, read and written in one access each: as many as lie side by side in
/// everything that the loop touches.
int neighbours(const FusedLoop& loop) {
  if (loop.dims.empty()) return 1;
  std::int64_t widest = 1;
  const auto note = [&widest](DType dtype) { widest = std::max(widest, static_cast<std::int64_t>(itemsize(dtype))); };
  for (const auto& operand : loop.operands) note(operand.dtype);
  for (const auto& store : loop.stores) note(loop.instructions[static_cast<std::size_t>(store.value)].dtype);
  for (std::int64_t count = std::min<std::int64_t>(kWidestAccess / widest, 8); count > 1; count /= 2) {
    const auto fits = [count](const std::vector<std::int64_t>& strides, bool may_repeat) {
      if (strides.back() == 0) return may_repeat;
      return strides.back() == 1 && std::all_of(strides.begin(), strides.end() - 1,
                                                [count](std::int64_t stride) { return stride % count == 0; });
    };
    bool all = loop.dims.back() % count == 0;
    for (const auto& operand : loop.operands) all = all && fits(operand.strides, true);
    for (const auto& store : loop.stores) all = all && fits(store.strides, false);
    if (all) return static_cast<int>(count);
  }
  return 1;
}

std::string address(const std::string& name, const std::vector<std::string>& coordinates,
                    const std::vector<std::int64_t>& strides) {
  return text_of(name, " + (", offset_text(coordinates, strides), ")");
}

/// A thread for each few neighbours.
void add_elementwise(KernelBuilder& kernel, const FusedLoop& loop, const std::vector<Parameter>& temporaries) {
  const int count = neighbours(loop);
  std::vector<std::int64_t> dims = loop.dims;
  if (!dims.empty()) dims.back() /= count;
  const std::int64_t threads = loop.size() / count;
  std::string body = coordinates_text(dims, std::string(index_type(loop.size())), "i");
  std::vector<std::string> coordinates;
  for (std::size_t d = 0; d < dims.size(); ++d) coordinates.push_back(text_of("x", d));
  if (count > 1) coordinates.back() = text_of("(", coordinates.back(), " * ", count, ")");

  const auto pack = [count](DType dtype) { return text_of("Pack<", type_name(dtype), ", ", count, ">"); };
  std::vector<std::string> loaded;
  for (std::size_t k = 0; k < loop.operands.size(); ++k) {
    const auto& operand = loop.operands[k];
    const std::string from = address(LoopParameters::name(operand.buffer, false), coordinates, operand.strides);
    if (count > 1 && operand.strides.back() == 1) {
      body += text_of("const ", pack(operand.dtype), " p", k, " = *reinterpret_cast<const ", pack(operand.dtype), "*>(",
                      from, ");\n");
      loaded.push_back(text_of("p", k, ".values[n]"));
    } else {
      body += text_of("const ", type_name(operand.dtype), " p", k, " = *(", from, ");\n");
      loaded.push_back(text_of("p", k));
    }
  }
  const auto stored = [&](std::size_t s) {
    return loop.instructions[static_cast<std::size_t>(loop.stores[s].value)].dtype;
  };
  for (std::size_t s = 0; s < loop.stores.size(); ++s) body += text_of(pack(stored(s)), " q", s, ";\n");
  body += text_of("#pragma unroll\nfor (int n = 0; n < ", count, "; ++n) {\n");
  for (std::size_t n = 0; n < loop.instructions.size(); ++n) {
    const auto& instruction = loop.instructions[n];
    body += instruction_text(
        loop, n, instruction.opcode == Opcode::Load ? loaded[static_cast<std::size_t>(instruction.index)] : "");
  }
  for (std::size_t s = 0; s < loop.stores.size(); ++s)
    body += text_of("put(q", s, ".values[n], v", loop.stores[s].value, ");\n");
  body += "}\n";
  for (std::size_t s = 0; s < loop.stores.size(); ++s)
    body += text_of("*reinterpret_cast<", pack(stored(s)), "*>(",
                    address(LoopParameters::name(loop.stores[s].buffer, true), coordinates, loop.stores[s].strides),
                    ") = q", s, ";\n");
  const LoopParameters parameters(loop, temporaries);
  kernel.for_each(threads, parameters.declarations, body, parameters.arguments);
}

}  // namespace

void add_program(KernelBuilder& kernel, const compiler::FusedProgram& program) {
  kernel.needs("elementwise");
  std::vector<Parameter> temporaries;
  for (const auto& temporary : program.temporaries)
    temporaries.push_back(kernel.reserve(static_cast<std::size_t>(temporary.size) * itemsize(temporary.dtype)));
  for (const FusedLoop& loop : program.loops) {
    if (loop.reductions.empty())
      add_elementwise(kernel, loop, temporaries);
    else
      add_reduction(kernel, loop, temporaries);
  }
}

bool has_operation(Opcode opcode, DType dtype) {
  if (is_complex(dtype)) return false;
  switch (opcode) {
    case Opcode::Load:
    case Opcode::Constant:
    case Opcode::Cast:
    case Opcode::Abs:
    case Opcode::Sign:
    case Opcode::Round:
    case Opcode::Trunc:
    case Opcode::Square:
    case Opcode::Relu:
    case Opcode::IsFinite:
    case Opcode::IsInf:
    case Opcode::IsNan:
    case Opcode::Signbit:
    case Opcode::Add:
    case Opcode::Multiply:
    case Opcode::Maximum:
    case Opcode::Minimum:
    case Opcode::Fmax:
    case Opcode::Fmin:
    case Opcode::Equal:
    case Opcode::NotEqual:
    case Opcode::Less:
    case Opcode::LessEqual:
    case Opcode::Greater:
    case Opcode::GreaterEqual:
    case Opcode::Where:
      return true;
    case Opcode::Negative:
    case Opcode::Subtract:
    case Opcode::Mod:
    case Opcode::Fmod:
    case Opcode::FloorDivide:
    case Opcode::Power:
      return !is_bool(dtype);
    case Opcode::LogicalNot:
    case Opcode::LogicalAnd:
    case Opcode::LogicalOr:
    case Opcode::LogicalXor:
      return is_bool(dtype);
    case Opcode::BitwiseNot:
    case Opcode::BitwiseAnd:
    case Opcode::BitwiseOr:
    case Opcode::BitwiseXor:
      return !is_floating(dtype);
    case Opcode::Gcd:
    case Opcode::Lcm:
    case Opcode::LeftShift:
    case Opcode::RightShift:
      return !is_floating(dtype) && !is_bool(dtype);
    case Opcode::Nextafter:  // of 16-bit floats: computed as float it would be the next float
      return dtype == DType::Float32 || dtype == DType::Float64;
    default:
      return is_floating(dtype);
  }
}

}  // namespace kerascpp::cuda
