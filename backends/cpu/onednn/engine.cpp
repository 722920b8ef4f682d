#include "backends/cpu/onednn/engine.hpp"

namespace kerascpp::cpu::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine* const instance = new dnnl::engine(dnnl::engine::kind::cpu, 0);  // outlives all users
  return *instance;
}

dnnl_stream_t stream() {
  thread_local dnnl::stream instance(engine());
  return instance.get();
}

dnnl::memory::data_type data_type_of(DType dtype) {
  using Type = dnnl::memory::data_type;
  switch (dtype) {
    case DType::Float32:
      return Type::f32;
    case DType::BFloat16:
      return Type::bf16;
    case DType::Float16:
      return Type::f16;
    case DType::Int32:
      return Type::s32;
    case DType::Int8:
      return Type::s8;
    case DType::UInt8:
      return Type::u8;
    default:
      return Type::undef;
  }
}

dnnl::primitive_attr attributes_with_scratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

namespace {

bool has(dnnl::cpu_isa wanted) {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa()), bits = static_cast<unsigned>(wanted);
  return (isa & bits) == bits;
}

}  // namespace

int channel_block() {
  static const int block = has(dnnl::cpu_isa::avx512_core) ? 16 : 8;
  return block;
}

bool adds_int8_exactly() {
  static const bool exact = has(dnnl::cpu_isa::avx512_core_vnni) || has(dnnl::cpu_isa::avx2_vnni);
  return exact;
}

}  // namespace kerascpp::cpu::onednn
