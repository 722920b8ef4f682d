#if defined(__x86_64__) && defined(__linux__)

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/fused/jit/loop_frame.hpp"
#include "backends/cpu/fused/jit/loop_writer.hpp"

namespace kerascpp::cpu::jit {

using Xbyak::Label;
using Xbyak::Opmask;
using Xbyak::Reg64;
using Xbyak::RegExp;
using Xbyak::Xmm;

// values and their registers

void LoopWriter::load_slot(File file, int reg, int slot) {
  if (file == kMasks)
    kmovd(Opmask(kFirstMask + reg), ptr[slot_at(slot)]);
  else
    vmovaps(whole(reg), ptr[slot_at(slot)]);
}

void LoopWriter::save_slot(File file, int reg, int slot) {
  if (file == kMasks)
    kmovd(ptr[slot_at(slot)], Opmask(kFirstMask + reg));
  else
    vmovaps(ptr[slot_at(slot)], whole(reg));
}

void LoopWriter::own(File file, int reg, int copy, int value) {
  Register& owner = registers_[file][static_cast<std::size_t>(reg)];
  owner.copy = copy;
  owner.value = value;
  state(copy, value).reg = reg;
}

int LoopWriter::next_use(const Register& owner, int position) const {
  for (int use : plan_.uses[static_cast<std::size_t>(owner.value)])
    if (use >= position) return use;
  return std::numeric_limits<int>::max();
}

void LoopWriter::evict(File file, int reg) {
  Register& owner = registers_[file][static_cast<std::size_t>(reg)];
  State& evicted = state(owner.copy, owner.value);
  const bool is_folded = plan_.is_folded[static_cast<std::size_t>(owner.value)] &&
                         !copies_[static_cast<std::size_t>(owner.copy)].is_masked;
  const bool can_be_read_again = is_shared(owner.value) || evicted.slot >= 0 || is_folded;
  if (!can_be_read_again) {
    evicted.slot = take_slot();
    save_slot(file, reg, evicted.slot);
  }
  evicted.reg = -1;
  owner.value = -1;
}

int LoopWriter::acquire(File file, int position) {
  std::vector<Register>& registers = registers_[file];
  int best = -1;
  int farthest = -1;
  for (std::size_t reg = 0; reg < registers.size(); ++reg) {
    const Register& candidate = registers[reg];
    if (candidate.is_free()) return static_cast<int>(reg);
    if (candidate.is_pinned || candidate.is_locked) continue;
    const int use = next_use(candidate, position);
    if (use <= farthest) continue;
    best = static_cast<int>(reg);
    farthest = use;
  }
  if (best < 0) throw Refusal{"code that needs more registers"};
  evict(file, best);
  return best;
}

int LoopWriter::pin() {
  std::vector<Register>& registers = registers_[kVectors];
  for (std::size_t reg = registers.size(); reg-- > 0;) {
    if (!registers[reg].is_free()) continue;
    registers[reg].is_pinned = true;
    return static_cast<int>(reg);
  }
  throw Refusal{"code that needs more registers"};
}

void LoopWriter::unlock_all() {
  for (auto& registers : registers_)
    for (Register& reg : registers) reg.is_locked = false;
}

void LoopWriter::release(int copy, int value) {
  State& released = state(copy, value);
  if (released.reg >= 0) {
    Register& owner = registers_[file_of(value)][static_cast<std::size_t>(released.reg)];
    owner.value = -1;
    owner.is_locked = false;
  }
  if (released.slot >= 0) free_slots_.push_back(released.slot);
  released = State{};
}

void LoopWriter::release_argument(int i, int a, int copy) {
  const int arg = at(i).args[a];
  if (!is_shared(arg) && is_last_use(arg, i)) release(copy, arg);
}

void LoopWriter::forget_all() {
  for (auto& registers : registers_)
    for (Register& reg : registers) {
      if (!reg.is_pinned) reg.value = -1;
      reg.is_locked = false;
    }
  for (State& forgotten : states_) {
    if (forgotten.slot >= 0) free_slots_.push_back(forgotten.slot);
    forgotten = State{};
  }
}

RegExp LoopWriter::start_of(const Pointer& pointer) {
  if (pointer.reg >= 0) return RegExp(Reg64(pointer.reg));
  mov(rax, word(pointer.slot));
  return RegExp(rax);
}

RegExp LoopWriter::elements(const Pointer& pointer, std::size_t bytes, bool is_indexed, int copy) {
  const RegExp start = start_of(pointer);
  if (!is_indexed) return start;
  const int offset = copies_[static_cast<std::size_t>(copy)].offset * lanes() * static_cast<int>(bytes);
  return start + r15 * static_cast<int>(bytes) + offset;
}

int LoopWriter::in_register(int copy, int value, int position) {
  const int pinned = pinned_[static_cast<std::size_t>(value)];
  if (pinned >= 0) return pinned;
  const File file = file_of(value);
  if (state(copy, value).reg < 0) {
    const int reg = acquire(file, position);
    const int slot = state(copy, value).slot;
    const int home = is_shared(value) ? homes_[static_cast<std::size_t>(value)] : -1;
    const VectorInstruction& instruction = at(value);
    if (slot >= 0 || home >= 0) {
      load_slot(file, reg, slot >= 0 ? slot : home);
    } else if (instruction.op == VectorOp::Constant) {
      const int bytes = lane_bytes(instruction.lanes);
      if (instruction.bits == 0)
        vxorps(Xmm(reg), Xmm(reg), Xmm(reg));
      else
        vmovups(with(reg, bytes), constant(bytes, instruction.bits));
    } else if (plan_.is_folded[static_cast<std::size_t>(value)]) {
      const auto& pointer = operands_[static_cast<std::size_t>(instruction.index)];
      load_elements(instruction.memory, reg, elements(pointer, itemsize(instruction.memory), true, copy), false);
    } else {
      throw Refusal{text_of("value ", value, " is lost")};
    }
    own(file, reg, copy, value);
  }
  const int reg = state(copy, value).reg;
  lock(file, reg);
  return reg;
}

Assembler::Place LoopWriter::in_memory(int copy, int value) {
  Place place;
  place.in_memory = true;
  const VectorInstruction& instruction = at(value);
  const int slot = state(copy, value).slot;
  const int home = is_shared(value) ? homes_[static_cast<std::size_t>(value)] : -1;
  if (slot >= 0 || home >= 0) {
    place.address = ptr[slot_at(slot >= 0 ? slot : home)];
  } else if (instruction.op == VectorOp::Constant) {
    place.address = constant(lane_bytes(instruction.lanes), instruction.bits);
  } else {
    const auto& pointer = operands_[static_cast<std::size_t>(instruction.index)];
    place.address = ptr[elements(pointer, itemsize(instruction.memory), true, copy)];
  }
  return place;
}

// what does not change from turn to turn

void LoopWriter::choose_pinned() {
  const int n = static_cast<int>(program_.instructions.size());
  std::vector<std::pair<int, int>> candidates;  // of weight and value
  for (int value = 0; value < n; ++value) {
    if (level(value) == Level::Body || file_of(value) == kMasks) continue;
    int weight = 0;
    for (int use : plan_.uses[static_cast<std::size_t>(value)]) {
      if (use >= n) {
        weight += 3;
      } else if (level(use) == Level::Body) {
        for (int a = 0; a < arity(at(use).op); ++a)
          if (at(use).args[a] == value) weight += (memory_arguments(at(use)) >> a & 1) != 0 ? 1 : 3;
      }
    }
    if (weight > 0) candidates.emplace_back(weight, value);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto count = std::min(candidates.size(), static_cast<std::size_t>(plan_.spare_registers));
  for (std::size_t i = 0; i < count; ++i) {
    const int value = candidates[i].second;
    const int reg = pin();
    pinned_[static_cast<std::size_t>(value)] = reg;
    if (level(value) == Level::Constant)
      vmovups(with(reg, lane_bytes(at(value).lanes)), constant(lane_bytes(at(value).lanes), at(value).bits));
  }
}

void LoopWriter::write_level(Level wanted) {
  current_level_ = wanted;
  copies_ = {Copy{}};
  for (int i = 0; i < static_cast<int>(program_.instructions.size()); ++i) {
    if (level(i) != wanted) continue;
    write_instruction(i, 0);
    keep(i, 0);
  }
  forget_all();
  current_level_ = Level::Body;
}

/// Puts a value where later levels find it.
void LoopWriter::keep(int i, int copy) {
  const int n = static_cast<int>(program_.instructions.size());
  bool is_needed = false;
  for (int use : plan_.uses[static_cast<std::size_t>(i)]) is_needed = is_needed || use >= n || level(use) > level(i);
  const int pinned = pinned_[static_cast<std::size_t>(i)];
  const int reg = state(copy, i).reg;
  if (pinned >= 0) {
    if (reg != pinned) move(pinned, reg);
  } else if (is_needed) {
    int& home = homes_[static_cast<std::size_t>(i)];
    if (home < 0) home = take_slot();
    save_slot(file_of(i), reg, home);
  }
}

// one turn

void LoopWriter::write_body(const std::vector<Copy>& copies) {
  copies_ = copies;
  current_level_ = Level::Body;
  const int n = static_cast<int>(program_.instructions.size());
  const int count = static_cast<int>(copies.size());
  for (int i = 0; i < n; ++i) {
    if (level(i) != Level::Body) continue;
    for (int copy = 0; copy < count; ++copy) write_instruction(i, copy);
  }
  for (int r = 0; r < static_cast<int>(program_.reductions.size()); ++r)
    for (int copy = 0; copy < count; ++copy) accumulate(r, copy);
  // after all loads: a result may lie where an operand lay
  for (int s = 0; s < static_cast<int>(program_.stores.size()); ++s)
    for (int copy = 0; copy < count; ++copy) write_store(s, copy);
  forget_all();
}

void LoopWriter::write_instruction(int i, int copy) {
  const VectorInstruction& instruction = at(i);
  if (instruction.op == VectorOp::Load) return write_load(i, copy);
  if (instruction.op == VectorOp::MultiplyAdd) return write_multiply_add(i, copy);
  const int count = arity(instruction.op);
  const int allowed = memory_arguments(instruction);
  int memory = -1;
  for (int a = 0; a < count; ++a) {
    if ((allowed >> a & 1) == 0 || is_in_register(copy, instruction.args[a])) continue;
    bool is_twice = false;
    for (int b = 0; b < count; ++b) is_twice = is_twice || (b != a && instruction.args[b] == instruction.args[a]);
    if (is_twice) continue;
    // loads gain most: they have no other register
    if (memory < 0 || plan_.is_folded[static_cast<std::size_t>(instruction.args[a])]) memory = a;
  }
  Place args[3];
  for (int a = 0; a < count; ++a) {
    if (a == memory) continue;
    args[a].number = in_register(copy, instruction.args[a], i);
    if (file_of(instruction.args[a]) == kMasks) args[a].number += kFirstMask;
  }
  const int temporary = needs_scratch(instruction) ? scratch(i) : -1;
  if (memory >= 0) args[memory] = in_memory(copy, instruction.args[memory]);
  for (int a = 0; a < count; ++a)
    if (a != memory) release_argument(i, a, copy);
  const File file = file_of(i);
  const int result = acquire(file, i);
  compute(instruction, result + (file == kMasks ? kFirstMask : 0), args, temporary);
  // not earlier: making room for the result may take a free slot
  if (memory >= 0) release_argument(i, memory, copy);
  own(file, result, copy, i);
  unlock_all();
}

void LoopWriter::write_multiply_add(int i, int copy) {
  const VectorInstruction& instruction = at(i);
  const int* const args = instruction.args;
  const auto differs = [args](int a) { return args[a] != args[(a + 1) % 3] && args[a] != args[(a + 2) % 3]; };
  int memory = -1;
  for (int a = 0; a < 3; ++a)
    if (!is_in_register(copy, args[a]) && differs(a) &&
        (memory < 0 || plan_.is_folded[static_cast<std::size_t>(args[a])]))
      memory = a;
  int registers[3] = {-1, -1, -1};
  for (int a = 0; a < 3; ++a)
    if (a != memory) registers[a] = in_register(copy, args[a], i);
  // the result takes the register of an argument that is not needed again
  int taken = -1;
  for (int a : {0, 1, 2})
    if (a != memory && differs(a) && pinned_[static_cast<std::size_t>(args[a])] < 0 &&
        (is_shared(args[a]) || is_last_use(args[a], i)))
      taken = a;
  int result = taken >= 0 ? registers[taken] : acquire(kVectors, i);
  if (taken < 0) lock(kVectors, result);
  Place place;
  if (memory >= 0) place = in_memory(copy, args[memory]);
  const auto place_of = [&](int a) {
    if (a == memory) return place;
    Place in;
    in.number = registers[a];
    return in;
  };
  if (taken < 0) {
    // the sum starts from a copy of the third argument
    if (memory == 2)
      vmovups(whole(result), place.address);
    else
      move(result, registers[2]);
    if (memory == 0)
      multiply_add(231, instruction.lanes, result, registers[1], place_of(0));
    else
      multiply_add(231, instruction.lanes, result, registers[0], place_of(1));
  } else if (taken == 2) {
    const int factor = memory == 0 ? 1 : 0;
    multiply_add(231, instruction.lanes, result, registers[factor], place_of(1 - factor));
  } else {
    const int factor = 1 - taken;
    if (memory == factor)
      multiply_add(132, instruction.lanes, result, registers[2], place_of(factor));
    else
      multiply_add(213, instruction.lanes, result, registers[factor], place_of(2));
  }
  if (taken >= 0) {
    State& lost = state(copy, args[taken]);
    registers_[kVectors][static_cast<std::size_t>(result)].value = -1;
    lost.reg = -1;
  }
  for (int a = 0; a < 3; ++a) release_argument(i, a, copy);
  own(kVectors, result, copy, i);
  unlock_all();
}

void LoopWriter::write_load(int i, int copy) {
  const VectorInstruction& instruction = at(i);
  const bool is_masked = copies_[static_cast<std::size_t>(copy)].is_masked;
  if (plan_.is_folded[static_cast<std::size_t>(i)] && !is_masked) return;
  const LoopAccess& access = request_.operands[static_cast<std::size_t>(instruction.index)];
  const Pointer& pointer = operands_[static_cast<std::size_t>(instruction.index)];
  const int reg = acquire(kVectors, i);
  lock(kVectors, reg);
  if (access.col == 0) {
    load_broadcast(instruction.memory, reg, start_of(pointer), rax);
  } else if (is_masked && !is_avx512()) {
    write_masked_load(i, copy, reg);
  } else {
    load_elements(instruction.memory, reg, elements(pointer, itemsize(access.memory), true, copy), is_masked);
  }
  own(kVectors, reg, copy, i);
  unlock_all();
}

/// AVX2: the elements behind the last whole vector.
void LoopWriter::write_masked_load(int i, int copy, int to) {
  const DType memory = at(i).memory;
  const auto bytes = static_cast<int>(itemsize(memory));
  const RegExp from = elements(operands_[static_cast<std::size_t>(at(i).index)], itemsize(memory), true, copy);
  if (bytes >= 4) {
    const auto tail = static_cast<int>(request_.cols % lanes());
    if (tail * bytes == 4) return vmovss(Xmm(to), ptr[from]);
    if (tail * bytes == 8) return vmovsd(Xmm(to), ptr[from]);
    if (tail * bytes == 16) return vmovups(Xmm(to), ptr[from]);
    vmovups(with(to, bytes), ptr[rsp + (bytes == 4 ? frame::kTail32 : frame::kTail64)]);
    return bytes == 4 ? vmaskmovps(with(to, 4), with(to, 4), ptr[from])
                      : vmaskmovpd(with(to, 8), with(to, 8), ptr[from]);
  }
  lea(rbp, ptr[from]);
  mov(r14, word(frame::kCols));
  and_(r14d, lanes() - 1);
  Label next;
  L(next);
  if (bytes == 1) {
    movzx(eax, byte[rbp + r14 - 1]);
    mov(byte[rsp + r14 + (frame::kBytes - 1)], al);
  } else {
    movzx(eax, word_at(rbp + r14 * 2 - 2));
    mov(word_at(rsp + r14 * 2 + (frame::kBytes - 2)), ax);
  }
  dec(r14);
  jnz(next);
  load_elements(memory, to, rsp + frame::kBytes, false);
}

void LoopWriter::write_store(int s, int copy) {
  const VectorStore& store = program_.stores[static_cast<std::size_t>(s)];
  const Pointer& pointer = stores_[static_cast<std::size_t>(s)];
  const int position =
      static_cast<int>(program_.instructions.size()) + static_cast<int>(program_.reductions.size()) + s;
  const bool is_masked = copies_[static_cast<std::size_t>(copy)].is_masked;
  int from = in_register(copy, store.value, position);
  if (file_of(store.value) == kMasks) from += kFirstMask;
  if (is_masked && !is_avx512()) {
    write_masked_store(store, pointer, from, copy);
  } else {
    const int temporary = store_needs_scratch(store.memory) ? scratch(position) : -1;
    store_elements(store.memory, elements(pointer, itemsize(store.memory), true, copy), from, temporary, is_masked,
                   request_.is_streaming && !is_masked);
  }
  if (!is_shared(store.value) && is_last_use(store.value, position)) release(copy, store.value);
  unlock_all();
}

/// AVX2: the elements behind the last whole vector.
void LoopWriter::write_masked_store(const VectorStore& store, const Pointer& pointer, int from, int copy) {
  const auto bytes = static_cast<int>(itemsize(store.memory));
  const int position = std::numeric_limits<int>::max();
  if (bytes >= 4) {
    const auto tail = static_cast<int>(request_.cols % lanes());
    const RegExp to = elements(pointer, itemsize(store.memory), true, copy);
    if (tail * bytes == 4) return vmovss(ptr[to], Xmm(from));
    if (tail * bytes == 8) return vmovsd(ptr[to], Xmm(from));
    if (tail * bytes == 16) return vmovups(ptr[to], Xmm(from));
    const int mask = scratch(position);
    vmovups(with(mask, bytes), ptr[rsp + (bytes == 4 ? frame::kTail32 : frame::kTail64)]);
    return bytes == 4 ? vmaskmovps(ptr[to], with(mask, 4), with(from, 4))
                      : vmaskmovpd(ptr[to], with(mask, 8), with(from, 8));
  }
  const int temporary = scratch(position);
  store_elements(store.memory, rsp + frame::kBytes, from, temporary, false, false);
  lea(rbp, ptr[elements(pointer, itemsize(store.memory), true, copy)]);
  mov(r14, word(frame::kCols));
  and_(r14d, lanes() - 1);
  Label next;
  L(next);
  if (bytes == 1) {
    movzx(eax, byte[rsp + r14 + (frame::kBytes - 1)]);
    mov(byte[rbp + r14 - 1], al);
  } else {
    movzx(eax, word_at(rsp + r14 * 2 + (frame::kBytes - 2)));
    mov(word_at(rbp + r14 * 2 - 2), ax);
  }
  dec(r14);
  jnz(next);
}

}  // namespace kerascpp::cpu::jit

#endif
