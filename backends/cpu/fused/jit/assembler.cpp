#if defined(__x86_64__) && defined(__linux__)

#include "backends/cpu/fused/jit/assembler.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::cpu::jit {

using Xbyak::Address;
using Xbyak::Operand;
using Xbyak::Opmask;
using Xbyak::Xmm;

namespace {

constexpr int kFirst = 1;
constexpr int kSecond = 2;
constexpr int kThird = 4;

// predicates of vcmpps and vpcmpd
constexpr int kFloatEqual = 0, kFloatUnordered = 3, kFloatNotEqual = 4, kFloatLess = 17, kFloatLessEqual = 18;
constexpr int kIntEqual = 0, kIntGreater = 6;
// directions of vroundps
constexpr int kNearest = 8, kDown = 9, kUp = 10, kToZero = 11;

int float_predicate(VectorOp op) {
  switch (op) {
    case VectorOp::Equal:
      return kFloatEqual;
    case VectorOp::NotEqual:
      return kFloatNotEqual;
    case VectorOp::Less:
      return kFloatLess;
    case VectorOp::LessEqual:
      return kFloatLessEqual;
    case VectorOp::Unordered:
      return kFloatUnordered;
    default:
      KCPP_UNREACHABLE();
  }
}

}  // namespace

Xmm Assembler::sized(int number, int bytes) const {
  if (bytes == 64) return Xbyak::Zmm(number);
  if (bytes == 32) return Xbyak::Ymm(number);
  return Xmm(number);
}

Address Assembler::constant(int bytes_per_lane, std::uint64_t bits) {
  std::string bytes;
  for (int lane = 0; lane < lanes_; ++lane)
    for (int b = 0; b < bytes_per_lane; ++b) bytes += static_cast<char>(bits >> (8 * b) & 0xff);
  return ptr[rip + data(bytes)];
}

void Assembler::write_data() {
  for (auto& [bytes, label] : data_) {
    align(64);
    L(label);
    for (char byte : bytes) db(static_cast<unsigned char>(byte));
  }
}

int Assembler::memory_arguments(const VectorInstruction& i) const {
  if (in_mask_register(i.lanes) && (i.op == VectorOp::And || i.op == VectorOp::Or || i.op == VectorOp::Xor ||
                                    i.op == VectorOp::AndNot || i.op == VectorOp::Not))
    return 0;
  switch (i.op) {
    case VectorOp::Add:
    case VectorOp::Multiply:
    case VectorOp::And:
    case VectorOp::Or:
    case VectorOp::Xor:
    case VectorOp::Equal:
    case VectorOp::NotEqual:
    case VectorOp::Unordered:
      return kFirst | kSecond;
    case VectorOp::Subtract:
    case VectorOp::Divide:
    case VectorOp::Min:
    case VectorOp::Max:
    case VectorOp::Scale:
    case VectorOp::AndNot:
    case VectorOp::ShiftLeftBy:
    case VectorOp::ShiftRightBy:
    case VectorOp::ShiftRightSignedBy:
    case VectorOp::Less:
    case VectorOp::LessEqual:
    case VectorOp::Greater:
      return kSecond;
    case VectorOp::Sqrt:
    case VectorOp::Floor:
    case VectorOp::Ceil:
    case VectorOp::Round:
    case VectorOp::Trunc:
    case VectorOp::FloatToDouble:
    case VectorOp::IntToFloat:
    case VectorOp::WidenSigned:
    case VectorOp::WidenUnsigned:
      return kFirst;
    case VectorOp::Select:
      return kSecond;
    case VectorOp::MultiplyAdd:
      return kFirst | kSecond | kThird;
    default:
      return 0;
  }
}

bool Assembler::needs_scratch(const VectorInstruction& i) const {
  return !is_avx512_ && (i.op == VectorOp::Narrow || i.op == VectorOp::NarrowMask);
}

