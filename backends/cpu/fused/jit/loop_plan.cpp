#include "backends/cpu/fused/jit/loop_plan.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace kerascpp::cpu::jit {
namespace {

using compiler::ReductionKind;
using Combine = ReductionPlan::Combine;

// copies hide how long instructions take; short bodies overlap from turn to turn by themselves
constexpr int kMaxCopies = 6;
constexpr int kMaxShortCopies = 4;
constexpr int kShortBody = 24;
// longer bodies would leave the caches of instructions
constexpr int kMaxBodyInstructions = 1200;
// registers for addresses of memory arguments, conversions and the like
constexpr int kScratch = 1;
constexpr int kReductionScratch = 3;

std::uint64_t bits_of(Lanes lanes, double value) {
  if (lanes == Lanes::Float32) return std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<std::uint64_t>(value);
}

std::uint64_t extreme(Lanes lanes, bool is_least) {
  if (is_float(lanes)) return bits_of(lanes, is_least ? -__builtin_inf() : __builtin_inf());
  const int width = 8 * lane_bytes(lanes);
  const std::uint64_t sign = std::uint64_t{1} << (width - 1);
  return is_least ? sign : sign - 1;
}

ReductionPlan plan_of(const VectorReduction& reduction, int lanes_bytes_total, int vector_bytes) {
  ReductionPlan plan;
  plan.lanes = reduction.lanes;
  const bool floats = is_float(reduction.lanes);
  switch (reduction.kind) {
    case ReductionKind::Sum:
    case ReductionKind::Mean:
    case ReductionKind::Prod:
      plan.combine = reduction.kind == ReductionKind::Prod ? Combine::Multiply : Combine::Add;
      plan.lanes = floats ? Lanes::Float64 : Lanes::Int64;
      plan.neutral = reduction.kind == ReductionKind::Prod ? bits_of(plan.lanes, 1) : 0;
      plan.ignored = reduction.kind == ReductionKind::Prod ? bits_of(reduction.lanes, 1) : 0;
      break;
    case ReductionKind::Max:
    case ReductionKind::Min:
      plan.combine = reduction.kind == ReductionKind::Max ? Combine::Max : Combine::Min;
      plan.neutral = plan.ignored = extreme(plan.lanes, reduction.kind == ReductionKind::Max);
      break;
    case ReductionKind::Any:
      plan.combine = Combine::Or;
      break;
    case ReductionKind::All:
      plan.combine = Combine::And;
      plan.neutral = plan.ignored = 1;
      break;
  }
  plan.widens = lane_bytes(plan.lanes) != lane_bytes(reduction.lanes);
  plan.parts = std::max(1, lanes_bytes_total * lane_bytes(plan.lanes) / vector_bytes);
  return plan;
}

class Planner {
 public:
  Planner(const LoopCodeRequest& request, int lanes, int num_vectors, const std::vector<int>& memory_arguments)
      : request_(request),
        program_(request.program),
        lanes_(lanes),
        num_vectors_(num_vectors),
        memory_arguments_(memory_arguments) {}

