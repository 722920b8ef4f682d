#if defined(__x86_64__) && defined(__linux__)

#include <algorithm>
#include <cstddef>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/fused/box_kernel.hpp"
#include "backends/cpu/fused/jit/loop_frame.hpp"
#include "backends/cpu/fused/jit/loop_writer.hpp"

namespace kerascpp::cpu::jit {

using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::RegExp;

namespace {

std::vector<int> memory_arguments_of(const VectorProgram& program, const Assembler& assembler) {
  std::vector<int> result;
  for (const VectorInstruction& instruction : program.instructions)
    result.push_back(assembler.memory_arguments(instruction));
  return result;
}

// rax, rbp and r14 are scratch registers, r15 is the current column
constexpr int kPointerRegisters[] = {Xbyak::Operand::RSI, Xbyak::Operand::RDX, Xbyak::Operand::RCX, Xbyak::Operand::RDI,
                                     Xbyak::Operand::R8,  Xbyak::Operand::R9,  Xbyak::Operand::R10, Xbyak::Operand::R11,
                                     Xbyak::Operand::R12, Xbyak::Operand::R13, Xbyak::Operand::RBX};

}  // namespace

LoopWriter::LoopWriter(const LoopCodeRequest& request, void* buffer, std::size_t bytes)
    : Assembler(buffer, bytes, request.is_avx512, request.program.widest),
      request_(request),
      program_(request.program),
      plan_(make_plan(request, lanes(), num_vectors(), memory_arguments_of(request.program, *this))) {
  setDefaultJmpNEAR(true);
  registers_[kVectors].resize(static_cast<std::size_t>(num_vectors()));
  registers_[kMasks].resize(static_cast<std::size_t>(is_avx512() ? kNumMasks : 0));
  states_.resize(static_cast<std::size_t>(kShared + 1) * program_.instructions.size());
  pinned_.assign(program_.instructions.size(), -1);
  homes_.assign(program_.instructions.size(), -1);
  copies_ = {Copy{}};
}

std::size_t LoopWriter::write() {
  make_pointers();
  enter();
  read_box();
  make_tail_mask();
  make_accumulators();
  choose_pinned();
  write_level(Level::Box);
  if (plan_.by_strips)
    write_columns(true);
  else
    write_rows();
  if (request_.is_streaming) sfence();
  leave();
  write_data();
  const int frame = frame::kSlots + num_slots_ * frame::kSlotBytes;
  if (num_slots_ > frame::kMaxSlots) throw Refusal{text_of("code that keeps ", num_slots_, " vectors in memory")};
  rewrite(frame_patch_, static_cast<std::uint64_t>(frame), 4);
  return getSize();
}

void LoopWriter::enter() {
  for (const Reg64& reg : {rbx, rbp, r12, r13, r14, r15}) push(reg);
  mov(rax, rsp);
  sub(rsp, 0x7fffffff);
  frame_patch_ = getSize() - 4;
  and_(rsp, -64);
  mov(word(frame::kOldStack), rax);
}

void LoopWriter::leave() {
  vzeroupper();
  mov(rsp, word(frame::kOldStack));
  for (const Reg64& reg : {r15, r14, r13, r12, rbp, rbx}) pop(reg);
  ret();
}

void LoopWriter::make_pointers() {
  const auto make = [this](std::vector<Pointer>& pointers, std::size_t array, const LoopAccess& access,
                           std::size_t bytes, int priority) {
    Pointer pointer;
    pointer.box_array = static_cast<int>(array);
    pointer.index = static_cast<int>(pointers.size());
    pointer.row_bytes = access.row * static_cast<std::int64_t>(bytes);
    pointer.priority = priority;
    if (std::abs(pointer.row_bytes) > std::numeric_limits<std::int32_t>::max())
      throw Refusal{text_of("rows that are ", pointer.row_bytes, " bytes apart")};
    pointers.push_back(pointer);
  };
  for (std::size_t i = 0; i < request_.operands.size(); ++i) {
    const LoopAccess& access = request_.operands[i];
    const bool is_in_body = access.col != 0 || (plan_.by_strips && access.row != 0);
    make(operands_, offsetof(Box, operands), access, itemsize(access.memory), is_in_body ? 2 : 0);
  }
  for (const LoopAccess& access : request_.stores)
    make(stores_, offsetof(Box, stores), access, itemsize(access.memory), 2);
  for (std::size_t r = 0; r < program_.reductions.size(); ++r)
    make(reductions_, offsetof(Box, accumulators), request_.accumulators, 8, 1);
  assign_pointers();
}

void LoopWriter::assign_pointers() {
  std::vector<Pointer*> all;
  for (auto* pointers : {&operands_, &stores_, &reductions_})
    for (Pointer& pointer : *pointers) all.push_back(&pointer);
  if (all.size() > static_cast<std::size_t>(frame::kMaxPointers))
    throw Refusal{text_of("code with ", all.size(), " pointers")};
  std::stable_sort(all.begin(), all.end(),
                   [](const Pointer* a, const Pointer* b) { return a->priority > b->priority; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < std::size(kPointerRegisters)) {
      all[i]->reg = kPointerRegisters[i];
    } else {
      all[i]->slot = frame::kPointers + static_cast<int>(i) * 8;
    }
    all[i]->base_slot = frame::kBases + static_cast<int>(i) * 8;
  }
}

void LoopWriter::read_box() {
  mov(rbp, rdi);
  mov(rax, ptr[rbp + static_cast<int>(offsetof(Box, rows))]);
  mov(word(frame::kRows), rax);
  if (request_.cols == 0) {
    mov(rax, ptr[rbp + static_cast<int>(offsetof(Box, cols))]);
    mov(word(frame::kCols), rax);
  } else if (request_.cols <= std::numeric_limits<std::int32_t>::max()) {
    mov(word(frame::kCols), static_cast<std::uint32_t>(request_.cols));
  } else {
    throw Refusal{text_of("rows of ", request_.cols, " columns")};
  }
  for (auto* pointers : {&operands_, &stores_, &reductions_}) {
    if (pointers->empty()) continue;
    mov(r14, ptr[rbp + pointers->front().box_array]);
    for (const Pointer& pointer : *pointers) {
      const Reg64 reg = pointer.reg >= 0 ? Reg64(pointer.reg) : rax;
      mov(reg, ptr[r14 + pointer.index * 8]);
      if (pointer.slot >= 0) mov(word(pointer.slot), reg);
      if (plan_.by_strips) mov(word(pointer.base_slot), reg);
    }
  }
}

/// A mask of the columns behind the last whole vector.
void LoopWriter::make_tail_mask() {
  if (request_.cols > 0 && request_.cols % lanes() == 0) return;
  mov(rax, word(frame::kCols));
  and_(eax, lanes() - 1);
  if (is_avx512()) {
    mov(ebp, -1);
    bzhi(ebp, ebp, eax);
    kmovd(tail_mask, ebp);
    return;
  }
  constexpr int kOnes = 128;
  std::string table(kOnes, '\xff');
  table.append(kOnes, '\0');
  lea(rbp, ptr[rip + data(table)]);
  neg(rax);
  vmovups(ymm0, ptr[rbp + rax * 4 + kOnes]);
  vmovups(ptr[rsp + frame::kTail32], ymm0);
  vmovups(ymm0, ptr[rbp + rax * 8 + kOnes]);
  vmovups(ptr[rsp + frame::kTail64], ymm0);
  vmovups(ymm0, ptr[rbp + rax * 8 + kOnes + 32]);
  vmovups(ptr[rsp + frame::kTail64 + 32], ymm0);
}

void LoopWriter::write_rows() {
  if (!plan_.ends_rows) start_accumulators();
  Label next;
  L(next);
  write_level(Level::Row);
  if (plan_.ends_rows) start_accumulators();
  write_columns(false);
  if (plan_.ends_rows) end_horizontally();
  if (!request_.has_one_row) {
    advance_rows();
    dec(word(frame::kRows));
    jnz(next);
  }
  if (!plan_.ends_rows) end_horizontally();
}

void LoopWriter::advance_rows() {
  for (auto* pointers : {&operands_, &stores_, &reductions_})
    for (const Pointer& pointer : *pointers) {
      if (pointer.row_bytes == 0) continue;
      const auto bytes = static_cast<std::uint32_t>(static_cast<std::int32_t>(pointer.row_bytes));
      if (pointer.reg >= 0)
        add(Reg64(pointer.reg), bytes);
      else
        add(word(pointer.slot), bytes);
    }
}

void LoopWriter::write_columns(bool is_strips) {
  in_strip_ = is_strips;
  xor_(r15d, r15d);
  if (request_.cols > 0)
    write_constant_columns();
  else
    write_varying_columns();
}

std::vector<LoopWriter::Copy> LoopWriter::some_copies(int full, bool has_tail) const {
  std::vector<Copy> copies;
  for (int c = 0; c < full; ++c) copies.push_back({c, false});
  if (has_tail) copies.push_back({full, true});
  return copies;
}

void LoopWriter::turn(int copies, bool has_tail) {
  const std::vector<Copy> all = some_copies(copies, has_tail);
  if (in_strip_)
    strip(all);
  else
    write_body(all);
}

void LoopWriter::write_constant_columns() {
  const std::int64_t step = std::int64_t{lanes()} * plan_.copies;
  const std::int64_t whole = request_.cols / step;
  const auto rest = static_cast<int>(request_.cols % step / lanes());
  const bool has_tail = request_.cols % lanes() != 0;
  if (whole > 0) {
    Label next;
    L(next);
    turn(plan_.copies, false);
    if (whole > 1 || rest > 0 || has_tail) add(r15, static_cast<std::uint32_t>(step));
    if (whole > 1) {
      cmp(r15, static_cast<std::uint32_t>(whole * step));
      jl(next);
    }
  }
  if (rest > 0 || has_tail) turn(rest, has_tail);
}

void LoopWriter::write_varying_columns() {
  const auto loop_of = [this](int copies) {
    const int step = lanes() * copies;
    Label next, done;
    mov(rax, word(frame::kCols));
    sub(rax, step);
    cmp(r15, rax);
    jg(done);
    L(next);
    turn(copies, false);
    add(r15, step);
    mov(rax, word(frame::kCols));
    sub(rax, step);
    cmp(r15, rax);
    jle(next);
    L(done);
  };
  if (plan_.copies > 1) loop_of(plan_.copies);
  loop_of(1);
  Label done;
  cmp(r15, word(frame::kCols));
  jge(done);
  turn(0, true);
  L(done);
}

/// All rows of a few columns.
void LoopWriter::strip(const std::vector<Copy>& copies) {
  for (auto* pointers : {&operands_, &stores_})
    for (const Pointer& pointer : *pointers) {
      if (pointer.row_bytes == 0) continue;
      const Reg64 reg = pointer.reg >= 0 ? Reg64(pointer.reg) : rax;
      mov(reg, word(pointer.base_slot));
      if (pointer.reg < 0) mov(word(pointer.slot), reg);
    }
  copies_ = copies;
  start_accumulators();
  mov(rax, word(frame::kRows));
  mov(word(frame::kCounter), rax);
  Label next;
  L(next);
  write_body(copies);
  if (!request_.has_one_row) {
    advance_rows();
    dec(word(frame::kCounter));
    jnz(next);
  }
  end_strip(copies);
}

RegExp LoopWriter::slot_at(int slot) const { return rsp + (frame::kSlots + slot * frame::kSlotBytes); }

int LoopWriter::take_slot() {
  if (free_slots_.empty()) return num_slots_++;
  const int slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

std::string text_of_request(const LoopCodeRequest& request) {
  std::string text = text_of_program(request.program);
  const auto add = [&text](const char* what, const LoopAccess& access) {
    text += text_of(what, " ", access.memory, " ", access.row, " ", access.col, "\n");
  };
  for (const LoopAccess& access : request.operands) add("operand", access);
  for (const LoopAccess& access : request.stores) add("store", access);
  add("accumulators", request.accumulators);
  return text + text_of(request.is_avx512, " ", request.cols, " ", request.has_one_row, " ", request.is_streaming);
}

std::vector<std::uint8_t> generate_loop(const LoopCodeRequest& request, std::string& refusal) {
  constexpr std::size_t kMaxBytes = std::size_t{1} << 18;
  // kept: fresh memory costs more than writing the code
  static thread_local std::vector<std::uint8_t> buffer(kMaxBytes);
  try {
    LoopWriter writer(request, buffer.data(), buffer.size());
    const std::size_t bytes = writer.write();
    return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(bytes)};
  } catch (const LoopWriter::Refusal& reason) {
    refusal = reason.reason;
  } catch (const Xbyak::Error& error) {
    refusal = text_of("code that cannot be written: ", error.what());
  }
  return {};
}

}  // namespace kerascpp::cpu::jit

#endif