void Assembler::multiply_add(int form, Lanes lanes, int r, int a, const Place& b) {
  const int bytes = lane_bytes(lanes);
  const Xmm d = with(r, bytes);
  const Xmm first = with(a, bytes);
  const Xmm b_register = with(b.in_memory ? 0 : b.number, bytes);
  const Operand& last = b.in_memory ? static_cast<const Operand&>(b.address) : b_register;
  const bool is_wide = bytes == 8;
  if (form == 132) return is_wide ? vfmadd132pd(d, first, last) : vfmadd132ps(d, first, last);
  if (form == 213) return is_wide ? vfmadd213pd(d, first, last) : vfmadd213ps(d, first, last);
  return is_wide ? vfmadd231pd(d, first, last) : vfmadd231ps(d, first, last);
}

void Assembler::compute(const VectorInstruction& i, int result, const Place* args, int scratch) {
  switch (i.op) {
    case VectorOp::Equal:
    case VectorOp::NotEqual:
    case VectorOp::Less:
    case VectorOp::LessEqual:
    case VectorOp::Unordered:
    case VectorOp::Greater:
      return compare(i, result, args);
    case VectorOp::Select:
      return select(i, result, args);
    default:
      break;
  }
  if (i.op >= VectorOp::FloatToDouble) return convert(i, result, args, scratch);
  if (in_mask_register(i.lanes)) return compute_mask_bits(i, result, args);
  // of arguments that may change places the one in memory comes last
  const bool exchange = args[0].in_memory && arity(i.op) == 2;
  const Place& first = exchange ? args[1] : args[0];
  const Place& second = exchange ? args[0] : args[1];
  const int bytes = lane_bytes(i.lanes);
  const Xmm d = with(result, bytes);
  const Xmm a = with(first.in_memory ? 0 : first.number, bytes);
  const Operand& a_any = first.in_memory ? static_cast<const Operand&>(first.address) : a;
  const Xmm b_register = with(second.in_memory || second.number < 0 ? 0 : second.number, bytes);
  const Operand& b = second.in_memory ? static_cast<const Operand&>(second.address) : b_register;
  switch (i.op) {
    case VectorOp::And:
    case VectorOp::AndNot:
    case VectorOp::Or:
    case VectorOp::Xor:
      return compute_bits(i, d, a, b);
    case VectorOp::ShiftLeft:
    case VectorOp::ShiftRight:
    case VectorOp::ShiftRightSigned:
    case VectorOp::ShiftLeftBy:
    case VectorOp::ShiftRightBy:
    case VectorOp::ShiftRightSignedBy:
      return compute_shift(i, d, a, b);
    default:
      return compute_float(i, d, a, a_any, b);
  }
}

void Assembler::compute_float(const VectorInstruction& i, const Xmm& d, const Xmm& a, const Operand& a_any,
                              const Operand& b) {
  const bool is_wide = lane_bytes(i.lanes) == 8;
  const auto rounded = [&](int direction) {
    if (is_avx512_)
      is_wide ? vrndscalepd(d, a_any, static_cast<std::uint8_t>(direction))
              : vrndscaleps(d, a_any, static_cast<std::uint8_t>(direction));
    else
      is_wide ? vroundpd(d, a_any, static_cast<std::uint8_t>(direction))
              : vroundps(d, a_any, static_cast<std::uint8_t>(direction));
  };
  switch (i.op) {
    case VectorOp::Add:
      if (i.lanes == Lanes::Int32) return vpaddd(d, a, b);
      if (i.lanes == Lanes::Int64) return vpaddq(d, a, b);
      return is_wide ? vaddpd(d, a, b) : vaddps(d, a, b);
    case VectorOp::Subtract:
      if (i.lanes == Lanes::Int32) return vpsubd(d, a, b);
      if (i.lanes == Lanes::Int64) return vpsubq(d, a, b);
      return is_wide ? vsubpd(d, a, b) : vsubps(d, a, b);
    case VectorOp::Multiply:
      if (i.lanes == Lanes::Int32) return vpmulld(d, a, b);
      return is_wide ? vmulpd(d, a, b) : vmulps(d, a, b);
    case VectorOp::Divide:
      return is_wide ? vdivpd(d, a, b) : vdivps(d, a, b);
    case VectorOp::Min:
      return is_wide ? vminpd(d, a, b) : vminps(d, a, b);
    case VectorOp::Max:
      return is_wide ? vmaxpd(d, a, b) : vmaxps(d, a, b);
    case VectorOp::Sqrt:
      return is_wide ? vsqrtpd(d, a_any) : vsqrtps(d, a_any);
    case VectorOp::Floor:
      return rounded(kDown);
    case VectorOp::Ceil:
      return rounded(kUp);
    case VectorOp::Round:
      return rounded(kNearest);
    case VectorOp::Trunc:
      return rounded(kToZero);
    case VectorOp::Scale:
      return is_wide ? vscalefpd(d, a, b) : vscalefps(d, a, b);
    default:
      KCPP_UNREACHABLE();
  }
}

