#include <algorithm>
#include <bit>
#include <map>

#include "compiler/fused_loop.hpp"

namespace kerascpp::compiler {
namespace {

/// The dimensions a value depends on, as bits.
using DimMask = std::uint32_t;

// a value is computed ahead when each of its elements would else be computed at least this often
constexpr std::int64_t kLeastRepetition = 8;
// and when computing it costs about this much more than reading it
constexpr int kLeastCost = 8;

class Hoister {
 public:
  Hoister(const FusedLoop& loop, Hoisting hoisting, FusedProgram& program)
      : loop_(loop), splits_scalars_(hoisting == Hoisting::All || loop.dims.size() > 2), program_(program) {
    find_masks();
    choose_groups();
  }

  void run() {
    // smaller masks first: the loops of larger ones may read what they made
    std::vector<DimMask> order;
    for (const auto& [mask, cost] : group_costs_)
      if (is_group_[mask]) order.push_back(mask);
    std::stable_sort(order.begin(), order.end(),
                     [](DimMask a, DimMask b) { return std::popcount(a) < std::popcount(b); });
    for (DimMask mask : order) emit_group(mask);
    emit_main();
  }

 private:
  [[nodiscard]] const LoopInstruction& at(int value) const {
    return loop_.instructions[static_cast<std::size_t>(value)];
  }
  [[nodiscard]] bool is_leaf(int value) const { return info(at(value).opcode).rule == OpcodeRule::Leaf; }
  [[nodiscard]] bool is_hoisted(int value) const {
    if (is_leaf(value)) return false;
    const auto found = is_group_.find(masks_[static_cast<std::size_t>(value)]);
    return found != is_group_.end() && found->second;
  }

  [[nodiscard]] std::int64_t iterations(DimMask mask) const {
    std::int64_t product = 1;
    for (std::size_t d = 0; d < loop_.dims.size(); ++d)
      if ((mask >> d & 1U) != 0) product *= loop_.dims[d];
    return product;
  }

  void find_masks() {
    for (const LoopInstruction& instruction : loop_.instructions) {
      DimMask mask = 0;
      if (instruction.opcode == Opcode::Load) {
        const LoopOperand& operand = loop_.operands[static_cast<std::size_t>(instruction.index)];
        for (std::size_t d = 0; d < operand.strides.size(); ++d)
          if (operand.strides[d] != 0) mask |= DimMask{1} << d;
      }
      for (int a = 0; a < info(instruction.opcode).arity; ++a)
        mask |= masks_[static_cast<std::size_t>(instruction.args[a])];
      masks_.push_back(mask);
    }
  }

  void choose_groups() {
    const DimMask all = loop_.dims.empty() ? 0 : (DimMask{1} << loop_.dims.size()) - 1;
    for (std::size_t n = 0; n < masks_.size(); ++n)
      if (!is_leaf(static_cast<int>(n)) && masks_[n] != all)
        group_costs_[masks_[n]] += info(loop_.instructions[n].opcode).cost;
    for (const auto& [mask, cost] : group_costs_) {
      const bool repeated = iterations(mask) * kLeastRepetition <= loop_.size();
      is_group_[mask] = loop_.size() > 1 && (mask == 0 ? splits_scalars_ : repeated && cost >= kLeastCost);
    }
  }

  /// Copies what `roots` need into `target`, hoisted values being read from their temporaries; `group` is the mask of
  /// the values that are computed here though hoisted.
  void emit(FusedLoop& target, const std::vector<int>& roots, const DimMask* group, std::vector<int>& renumbered) {
    std::vector<bool> needed(loop_.instructions.size(), false);
    for (int root : roots) needed[static_cast<std::size_t>(root)] = true;
    const auto is_read = [&](int value) {
      return is_hoisted(value) && (group == nullptr || masks_[static_cast<std::size_t>(value)] != *group);
    };
    for (std::size_t n = needed.size(); n-- > 0;) {
      if (!needed[n] || is_read(static_cast<int>(n))) continue;
      const LoopInstruction& instruction = loop_.instructions[n];
      for (int a = 0; a < info(instruction.opcode).arity; ++a)
        needed[static_cast<std::size_t>(instruction.args[a])] = true;
    }
    renumbered.assign(needed.size(), -1);
    for (std::size_t n = 0; n < needed.size(); ++n) {
      if (!needed[n]) continue;
      LoopInstruction copy = loop_.instructions[n];
      if (is_read(static_cast<int>(n))) {
        copy = {Opcode::Load, copy.dtype, {-1, -1, -1}, static_cast<int>(target.operands.size())};
        target.operands.push_back(
            {{LoopBuffer::Temporary, temporaries_.at(static_cast<int>(n))}, copy.dtype, temporary_strides(masks_[n])});
      } else if (copy.opcode == Opcode::Load) {
        target.operands.push_back(loop_.operands[static_cast<std::size_t>(copy.index)]);
        copy.index = static_cast<int>(target.operands.size()) - 1;
      } else if (copy.opcode == Opcode::Constant) {
        target.constants.push_back(loop_.constants[static_cast<std::size_t>(copy.index)]);
        copy.index = static_cast<int>(target.constants.size()) - 1;
      } else {
        for (int a = 0; a < info(copy.opcode).arity; ++a)
          copy.args[a] = renumbered[static_cast<std::size_t>(copy.args[a])];
      }
      renumbered[n] = static_cast<int>(target.instructions.size());
      target.instructions.push_back(copy);
    }
  }

