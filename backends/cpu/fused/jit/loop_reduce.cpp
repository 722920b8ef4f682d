#if defined(__x86_64__) && defined(__linux__)

#include <algorithm>

#include "backends/cpu/fused/jit/loop_frame.hpp"
#include "backends/cpu/fused/jit/loop_writer.hpp"

namespace kerascpp::cpu::jit {

using Combine = ReductionPlan::Combine;
using Xbyak::Opmask;
using Xbyak::RegExp;
using Xbyak::Xmm;
using Xbyak::Ymm;
using Xbyak::Zmm;

void LoopWriter::make_accumulators() {
  for (const ReductionPlan& plan : plan_.reductions) {
    accumulators_.emplace_back();
    for (int i = 0; i < plan.parts * plan_.copies; ++i) {
      Accumulator made;
      if (plan_.accumulators_in_registers)
        made.reg = pin();
      else
        made.slot = take_slot();
      accumulators_.back().push_back(made);
    }
  }
}

void LoopWriter::start_accumulators() {
  for (std::size_t r = 0; r < plan_.reductions.size(); ++r) {
    const ReductionPlan& plan = plan_.reductions[r];
    for (const Accumulator& accumulator : accumulators_[r]) {
      const int reg = accumulator.reg >= 0 ? accumulator.reg : acquire(kVectors, 0);
      if (plan.neutral == 0)
        vxorps(Xmm(reg), Xmm(reg), Xmm(reg));
      else
        vmovups(whole_or_with(reg, plan), constant(lane_bytes(plan.lanes), plan.neutral));
      if (accumulator.slot >= 0) save_slot(kVectors, reg, accumulator.slot);
    }
  }
}

/// All bytes of an accumulator that hold lanes.
Xmm LoopWriter::whole_or_with(int reg, const ReductionPlan& plan) const { return sized(reg, part_bytes(plan)); }

int LoopWriter::part_bytes(const ReductionPlan& plan) const { return lanes() * lane_bytes(plan.lanes) / plan.parts; }

void LoopWriter::combine(Combine how, Lanes lanes, int into, int value, int bytes, int scratch) {
  const Xmm a = sized(into, bytes);
  const Xmm b = sized(value, bytes);
  const bool is_wide = lane_bytes(lanes) == 8;
  if (how == Combine::And) return vandps(a, a, b);
  if (how == Combine::Or) return vorps(a, a, b);
  if (!is_float(lanes)) {
    if (how == Combine::Add) return is_wide ? vpaddq(a, a, b) : vpaddd(a, a, b);
    const bool is_max = how == Combine::Max;
    if (!is_wide) return is_max ? vpmaxsd(a, a, b) : vpminsd(a, a, b);
    if (is_avx512()) return is_max ? vpmaxsq(a, a, b) : vpminsq(a, a, b);
    const Xmm mask = sized(scratch, bytes);
    is_max ? vpcmpgtq(mask, a, b) : vpcmpgtq(mask, b, a);
    return vblendvpd(a, b, a, mask);
  }
  if (how == Combine::Add) return is_wide ? vaddpd(a, a, b) : vaddps(a, a, b);
  if (how == Combine::Multiply) return is_wide ? vmulpd(a, a, b) : vmulps(a, a, b);
  // the second argument of an extremum is the result where one is NaN: that keeps a NaN in `into`, and one in `value`
  // is put there
  constexpr int kUnordered = 3;
  const bool is_max = how == Combine::Max;
  if (is_avx512()) {
    is_wide ? vcmppd(scratch_mask, b, b, kUnordered) : vcmpps(scratch_mask, b, b, kUnordered);
    if (is_wide)
      is_max ? vmaxpd(a, b, a) : vminpd(a, b, a);
    else
      is_max ? vmaxps(a, b, a) : vminps(a, b, a);
    return is_wide ? vmovapd(a | scratch_mask, b) : vmovaps(a | scratch_mask, b);
  }
  const Xmm mask = sized(scratch, bytes);
  if (is_wide) {
    vcmppd(mask, b, b, kUnordered);
    is_max ? vmaxpd(a, b, a) : vminpd(a, b, a);
    return vblendvpd(a, a, b, mask);
  }
  vcmpps(mask, b, b, kUnordered);
  is_max ? vmaxps(a, b, a) : vminps(a, b, a);
  vblendvps(a, a, b, mask);
}

/// The lanes of one part of `from`, as wide as those of the accumulators; `bytes` of the result.
void LoopWriter::widen(const VectorReduction& reduction, const ReductionPlan& plan, int to, int from, int part,
                       int bytes) {
  int narrow = from;
  if (part > 0) {
    if (bytes == 64)
      vextractf64x4(Ymm(to), Zmm(from), 1);
    else
      vextractf128(Xmm(to), Ymm(from), 1);
    narrow = to;
  }
  const Xmm source = sized(narrow, bytes / 2);
  const Xmm target = sized(to, bytes);
  if (plan.lanes == Lanes::Float64) return vcvtps2pd(target, source);
  return reduction.is_unsigned ? vpmovzxdq(target, source) : vpmovsxdq(target, source);
}

/// The value with the lanes behind the last column set to what changes nothing.
int LoopWriter::without_tail(const VectorReduction& reduction, const ReductionPlan& plan, int value, int position) {
  const int bytes = lane_bytes(reduction.lanes);
  const int result = scratch(position);
  if (is_avx512()) {
    if (plan.ignored == 0) {
      bytes == 4 ? vmovaps(with(result, bytes) | tail_mask | T_z, with(value, bytes))
                 : vmovapd(with(result, bytes) | tail_mask | T_z, with(value, bytes));
      return result;
    }
    vmovups(with(result, bytes), constant(bytes, plan.ignored));
    bytes == 4 ? vmovaps(with(result, bytes) | tail_mask, with(value, bytes))
               : vmovapd(with(result, bytes) | tail_mask, with(value, bytes));
    return result;
  }
  const auto tail = ptr[rsp + (bytes == 4 ? frame::kTail32 : frame::kTail64)];
  if (plan.ignored == 0) {
    vandps(with(result, bytes), with(value, bytes), tail);
    return result;
  }
  const int mask = scratch(position);
  vmovups(with(mask, bytes), tail);
  vmovups(with(result, bytes), constant(bytes, plan.ignored));
  bytes == 4 ? vblendvps(with(result, bytes), with(result, bytes), with(value, bytes), with(mask, bytes))
             : vblendvpd(with(result, bytes), with(result, bytes), with(value, bytes), with(mask, bytes));
  return result;
}

void LoopWriter::accumulate(int r, int copy) {
  const VectorReduction& reduction = program_.reductions[static_cast<std::size_t>(r)];
  const ReductionPlan& plan = plan_.reductions[static_cast<std::size_t>(r)];
  const int position = static_cast<int>(program_.instructions.size()) + r;
  int value = in_register(copy, reduction.value, position);
  if (copies_[static_cast<std::size_t>(copy)].is_masked && !in_strip_)
    value = without_tail(reduction, plan, value, position);
  for (int part = 0; part < plan.parts; ++part) {
    int lanes = value;
    if (plan.widens) {
      lanes = scratch(position);
      widen(reduction, plan, lanes, value, part, part_bytes(plan));
    }
    combine_into(plan, accumulator(r, copy, part), lanes, position);
    if (plan.widens) registers_[kVectors][static_cast<std::size_t>(lanes)].is_locked = false;
  }
  if (!is_shared(reduction.value) && is_last_use(reduction.value, position)) release(copy, reduction.value);
  unlock_all();
}

void LoopWriter::combine_into(const ReductionPlan& plan, const Accumulator& accumulator, int value, int position) {
  const int into = fetched(accumulator, position);
  const bool needs_scratch =
      !is_avx512() && (plan.combine == Combine::Max || plan.combine == Combine::Min) && plan.lanes != Lanes::Int32;
  const int temporary = needs_scratch ? scratch(position) : -1;
  combine(plan.combine, plan.lanes, into, value, part_bytes(plan), temporary);
  if (temporary >= 0) registers_[kVectors][static_cast<std::size_t>(temporary)].is_locked = false;
  if (accumulator.slot < 0) return;
  save_slot(kVectors, into, accumulator.slot);
  registers_[kVectors][static_cast<std::size_t>(into)].is_locked = false;
}

/// The register of an accumulator, or one into which it was read.
int LoopWriter::fetched(const Accumulator& accumulator, int position) {
  if (accumulator.reg >= 0) return accumulator.reg;
  const int reg = scratch(position);
  load_slot(kVectors, reg, accumulator.slot);
  return reg;
}

/// Adds all lanes of all copies to one accumulator in memory, in a fixed order.
void LoopWriter::end_horizontally() {
  for (int r = 0; r < static_cast<int>(plan_.reductions.size()); ++r) {
    const ReductionPlan& plan = plan_.reductions[static_cast<std::size_t>(r)];
    const VectorReduction& reduction = program_.reductions[static_cast<std::size_t>(r)];
    const int temporary = scratch(0);
    const int sum = scratch(0);
    const int other = scratch(0);
    const std::vector<Accumulator>& all = accumulators_[static_cast<std::size_t>(r)];
    int bytes = part_bytes(plan);
    const auto read = [&](int to, const Accumulator& from) {
      if (from.reg >= 0)
        move(to, from.reg);
      else
        load_slot(kVectors, to, from.slot);
    };
    read(sum, all[0]);
    for (std::size_t i = 1; i < all.size(); ++i) {
      read(other, all[i]);
      combine(plan.combine, plan.lanes, sum, other, bytes, temporary);
    }
    const int lane = lane_bytes(plan.lanes);
    for (; bytes > lane; bytes /= 2) {
      if (bytes == 64)
        vextractf64x4(Ymm(other), Zmm(sum), 1);
      else if (bytes == 32 && is_avx512())
        vextractf64x2(Xmm(other), Ymm(sum), 1);
      else if (bytes == 32)
        vextractf128(Xmm(other), Ymm(sum), 1);
      else if (bytes == 16)
        vpermilpd(Xmm(other), Xmm(sum), 1);
      else
        vpermilps(Xmm(other), Xmm(sum), 1);
      combine(plan.combine, plan.lanes, sum, other, std::max(16, bytes / 2), temporary);
    }
    Lanes wide = plan.lanes;
    if (lane == 4) {
      wide = is_float(plan.lanes) ? Lanes::Float64 : Lanes::Int64;
      if (wide == Lanes::Float64)
        vcvtps2pd(Xmm(sum), Xmm(sum));
      else
        reduction.is_unsigned ? vpmovzxdq(Xmm(sum), Xmm(sum)) : vpmovsxdq(Xmm(sum), Xmm(sum));
    }
    const RegExp at = start_of(reductions_[static_cast<std::size_t>(r)]);
    vmovsd(Xmm(other), ptr[at]);
    combine(plan.combine, wide, other, sum, 16, temporary);
    vmovsd(ptr[at], Xmm(other));
    unlock_all();
  }
}

/// Adds the lanes of a strip to the accumulators of its columns in memory.
void LoopWriter::end_strip(const std::vector<Copy>& copies) {
  copies_ = copies;
  const int per_vector = vector_bytes() / 8;
  const int vectors = std::max(1, lanes() / per_vector);
  for (int r = 0; r < static_cast<int>(plan_.reductions.size()); ++r) {
    const ReductionPlan& plan = plan_.reductions[static_cast<std::size_t>(r)];
    const VectorReduction& reduction = program_.reductions[static_cast<std::size_t>(r)];
    const bool is_wide = lane_bytes(plan.lanes) == 8;
    const Lanes wide = is_float(plan.lanes) ? Lanes::Float64 : Lanes::Int64;
    for (int copy = 0; copy < static_cast<int>(copies.size()); ++copy)
      for (int part = 0; part < vectors; ++part) {
        const int temporary = scratch(0);
        const int sum = scratch(0);
        const int before = scratch(0);
        const int held = fetched(accumulator(r, copy, is_wide ? part : 0), 0);
        if (is_wide) {
          move(sum, held);
        } else {
          ReductionPlan widening = plan;
          widening.lanes = wide;
          widen(reduction, widening, sum, held, part, vector_bytes());
        }
        const RegExp at = elements(reductions_[static_cast<std::size_t>(r)], 8, true, copy) + part * vector_bytes();
        const bool is_masked = copies[static_cast<std::size_t>(copy)].is_masked;
        const Xmm old = whole(before);
        const Xmm mask = whole(temporary);
        const RegExp tail = rsp + (frame::kTail64 + 32 * part);
        if (!is_masked) {
          vmovupd(old, ptr[at]);
        } else if (is_avx512()) {
          kshiftrw(scratch_mask, tail_mask, static_cast<std::uint8_t>(per_vector * part));
          vmovupd(old | scratch_mask | T_z, ptr[at]);
        } else {
          vmovupd(mask, ptr[tail]);
          vmaskmovpd(old, mask, ptr[at]);
        }
        combine(plan.combine, wide, before, sum, vector_bytes(), temporary);
        if (!is_masked) {
          vmovupd(ptr[at], old);
        } else if (is_avx512()) {
          kshiftrw(scratch_mask, tail_mask, static_cast<std::uint8_t>(per_vector * part));
          vmovupd(ptr[at] | scratch_mask, old);
        } else {
          vmovupd(mask, ptr[tail]);
          vmaskmovpd(ptr[at], mask, old);
        }
        unlock_all();
      }
  }
}

}  // namespace kerascpp::cpu::jit

#endif
