#pragma once

#include <string>
#include <vector>

#include "backends/cpu/fused/jit/assembler.hpp"
#include "backends/cpu/fused/jit/loop_code.hpp"
#include "backends/cpu/fused/jit/loop_plan.hpp"

namespace kerascpp::cpu::jit {

/// Writes the code of one loop. Three files: loop_nest.cpp has the loops, loop_body.cpp what one turn computes and in
/// which registers, loop_reduce.cpp the reductions.
class LoopWriter final : private Assembler {
 public:
  LoopWriter(const LoopCodeRequest& request, void* buffer, std::size_t bytes);

  /// The number of bytes written. Throws Refusal.
  std::size_t write();

  struct Refusal {
    std::string reason;
  };

 private:
  /// One vector of elements in a turn of the loop: `offset` vectors behind the current column.
  struct Copy {
    int offset = 0;
    bool is_masked = false;
  };

  /// Where the elements of a buffer are: a general register or a slot of the frame.
  struct Pointer {
    int box_array = 0;  // of the Box: its offset
    int index = 0;
    std::int64_t row_bytes = 0;
    int priority = 0;  // for registers
    int reg = -1;
    int slot = -1;       // current place, when there is no register
    int base_slot = -1;  // first place, for strips
  };

  enum File : int { kVectors, kMasks };
  struct Register {
    bool is_pinned = false;
    bool is_locked = false;
    int copy = -1;
    int value = -1;
    [[nodiscard]] bool is_free() const { return !is_pinned && !is_locked && value < 0; }
  };
  struct State {
    int reg = -1;
    int slot = -1;  // where it was spilled
  };

  // loop_nest.cpp
  void enter();
  void leave();
  void make_pointers();
  void assign_pointers();
  void read_box();
  void make_tail_mask();
  void write_rows();
  void write_columns(bool is_strips);
  void write_constant_columns();
  void write_varying_columns();
  void turn(int copies, bool has_tail);
  void strip(const std::vector<Copy>& copies);
  void advance_rows();
  [[nodiscard]] std::vector<Copy> some_copies(int full, bool has_tail) const;

  // the frame
  [[nodiscard]] Xbyak::RegExp slot_at(int slot) const;
  [[nodiscard]] Xbyak::Address word(int offset) const { return qword[rsp + offset]; }
  /// Two bytes.
  [[nodiscard]] Xbyak::Address word_at(const Xbyak::RegExp& at) const { return CodeGenerator::word[at]; }
  int take_slot();

  // loop_body.cpp
  void choose_pinned();
  void write_level(Level level);
  void write_body(const std::vector<Copy>& copies);
  void write_instruction(int i, int copy);
  void write_load(int i, int copy);
  void write_masked_load(int i, int copy, int to);
  void write_multiply_add(int i, int copy);
  void write_store(int s, int copy);
  void write_masked_store(const VectorStore& store, const Pointer& pointer, int from, int copy);
  void keep(int i, int copy);

  [[nodiscard]] const VectorInstruction& at(int value) const {
    return program_.instructions[static_cast<std::size_t>(value)];
  }
  [[nodiscard]] Level level(int value) const { return plan_.levels[static_cast<std::size_t>(value)]; }
  /// Whether every copy sees the same register of it.
  [[nodiscard]] bool is_shared(int value) const { return level(value) != Level::Body && level(value) < current_level_; }
  [[nodiscard]] File file_of(int value) const { return in_mask_register(at(value).lanes) ? kMasks : kVectors; }
  [[nodiscard]] bool is_last_use(int value, int position) const {
    return plan_.uses[static_cast<std::size_t>(value)].back() <= position;
  }
  State& state(int copy, int value) {
    const std::size_t row = is_shared(value) ? static_cast<std::size_t>(kShared) : static_cast<std::size_t>(copy);
    return states_[row * program_.instructions.size() + static_cast<std::size_t>(value)];
  }
  [[nodiscard]] bool is_in_register(int copy, int value) {
    return pinned_[static_cast<std::size_t>(value)] >= 0 || state(copy, value).reg >= 0;
  }
  /// Elements of an operand or result for one copy; may use the register rax.
  [[nodiscard]] Xbyak::RegExp elements(const Pointer& pointer, std::size_t bytes, bool is_indexed, int copy);
  [[nodiscard]] Xbyak::RegExp start_of(const Pointer& pointer);

  int in_register(int copy, int value, int position);
  [[nodiscard]] Place in_memory(int copy, int value);
  void lock(File file, int reg) { registers_[file][static_cast<std::size_t>(reg)].is_locked = true; }
  void unlock_all();
  int acquire(File file, int position);
  int scratch(int position) {
    const int reg = acquire(kVectors, position);
    lock(kVectors, reg);
    return reg;
  }
  int pin();
  void evict(File file, int reg);
  void own(File file, int reg, int copy, int value);
  void release_argument(int i, int a, int copy);
  void release(int copy, int value);
  void forget_all();
  [[nodiscard]] int next_use(const Register& owner, int position) const;
  void load_slot(File file, int reg, int slot);
  void save_slot(File file, int reg, int slot);

  // loop_reduce.cpp
  struct Accumulator {
    int reg = -1;
    int slot = -1;
  };
  void make_accumulators();
  void start_accumulators();
  void accumulate(int r, int copy);
  void combine_into(const ReductionPlan& plan, const Accumulator& accumulator, int value, int position);
  /// into = into (+) value; value may be overwritten.
  void combine(ReductionPlan::Combine how, Lanes lanes, int into, int value, int bytes, int scratch);
  void widen(const VectorReduction& reduction, const ReductionPlan& plan, int to, int from, int part, int bytes);
  int without_tail(const VectorReduction& reduction, const ReductionPlan& plan, int value, int position);
  [[nodiscard]] Xbyak::Xmm whole_or_with(int reg, const ReductionPlan& plan) const;
  [[nodiscard]] int part_bytes(const ReductionPlan& plan) const;
  void end_horizontally();
  void end_strip(const std::vector<Copy>& copies);
  int fetched(const Accumulator& accumulator, int position);
  [[nodiscard]] Accumulator& accumulator(int r, int copy, int part) {
    const auto parts = static_cast<std::size_t>(plan_.reductions[static_cast<std::size_t>(r)].parts);
    return accumulators_[static_cast<std::size_t>(r)]
                        [static_cast<std::size_t>(copy) * parts + static_cast<std::size_t>(part)];
  }

  static constexpr int kShared = 8;  // row of `states_` for values that all copies share

  const LoopCodeRequest& request_;
  const VectorProgram& program_;
  LoopPlan plan_;

  std::vector<Pointer> operands_;
  std::vector<Pointer> stores_;
  std::vector<Pointer> reductions_;
  std::vector<Copy> copies_;  // of the current turn
  Level current_level_ = Level::Body;
  bool in_strip_ = false;

  std::vector<Register> registers_[2];
  std::vector<State> states_;
  std::vector<int> pinned_;  // registers of values, or -1
  std::vector<int> homes_;   // slots of values from outside the body, or -1
  std::vector<std::vector<Accumulator>> accumulators_;

  std::vector<int> free_slots_;
  int num_slots_ = 0;
  std::size_t frame_patch_ = 0;  // where the size of the frame is written
};

}  // namespace kerascpp::cpu::jit
