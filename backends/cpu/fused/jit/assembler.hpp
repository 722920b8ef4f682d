#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <xbyak/xbyak.h>

#include "backends/cpu/fused/jit/vector_program.hpp"

namespace kerascpp::cpu::jit {

/// Writes single vector instructions for AVX2 (with FMA and F16C) or AVX-512 (F, BW, DQ, VL) on registers chosen by the
/// caller. A register holds `lanes()` lanes, whatever their width.
///
/// Vector registers are numbers from 0; mask registers, which only AVX-512 has, are those of the processor.
class Assembler : public Xbyak::CodeGenerator {
 public:
  /// Where an argument is: a vector register, a mask register or memory.
  struct Place {
    int number = -1;
    bool in_memory = false;
    Xbyak::Address address{0};
  };

  Assembler(void* buffer, std::size_t bytes, bool is_avx512, int widest)
      : CodeGenerator(bytes, buffer), is_avx512_(is_avx512), lanes_((is_avx512 ? 64 : 32) / widest) {}

  [[nodiscard]] bool is_avx512() const { return is_avx512_; }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] int num_vectors() const { return is_avx512_ ? 32 : 16; }
  [[nodiscard]] int vector_bytes() const { return is_avx512_ ? 64 : 32; }

  /// Whether values in these lanes live in mask registers.
  [[nodiscard]] bool in_mask_register(Lanes lanes) const { return is_avx512_ && is_mask(lanes); }
  /// Arguments, as bits, of which one may be in memory.
  [[nodiscard]] int memory_arguments(const VectorInstruction& instruction) const;

  /// result = op(arguments). `result` may be the register of an argument. At most one argument is in memory. For
  /// MultiplyAdd use `multiply_add`.
  void compute(const VectorInstruction& instruction, int result, const Place* args, int scratch);
  /// r = r * b + a (132), r = a * r + b (213) or r = a * b + r (231); b may be in memory.
  void multiply_add(int form, Lanes lanes, int r, int a, const Place& b);

  /// Whether `compute` needs a scratch register for it.
  [[nodiscard]] bool needs_scratch(const VectorInstruction& instruction) const;

  /// Elements of `memory` at `from`, widened to their lanes. Masked (AVX-512 only): those of the tail, zeros elsewhere.
  void load_elements(DType memory, int to, const Xbyak::RegExp& from, bool is_masked);
  /// One element in all lanes; `pointer` is a free general register.
  void load_broadcast(DType memory, int to, const Xbyak::RegExp& from, const Xbyak::Reg64& pointer);
  /// Elements of `memory` from lanes (a mask register for bool with AVX-512); the register keeps its value. Masked
  /// (AVX-512 only): those of the tail.
  void store_elements(DType memory, const Xbyak::RegExp& to, int from, int scratch, bool is_masked, bool is_streaming);
  [[nodiscard]] bool store_needs_scratch(DType memory) const {
    return itemsize(memory) < 4 && memory != DType::Float16;
  }

  void move(int to, int from) { vmovaps(whole(to), whole(from)); }

  // registers as wide as what they hold
  [[nodiscard]] Xbyak::Xmm sized(int number, int bytes) const;
  [[nodiscard]] Xbyak::Xmm with(int number, int bytes_per_lane) const { return sized(number, lanes_ * bytes_per_lane); }
  [[nodiscard]] Xbyak::Xmm whole(int number) const { return sized(number, vector_bytes()); }

  /// Memory with `bits` in every lane.
  [[nodiscard]] Xbyak::Address constant(int bytes_per_lane, std::uint64_t bits);
  /// Memory with these bytes.
  [[nodiscard]] Xbyak::Label& data(const std::string& bytes) { return data_[bytes]; }
  /// Writes what `constant` and `data` gave addresses of; called once, at the end.
  void write_data();

  // AVX-512: the mask of the tail; k7 is free for what has to be done at once
  const Xbyak::Opmask tail_mask{1};
  const Xbyak::Opmask scratch_mask{7};
  /// Registers that the allocator may give to masks.
  static constexpr int kFirstMask = 2;
  static constexpr int kNumMasks = 5;

 private:
  void compute_float(const VectorInstruction& i, const Xbyak::Xmm& d, const Xbyak::Xmm& a, const Xbyak::Operand& a_any,
                     const Xbyak::Operand& b);
  void compute_bits(const VectorInstruction& i, const Xbyak::Xmm& d, const Xbyak::Xmm& a, const Xbyak::Operand& b);
  void compute_shift(const VectorInstruction& i, const Xbyak::Xmm& d, const Xbyak::Xmm& a, const Xbyak::Operand& b);
  void compute_mask_bits(const VectorInstruction& i, int result, const Place* args);
  void compare(const VectorInstruction& i, int result, const Place* args);
  void select(const VectorInstruction& i, int result, const Place* args);
  void convert(const VectorInstruction& i, int result, const Place* args, int scratch);

  bool is_avx512_;
  int lanes_;
  std::map<std::string, Xbyak::Label> data_;
};

}  // namespace kerascpp::cpu::jit