  [[nodiscard]] std::vector<std::int64_t> temporary_strides(DimMask mask) const {
    std::vector<std::int64_t> strides(loop_.dims.size(), 0);
    std::int64_t stride = 1;
    for (std::size_t d = loop_.dims.size(); d-- > 0;) {
      if ((mask >> d & 1U) == 0) continue;
      strides[d] = stride;
      stride *= loop_.dims[d];
    }
    return strides;
  }

  [[nodiscard]] std::vector<int> values_read_elsewhere(DimMask mask) const {
    std::vector<bool> read(loop_.instructions.size(), false);
    for (std::size_t n = 0; n < loop_.instructions.size(); ++n) {
      if (masks_[n] == mask) continue;
      const LoopInstruction& instruction = loop_.instructions[n];
      for (int a = 0; a < info(instruction.opcode).arity; ++a)
        read[static_cast<std::size_t>(instruction.args[a])] = true;
    }
    for (const LoopStore& store : loop_.stores) read[static_cast<std::size_t>(store.value)] = true;
    for (const LoopReduction& reduction : loop_.reductions) read[static_cast<std::size_t>(reduction.value)] = true;
    std::vector<int> values;
    for (std::size_t n = 0; n < read.size(); ++n)
      if (read[n] && masks_[n] == mask && !is_leaf(static_cast<int>(n))) values.push_back(static_cast<int>(n));
    return values;
  }

  void emit_group(DimMask mask) {
    const std::vector<int> roots = values_read_elsewhere(mask);
    if (roots.empty()) return;
    FusedLoop target;
    std::vector<int> renumbered;
    emit(target, roots, &mask, renumbered);
    // only the dimensions of the mask are left
    for (std::size_t d = 0; d < loop_.dims.size(); ++d)
      target.dims.push_back((mask >> d & 1U) != 0 ? loop_.dims[d] : 1);
    target.reduced.assign(target.dims.size(), false);
    for (int root : roots) {
      const int temporary = static_cast<int>(program_.temporaries.size());
      temporaries_[root] = temporary;
      program_.temporaries.push_back({at(root).dtype, iterations(mask)});
      target.stores.push_back(
          {{LoopBuffer::Temporary, temporary}, temporary_strides(mask), renumbered[static_cast<std::size_t>(root)]});
    }
    collapse_dims(target);
    program_.loops.push_back(std::move(target));
  }

  void emit_main() {
    std::vector<int> roots;
    for (const LoopStore& store : loop_.stores) roots.push_back(store.value);
    for (const LoopReduction& reduction : loop_.reductions) roots.push_back(reduction.value);
    FusedLoop target;
    std::vector<int> renumbered;
    emit(target, roots, nullptr, renumbered);
    target.dims = loop_.dims;
    target.reduced = loop_.reduced;
    target.stores = loop_.stores;
    target.reductions = loop_.reductions;
    for (LoopStore& store : target.stores) store.value = renumbered[static_cast<std::size_t>(store.value)];
    for (LoopReduction& reduction : target.reductions)
      reduction.value = renumbered[static_cast<std::size_t>(reduction.value)];
    collapse_dims(target);
    program_.loops.push_back(std::move(target));
  }

  const FusedLoop& loop_;
  bool splits_scalars_;
  FusedProgram& program_;
  std::vector<DimMask> masks_;
  std::map<DimMask, int> group_costs_;
  std::map<DimMask, bool> is_group_;
  std::map<int, int> temporaries_;  // of hoisted values
};

}  // namespace

void hoist_invariants(FusedLoop loop, Hoisting hoisting, FusedProgram& program) {
  collapse_dims(loop);
  Hoister(loop, hoisting, program).run();
}

}  // namespace kerascpp::compiler
