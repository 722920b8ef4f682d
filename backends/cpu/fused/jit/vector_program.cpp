#include "backends/cpu/fused/jit/vector_program.hpp"

#include <algorithm>
#include <bit>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cpu::jit {

int VectorBuilder::append(const VectorInstruction& instruction) {
  const Key key{instruction.op,      instruction.lanes,   instruction.from, instruction.args[0],
                instruction.args[1], instruction.args[2], instruction.bits, instruction.index};
  const auto [found, fresh] = known_.try_emplace(key, static_cast<int>(program_.instructions.size()));
  if (fresh) {
    program_.widest = std::max(program_.widest, lane_bytes(instruction.lanes));
    program_.instructions.push_back(instruction);
  }
  return found->second;
}

int VectorBuilder::number(Lanes lanes, double value) {
  if (lanes == Lanes::Float32) return constant(lanes, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  return constant(lanes, std::bit_cast<std::uint64_t>(value));
}

int VectorBuilder::mask_for(Lanes lanes, int mask) {
  const Lanes from = lanes_of(mask);
  const Lanes to = mask_of(lanes);
  if (from == to || is_avx512_) return mask;
  return convert(to == Lanes::Mask64 ? VectorOp::WidenMask : VectorOp::NarrowMask, from, to, mask);
}

int VectorBuilder::select(Lanes lanes, int mask, int a, int b) {
  mask = mask_for(lanes, mask);
  const auto is_zero = [this](int value) {
    return is_constant(value) && program_.instructions[static_cast<std::size_t>(value)].bits == 0;
  };
  if (!is_avx512_ && is_zero(b)) return binary(VectorOp::And, lanes, mask, a);
  if (!is_avx512_ && is_zero(a)) return binary(VectorOp::AndNot, lanes, mask, b);
  return append({VectorOp::Select, lanes, lanes, {mask, a, b}});
}

namespace {

/// Depth first from the results, the argument that needs most registers first (Sethi and Ullman 1970).
class Ordering {
 public:
  explicit Ordering(VectorProgram& program) : program_(program), renumbered_(program.instructions.size(), -1) {
    for (const VectorInstruction& instruction : program.instructions) {
      std::vector<int> needs;
      for (int a = 0; a < arity(instruction.op); ++a)
        needs.push_back(need_[static_cast<std::size_t>(instruction.args[a])]);
      std::sort(needs.rbegin(), needs.rend());
      int need = instruction.op == VectorOp::Constant ? 0 : 1;
      for (std::size_t k = 0; k < needs.size(); ++k) need = std::max(need, needs[k] + static_cast<int>(k));
      need_.push_back(need);
    }
  }

  void run() {
    for (VectorReduction& reduction : program_.reductions) reduction.value = visit(reduction.value);
    for (VectorStore& store : program_.stores) store.value = visit(store.value);
    program_.instructions = std::move(ordered_);
  }

 private:
  int visit(int root) {
    std::vector<int> stack{root};
    while (!stack.empty()) {
      const int value = stack.back();
      if (renumbered(value) >= 0) {
        stack.pop_back();
        continue;
      }
      VectorInstruction instruction = program_.instructions[static_cast<std::size_t>(value)];
      std::vector<int> missing;
      for (int a = 0; a < arity(instruction.op); ++a)
        if (renumbered(instruction.args[a]) < 0) missing.push_back(instruction.args[a]);
      if (missing.empty()) {
        for (int a = 0; a < arity(instruction.op); ++a) instruction.args[a] = renumbered(instruction.args[a]);
        renumbered_[static_cast<std::size_t>(value)] = static_cast<int>(ordered_.size());
        ordered_.push_back(instruction);
        stack.pop_back();
        continue;
      }
      std::stable_sort(missing.begin(), missing.end(), [this](int a, int b) {
        return need_[static_cast<std::size_t>(a)] < need_[static_cast<std::size_t>(b)];
      });
      stack.insert(stack.end(), missing.begin(), missing.end());
    }
    return renumbered(root);
  }
  [[nodiscard]] int renumbered(int value) const { return renumbered_[static_cast<std::size_t>(value)]; }

  VectorProgram& program_;
  std::vector<int> need_;
  std::vector<int> renumbered_;
  std::vector<VectorInstruction> ordered_;
};

}  // namespace

void order_for_registers(VectorProgram& program) { Ordering(program).run(); }

std::string text_of_program(const VectorProgram& program) {
  std::string text = text_of("lanes ", program.widest, "\n");
  for (const VectorInstruction& i : program.instructions)
    text += text_of(static_cast<int>(i.op), " ", static_cast<int>(i.lanes), " ", static_cast<int>(i.from), " ",
                    i.args[0], " ", i.args[1], " ", i.args[2], " ", i.bits, " ", i.index, " ", i.memory, "\n");
  for (const VectorStore& s : program.stores) text += text_of("store ", s.value, " ", s.index, " ", s.memory, "\n");
  for (const VectorReduction& r : program.reductions)
    text += text_of("reduce ", r.value, " ", r.index, " ", static_cast<int>(r.lanes), " ", name(r.kind), " ",
                    r.is_unsigned, "\n");
  return text;
}

}  // namespace kerascpp::cpu::jit