void Assembler::compute_bits(const VectorInstruction& i, const Xmm& d, const Xmm& a, const Operand& b) {
  // in the units of floats, where the values mostly come from
  switch (i.op) {
    case VectorOp::And:
      return vandps(d, a, b);
    case VectorOp::AndNot:
      return vandnps(d, a, b);
    case VectorOp::Or:
      return vorps(d, a, b);
    default:
      return vxorps(d, a, b);
  }
}

void Assembler::compute_shift(const VectorInstruction& i, const Xmm& d, const Xmm& a, const Operand& b) {
  const bool is_wide = lane_bytes(i.lanes) == 8;
  const auto by = static_cast<std::uint8_t>(i.bits);
  switch (i.op) {
    case VectorOp::ShiftLeft:
      return is_wide ? vpsllq(d, a, by) : vpslld(d, a, by);
    case VectorOp::ShiftRight:
      return is_wide ? vpsrlq(d, a, by) : vpsrld(d, a, by);
    case VectorOp::ShiftRightSigned:
      return vpsrad(d, a, by);
    case VectorOp::ShiftLeftBy:
      return is_wide ? vpsllvq(d, a, b) : vpsllvd(d, a, b);
    case VectorOp::ShiftRightBy:
      return is_wide ? vpsrlvq(d, a, b) : vpsrlvd(d, a, b);
    default:
      return vpsravd(d, a, b);
  }
}

void Assembler::compute_mask_bits(const VectorInstruction& i, int result, const Place* args) {
  const Opmask d(result), a(args[0].number), b(args[1].number);
  switch (i.op) {
    case VectorOp::And:
      return kandw(d, a, b);
    case VectorOp::AndNot:
      return kandnw(d, a, b);
    case VectorOp::Or:
      return korw(d, a, b);
    case VectorOp::Xor:
      return kxorw(d, a, b);
    default:
      KCPP_UNREACHABLE();
  }
}

void Assembler::compare(const VectorInstruction& i, int result, const Place* args) {
  const bool exchange = args[0].in_memory;
  const Place& first = exchange ? args[1] : args[0];
  const Place& second = exchange ? args[0] : args[1];
  const int bytes = lane_bytes(i.from);
  const bool is_wide = bytes == 8;
  const Xmm a = with(first.number, bytes);
  const Xmm b_register = with(second.in_memory ? 0 : second.number, bytes);
  const Operand& b = second.in_memory ? static_cast<const Operand&>(second.address) : b_register;
  if (is_float(i.from)) {
    const auto predicate = static_cast<std::uint8_t>(float_predicate(i.op));
    if (is_avx512_)
      is_wide ? vcmppd(Opmask(result), a, b, predicate) : vcmpps(Opmask(result), a, b, predicate);
    else
      is_wide ? vcmppd(with(result, bytes), a, b, predicate) : vcmpps(with(result, bytes), a, b, predicate);
    return;
  }
  const bool is_equal = i.op == VectorOp::Equal;
  if (is_avx512_) {
    const auto predicate = static_cast<std::uint8_t>(is_equal ? kIntEqual : kIntGreater);
    return is_wide ? vpcmpq(Opmask(result), a, b, predicate) : vpcmpd(Opmask(result), a, b, predicate);
  }
  const Xmm d = with(result, bytes);
  if (is_equal) return is_wide ? vpcmpeqq(d, a, b) : vpcmpeqd(d, a, b);
  return is_wide ? vpcmpgtq(d, a, b) : vpcmpgtd(d, a, b);
}