  LoopPlan run() {
    if (!program_.reductions.empty()) {
      plan_.by_strips = request_.accumulators.col != 0;
      plan_.ends_rows = !plan_.by_strips && request_.accumulators.row != 0;
    }
    for (const VectorReduction& reduction : program_.reductions)
      plan_.reductions.push_back(plan_of(reduction, lanes_, request_.is_avx512 ? 64 : 32));
    find_levels();
    find_uses();
    fold_loads();
    choose_copies();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const VectorInstruction& at(int value) const {
    return program_.instructions[static_cast<std::size_t>(value)];
  }
  [[nodiscard]] Level level(int value) const { return plan_.levels[static_cast<std::size_t>(value)]; }

  [[nodiscard]] Level level_of_load(const LoopAccess& access) const {
    if (access.row == 0 && access.col == 0) return Level::Box;
    if (access.col == 0 && !plan_.by_strips) return Level::Row;
    return Level::Body;
  }

  void find_levels() {
    for (const VectorInstruction& instruction : program_.instructions) {
      Level level = Level::Box;
      if (instruction.op == VectorOp::Constant) level = Level::Constant;
      if (instruction.op == VectorOp::Load)
        level = level_of_load(request_.operands[static_cast<std::size_t>(instruction.index)]);
      for (int a = 0; a < arity(instruction.op); ++a) level = std::max(level, this->level(instruction.args[a]));
      plan_.levels.push_back(level);
    }
  }

  void find_uses() {
    const int n = static_cast<int>(program_.instructions.size());
    plan_.uses.resize(program_.instructions.size());
    for (int i = 0; i < n; ++i)
      for (int a = 0; a < arity(at(i).op); ++a) plan_.uses[static_cast<std::size_t>(at(i).args[a])].push_back(i);
    int position = n;
    for (const auto& reduction : program_.reductions)
      plan_.uses[static_cast<std::size_t>(reduction.value)].push_back(position++);
    for (const auto& store : program_.stores) plan_.uses[static_cast<std::size_t>(store.value)].push_back(position++);
  }

  void fold_loads() {
    const int n = static_cast<int>(program_.instructions.size());
    plan_.is_folded.assign(program_.instructions.size(), false);
    std::vector<bool> has_memory(program_.instructions.size(), false);
    for (int i = 0; i < n; ++i) {
      const auto& uses = plan_.uses[static_cast<std::size_t>(i)];
      if (at(i).op != VectorOp::Load || level(i) != Level::Body || uses.size() != 1 || uses[0] >= n) continue;
      if (request_.operands[static_cast<std::size_t>(at(i).index)].col != 1) continue;
      if (static_cast<int>(itemsize(at(i).memory)) != lane_bytes(at(i).lanes) || is_mask(at(i).lanes)) continue;
      const VectorInstruction& user = at(uses[0]);
      bool fits = !has_memory[static_cast<std::size_t>(uses[0])];
      for (int a = 0; a < arity(user.op); ++a)
        if (user.args[a] == i && (memory_arguments_[static_cast<std::size_t>(uses[0])] >> a & 1) == 0) fits = false;
      if (!fits) continue;
      plan_.is_folded[static_cast<std::size_t>(i)] = true;
      has_memory[static_cast<std::size_t>(uses[0])] = true;
    }
  }

  /// Most values of the body that are alive at once.
  [[nodiscard]] int pressure() const {
    const int n = static_cast<int>(program_.instructions.size());
    std::vector<int> ends(static_cast<std::size_t>(n), 0);
    int alive = 0;
    int most = 0;
    for (int i = 0; i < n; ++i) {
      if (level(i) != Level::Body || plan_.is_folded[static_cast<std::size_t>(i)]) continue;
      // arguments that end here make room for the result
      for (int a = 0; a < arity(at(i).op); ++a) {
        const int arg = at(i).args[a];
        bool again = false;
        for (int earlier = 0; earlier < a; ++earlier) again = again || at(i).args[earlier] == arg;
        if (again || level(arg) != Level::Body || plan_.is_folded[static_cast<std::size_t>(arg)]) continue;
        if (plan_.uses[static_cast<std::size_t>(arg)].back() == i) --alive;
      }
      ++alive;
      most = std::max(most, alive);
    }
    return std::max(1, most);
  }

  void choose_copies() {
    int body = 0;
    for (const Level level : plan_.levels) body += level == Level::Body ? 1 : 0;
    int accumulators = 0;
    for (const ReductionPlan& reduction : plan_.reductions) accumulators += reduction.parts;
    const int pressure = this->pressure();
    const int scratch = program_.reductions.empty() ? kScratch : kReductionScratch;
    int most = body > kShortBody ? kMaxCopies : kMaxShortCopies;
    if (request_.cols > 0)
      most = static_cast<int>(std::clamp<std::int64_t>((request_.cols + lanes_ - 1) / lanes_, 1, most));
    most = std::clamp(kMaxBodyInstructions / std::max(1, body), 1, most);
    for (const bool in_registers : {true, false})
      for (int copies = most; copies >= 1; --copies) {
        const int needed = copies * (pressure + (in_registers ? accumulators : 0)) + scratch;
        if (needed > num_vectors_ && (in_registers || copies > 1)) continue;
        plan_.copies = copies;
        plan_.accumulators_in_registers = in_registers;
        plan_.spare_registers = std::max(0, num_vectors_ - needed);
        return;
      }
  }

  const LoopCodeRequest& request_;
  const VectorProgram& program_;
  int lanes_;
  int num_vectors_;
  const std::vector<int>& memory_arguments_;
  LoopPlan plan_;
};

}  // namespace

LoopPlan make_plan(const LoopCodeRequest& request, int lanes, int num_vectors,
                   const std::vector<int>& memory_arguments) {
  return Planner(request, lanes, num_vectors, memory_arguments).run();
}

}  // namespace kerascpp::cpu::jit
