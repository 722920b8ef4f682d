#include "backends/cuda/codegen/loop_names.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cuda {

using compiler::LoopBuffer;

LoopParameters::LoopParameters(const compiler::FusedLoop& loop, const std::vector<Parameter>& temporaries) {
  for (const auto& operand : loop.operands) add(operand.buffer, false, operand.dtype, temporaries);
  for (const auto& store : loop.stores)
    add(store.buffer, true, loop.instructions[static_cast<std::size_t>(store.value)].dtype, temporaries);
  for (const auto& reduction : loop.reductions) add(reduction.buffer, true, reduction.dtype, temporaries);
}

std::string LoopParameters::name(const LoopBuffer& buffer, bool written) {
  switch (buffer.kind) {
    case LoopBuffer::Input:
      return text_of("in", buffer.index);
    case LoopBuffer::Output:
      return text_of("out", buffer.index);
    case LoopBuffer::Temporary:
      return text_of(written ? "into" : "from", buffer.index);
  }
  KCPP_UNREACHABLE();
}

void LoopParameters::add(const LoopBuffer& buffer, bool written, DType dtype,
                         const std::vector<Parameter>& temporaries) {
  const std::string declaration = text_of(written ? "" : "const ", type_name(dtype), "* ", name(buffer, written));
  if (std::find(declarations.begin(), declarations.end(), declaration) != declarations.end()) return;
  declarations.push_back(declaration);
  const auto index = static_cast<std::size_t>(buffer.index);
  arguments.push_back(buffer.kind == LoopBuffer::Input    ? input(index)
                      : buffer.kind == LoopBuffer::Output ? output(index)
                                                          : temporaries[index]);
}

std::string offset_text(const std::vector<std::string>& coordinates, const std::vector<std::int64_t>& strides,
                        const std::vector<bool>& counted) {
  std::string text;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    if (strides[d] == 0 || (!counted.empty() && !counted[d])) continue;
    text += text.empty() ? "" : " + ";
    text += strides[d] == 1 ? coordinates[d] : text_of(coordinates[d], " * ", strides[d]);
  }
  return text.empty() ? "0" : text;
}

std::string coordinates_text(const std::vector<std::int64_t>& dims, const std::string& index_type,
                             const std::string& from, const std::vector<bool>& taken) {
  std::string text;
  std::string rest = from;
  std::size_t first = dims.size();
  for (std::size_t d = dims.size(); d-- > 0;)
    if (taken.empty() || taken[d]) first = d;
  for (std::size_t d = dims.size(); d-- > 0;) {
    if (!taken.empty() && !taken[d]) continue;
    if (d == first) {
      text += text_of("const ", index_type, " x", d, " = ", rest, ";\n");
      break;
    }
    text += text_of("const ", index_type, " x", d, " = ", rest, " % ", dims[d], ", r", d, " = ", rest, " / ", dims[d],
                    ";\n");
    rest = text_of("r", d);
  }
  return text;
}

std::string compute_type(DType dtype) {
  return dtype == DType::Float16 || dtype == DType::BFloat16 ? "float" : std::string(type_name(dtype));
}

}  // namespace kerascpp::cuda
