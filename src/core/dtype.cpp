#include <kerascpp/core/dtype.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "core/half.hpp"

namespace kerascpp {
namespace {

struct DTypeRow {
  std::string_view name;
  std::size_t itemsize;
};
constexpr DTypeRow kRows[kNumDTypes] = {
    {"bool", 1},     {"uint8", 1},   {"uint16", 2},  {"uint32", 4},    {"uint64", 8},
    {"int8", 1},     {"int16", 2},   {"int32", 4},   {"int64", 8},     {"float16", 2},
    {"bfloat16", 2}, {"float32", 4}, {"float64", 8}, {"complex64", 8}, {"complex128", 16},
};

const DTypeRow& row(DType dtype) { return kRows[static_cast<int>(dtype)]; }

DType join_integers(DType a, DType b) {
  if (is_unsigned(a) == is_unsigned(b)) return a > b ? a : b;
  const DType unsigned_one = is_unsigned(a) ? a : b;
  const DType signed_one = is_unsigned(a) ? b : a;
  switch (unsigned_one) {  // the next wider signed type holds every unsigned value
    case DType::UInt8:
      return signed_one > DType::Int16 ? signed_one : DType::Int16;
    case DType::UInt16:
      return signed_one > DType::Int32 ? signed_one : DType::Int32;
    case DType::UInt32:
      return DType::Int64;
    default:  // no integer holds uint64 and negative numbers; Keras takes the float of floatx's width
      return floatx() == DType::BFloat16 ? DType::Float16 : floatx();
  }
}

DType join_floats(DType a, DType b) {
  if (a == b) return a;
  const DType wider = a > b ? a : b;
  return wider == DType::BFloat16 ? DType::Float32 : wider;  // float16 with bfloat16
}

}  // namespace

float16::float16(float value) : bits(half::float16_bits(value)) {}
float16::operator float() const { return half::float_from_float16(bits); }
bfloat16::bfloat16(float value) : bits(half::bfloat16_bits(value)) {}
bfloat16::operator float() const { return half::float_from_bfloat16(bits); }

std::string_view name(DType dtype) { return row(dtype).name; }

std::size_t itemsize(DType dtype) { return row(dtype).itemsize; }

std::string_view DType::name_of_value(Value value) { return row(value).name; }

DType::Value DType::value_of_name(std::string_view name) {
  for (int i = 0; i < kNumDTypes; ++i)
    if (kRows[i].name == name) return static_cast<Value>(i);
  std::string known;
  for (const DTypeRow& row : kRows) known += text_of(known.empty() ? "" : ", ", row.name);
  throw DTypeError(text_of("[dtype] unknown dtype \"", name, "\"; expected one of ", known));
}

DType result_type(DType a, DType b) {
  if (is_complex(a) || is_complex(b))
    return a == DType::Complex128 || b == DType::Complex128 ? DType::Complex128 : DType::Complex64;
  if (is_floating(a) && is_floating(b)) return join_floats(a, b);
  if (is_floating(a) || is_floating(b)) return is_floating(a) ? a : b;
  if (is_bool(a) || is_bool(b)) return is_bool(a) ? b : a;
  return join_integers(a, b);
}

}  // namespace kerascpp