void Assembler::select(const VectorInstruction& i, int result, const Place* args) {
  const int bytes = lane_bytes(i.lanes);
  const bool is_wide = bytes == 8;
  const Xmm d = with(result, bytes);
  const Xmm yes_register = with(args[1].in_memory ? 0 : args[1].number, bytes);
  const Operand& yes = args[1].in_memory ? static_cast<const Operand&>(args[1].address) : yes_register;
  const Xmm no = with(args[2].number, bytes);
  if (is_avx512_)
    return is_wide ? vblendmpd(d | Opmask(args[0].number), no, yes) : vblendmps(d | Opmask(args[0].number), no, yes);
  const Xmm mask = with(args[0].number, bytes);
  return is_wide ? vblendvpd(d, no, yes, mask) : vblendvps(d, no, yes, mask);
}

void Assembler::convert(const VectorInstruction& i, int result, const Place* args, int scratch) {
  if (in_mask_register(i.lanes)) {  // only Not: masks have no width
    return knotw(Opmask(result), Opmask(args[0].number));
  }
  const Xmm d = with(result, lane_bytes(i.lanes));
  const Xmm a_register = with(args[0].in_memory ? 0 : args[0].number, lane_bytes(i.from));
  const Operand& a = args[0].in_memory ? static_cast<const Operand&>(args[0].address) : a_register;
  switch (i.op) {
    case VectorOp::FloatToDouble:
      return vcvtps2pd(d, a);
    case VectorOp::DoubleToFloat:
      if (a_register.isZMM()) return vcvtpd2ps(Xbyak::Ymm(result), a);
      return vcvtpd2ps(Xmm(result), a_register);
    case VectorOp::IntToFloat:
      return lane_bytes(i.lanes) == 8 ? vcvtdq2pd(d, a) : vcvtdq2ps(d, a);
    case VectorOp::FloatToInt:
      if (i.from == Lanes::Float32) return vcvttps2dq(d, a);
      if (a_register.isZMM()) return vcvttpd2dq(Xbyak::Ymm(result), a);
      return vcvttpd2dq(Xmm(result), a_register);
    case VectorOp::WidenSigned:
    case VectorOp::WidenMask:
      return vpmovsxdq(d, a);
    case VectorOp::WidenUnsigned:
      return vpmovzxdq(d, a);
    case VectorOp::Narrow:
    case VectorOp::NarrowMask:
      if (is_avx512_) return vpmovqd(d, a_register);
      vextracti128(Xmm(scratch), Xbyak::Ymm(args[0].number), 1);
      return vshufps(Xmm(result), Xmm(args[0].number), Xmm(scratch), 0x88);
    case VectorOp::MaskToInt:
      if (is_avx512_) {
        lane_bytes(i.lanes) == 8 ? vpmovm2q(d, Opmask(args[0].number)) : vpmovm2d(d, Opmask(args[0].number));
        return lane_bytes(i.lanes) == 8 ? vpsrlq(d, d, 63) : vpsrld(d, d, 31);
      }
      return lane_bytes(i.lanes) == 8 ? vpsrlq(d, a_register, 63) : vpsrld(d, a_register, 31);
    case VectorOp::Not:
      return vxorps(d, a_register, constant(lane_bytes(i.lanes), ~std::uint64_t{0}));
    case VectorOp::RoundToHalf: {
      const Xmm narrow = sized(result, lanes_ * 2);
      vcvtps2ph(narrow, a_register, 0);
      return vcvtph2ps(d, narrow);
    }
    default:
      KCPP_UNREACHABLE();
  }
}

