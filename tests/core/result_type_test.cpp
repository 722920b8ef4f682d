#include <utility>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/settings.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

constexpr DType b1 = DType::Bool;
constexpr DType u1 = DType::UInt8;
constexpr DType u2 = DType::UInt16;
constexpr DType u4 = DType::UInt32;
constexpr DType u8 = DType::UInt64;
constexpr DType i1 = DType::Int8;
constexpr DType i2 = DType::Int16;
constexpr DType i4 = DType::Int32;
constexpr DType i8 = DType::Int64;
constexpr DType f2 = DType::Float16;
constexpr DType bf = DType::BFloat16;
constexpr DType f4 = DType::Float32;
constexpr DType f8 = DType::Float64;
constexpr DType c8 = DType::Complex64;
constexpr DType cd = DType::Complex128;

// keras.backend.result_type(row, column) of Keras 3.15.1 with the TensorFlow backend, in the order of DType; but where
// Keras cuts uint64 to uint32 and complex128 to complex64, the wider one stays.
// clang-format off
constexpr DType kKeras[kNumDTypes][kNumDTypes] = {
    {b1, u1, u2, u4, u8, i1, i2, i4, i8, f2, bf, f4, f8, c8, cd},  // bool
    {u1, u1, u2, u4, u8, i2, i2, i4, i8, f2, bf, f4, f8, c8, cd},  // uint8
    {u2, u2, u2, u4, u8, i4, i4, i4, i8, f2, bf, f4, f8, c8, cd},  // uint16
    {u4, u4, u4, u4, u8, i8, i8, i8, i8, f2, bf, f4, f8, c8, cd},  // uint32
    {u8, u8, u8, u8, u8, f4, f4, f4, f4, f2, bf, f4, f8, c8, cd},  // uint64
    {i1, i2, i4, i8, f4, i1, i2, i4, i8, f2, bf, f4, f8, c8, cd},  // int8
    {i2, i2, i4, i8, f4, i2, i2, i4, i8, f2, bf, f4, f8, c8, cd},  // int16
    {i4, i4, i4, i8, f4, i4, i4, i4, i8, f2, bf, f4, f8, c8, cd},  // int32
    {i8, i8, i8, i8, f4, i8, i8, i8, i8, f2, bf, f4, f8, c8, cd},  // int64
    {f2, f2, f2, f2, f2, f2, f2, f2, f2, f2, f4, f4, f8, c8, cd},  // float16
    {bf, bf, bf, bf, bf, bf, bf, bf, bf, f4, bf, f4, f8, c8, cd},  // bfloat16
    {f4, f4, f4, f4, f4, f4, f4, f4, f4, f4, f4, f4, f8, c8, cd},  // float32
    {f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, c8, cd},  // float64
    {c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, cd},  // complex64
    {cd, cd, cd, cd, cd, cd, cd, cd, cd, cd, cd, cd, cd, cd, cd},  // complex128
};
// clang-format on

}  // namespace

TEST_CASE("every pair of dtypes promotes as in Keras, without losing width", "[core]") {
  for (int a = 0; a < kNumDTypes; ++a) {
    for (int b = 0; b < kNumDTypes; ++b) {
      INFO(name(static_cast<DType>(a)) << " with " << name(static_cast<DType>(b)));
      CHECK(name(result_type(static_cast<DType>(a), static_cast<DType>(b))) == name(kKeras[a][b]));
    }
  }
}

TEST_CASE("uint64 with a signed integer promotes to floatx", "[core]") {
  // keras.config.set_floatx(row) and then keras.backend.result_type("uint64", "int8")
  for (const auto& [floats, expected] :
       {std::pair{"float16", "float16"}, {"bfloat16", "float16"}, {"float64", "float64"}, {"float32", "float32"}}) {
    set_floatx(floats);
    CHECK(name(result_type(DType::UInt64, DType::Int8)) == expected);
  }
}