void Assembler::load_elements(DType memory, int to, const Xbyak::RegExp& from, bool is_masked) {
  const auto masked = [&](const Xmm& d) { return is_masked ? d | tail_mask | T_z : d; };
  switch (memory) {
    case DType::UInt8:
      return vpmovzxbd(masked(with(to, 4)), ptr[from]);
    case DType::Int8:
      return vpmovsxbd(masked(with(to, 4)), ptr[from]);
    case DType::UInt16:
      return vpmovzxwd(masked(with(to, 4)), ptr[from]);
    case DType::Int16:
      return vpmovsxwd(masked(with(to, 4)), ptr[from]);
    case DType::Float16:
      return vcvtph2ps(masked(with(to, 4)), ptr[from]);
    default:
      if (itemsize(memory) == 4) return vmovups(masked(with(to, 4)), ptr[from]);
      return vmovupd(masked(with(to, 8)), ptr[from]);
  }
}

void Assembler::load_broadcast(DType memory, int to, const Xbyak::RegExp& from, const Xbyak::Reg64& pointer) {
  const Xbyak::Reg32 element = pointer.cvt32();
  switch (memory) {
    case DType::UInt8:
      movzx(element, byte[from]);
      break;
    case DType::Int8:
      movsx(element, byte[from]);
      break;
    case DType::UInt16:
    case DType::Float16:
      movzx(element, word[from]);
      break;
    case DType::Int16:
      movsx(element, word[from]);
      break;
    default:
      if (itemsize(memory) == 4) return vbroadcastss(with(to, 4), ptr[from]);
      if (is_avx512_) return vbroadcastsd(Xbyak::Zmm(to), ptr[from]);
      return vbroadcastsd(Xbyak::Ymm(to), ptr[from]);
  }
  vmovd(Xmm(to), element);
  if (memory == DType::Float16) vcvtph2ps(Xmm(to), Xmm(to));
  vpbroadcastd(with(to, 4), Xmm(to));
}

void Assembler::store_elements(DType memory, const Xbyak::RegExp& to, int from, int scratch, bool is_masked,
                               bool is_streaming) {
  const auto at = [&] { return is_masked ? ptr[to] | tail_mask : ptr[to]; };
  const Xmm half(scratch);
  switch (memory) {
    case DType::Float16:
      return vcvtps2ph(at(), with(from, 4), 0);
    case DType::Bool:
      if (is_avx512_) {
        vpmovm2b(half, Opmask(from));
      } else {
        if (lanes_ == 8) vextracti128(half, Xbyak::Ymm(from), 1);
        vpackssdw(half, Xmm(from), lanes_ == 8 ? half : Xmm(from));
        vpacksswb(half, half, half);
      }
      vpabsb(half, half);
      break;
    case DType::UInt8:
    case DType::UInt16:
      if (is_avx512_) {
        memory == DType::UInt8 ? vpmovdb(half, with(from, 4)) : vpmovdw(sized(scratch, lanes_ * 2), with(from, 4));
      } else {
        if (lanes_ == 8) vextracti128(half, Xbyak::Ymm(from), 1);
        vpackusdw(half, Xmm(from), lanes_ == 8 ? half : Xmm(from));
        if (memory == DType::UInt8) vpackuswb(half, half, half);
      }
      break;
    default:
      if (is_streaming) return vmovntps(ptr[to], with(from, static_cast<int>(itemsize(memory))));
      if (itemsize(memory) == 4) return vmovups(at(), with(from, 4));
      return vmovupd(at(), with(from, 8));
  }
  if (is_masked) return itemsize(memory) == 1 ? vmovdqu8(at(), half) : vmovdqu16(at(), sized(scratch, lanes_ * 2));
  const int bytes = lanes_ * static_cast<int>(itemsize(memory));
  if (bytes == 4) return vmovd(ptr[to], half);
  if (bytes == 8) return vmovq(ptr[to], half);
  vmovups(ptr[to], sized(scratch, bytes));
}

}  // namespace kerascpp::cpu::jit

#endif
