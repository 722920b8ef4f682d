#include <cmath>
#include <cstring>
#include <limits>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/error.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

// The value of 1 sign bit, `exponent_bits` and the rest of a 16-bit float, by the definition in IEEE 754.
double value_of(unsigned bits, int exponent_bits) {
  const int mantissa_bits = 15 - exponent_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = static_cast<int>(bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
  const int mantissa = static_cast<int>(bits) & ((1 << mantissa_bits) - 1);
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1)
    return mantissa != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp((1 << mantissa_bits) + mantissa, exponent - bias - mantissa_bits);
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

template <class Half>
Half from_bits(unsigned bits) {
  Half half;
  half.bits = static_cast<std::uint16_t>(bits);
  return half;
}

// Walks all finite positive neighbours and rounds points on, below and above their midpoint.
template <class Half>
void check_rounding(int exponent_bits) {
  const unsigned infinity = ((1U << exponent_bits) - 1U) << (15 - exponent_bits);
  unsigned failures = 0;
  for (unsigned low = 0; low + 1 < infinity; ++low) {
    const double middle = (value_of(low, exponent_bits) + value_of(low + 1, exponent_bits)) / 2;
    const auto exact = static_cast<float>(middle);
    if (static_cast<double>(exact) != middle) continue;
    const unsigned even = low % 2 == 0 ? low : low + 1;
    failures += Half(exact).bits != even;
    failures += Half(-exact).bits != (even | 0x8000U);
    failures += Half(std::nextafter(exact, 0.0F)).bits != low;
    failures += Half(std::nextafter(exact, std::numeric_limits<float>::infinity())).bits != low + 1;
  }
  CHECK(failures == 0);
}

}  // namespace

TEST_CASE("dtype names are those of NumPy and read back", "[core]") {
  CHECK(name(DType::Float32) == "float32");
  CHECK(to_string(DType::BFloat16) == "bfloat16");
  CHECK(name(DType::Bool) == "bool");
  for (int i = 0; i < kNumDTypes; ++i) CHECK(dtype_from_name(name(static_cast<DType>(i))) == static_cast<DType>(i));
  CHECK_THROWS_AS(dtype_from_name("float"), DTypeError);
  CHECK_THROWS_WITH(dtype_from_name("float23"),
                    ContainsSubstring("unknown dtype \"float23\"; expected one of bool, uint8"));
}

TEST_CASE("item sizes follow from the names of dtypes", "[core]") {
  for (int i = 1; i < kNumDTypes; ++i) {
    const DType dtype = static_cast<DType>(i);
    const std::string text(name(dtype));
    CHECK(itemsize(dtype) * 8 == std::stoul(text.substr(text.find_first_of("0123456789"))));
  }
  CHECK(itemsize(DType::Bool) == 1);
  CHECK(sizeof(complex128) == itemsize(DType::Complex128));
}

TEST_CASE("dtype families are disjoint", "[core]") {
  for (int i = 0; i < kNumDTypes; ++i) {
    const DType t = static_cast<DType>(i);
    CHECK(is_bool(t) + is_integer(t) + is_floating(t) + is_complex(t) == 1);
    CHECK(is_differentiable(t) == (is_floating(t) || is_complex(t)));
    CHECK((!is_unsigned(t) || is_integer(t)));
  }
  CHECK(dtype_of<const long> == DType::Int64);
  CHECK(dtype_of<unsigned long long> == DType::UInt64);
}

TEST_CASE("every 16-bit float converts to float exactly and back to itself", "[core]") {
  unsigned failures = 0;
  for (unsigned bits = 0; bits < 0x10000U; ++bits) {
    const auto half = from_bits<float16>(bits);
    const auto brain = from_bits<bfloat16>(bits);
    failures += !same(static_cast<float>(half), value_of(bits, 5));
    failures += !same(static_cast<float>(brain), value_of(bits, 8));
    if (!std::isnan(value_of(bits, 5))) failures += float16(static_cast<float>(half)).bits != bits;
    if (!std::isnan(value_of(bits, 8))) failures += bfloat16(static_cast<float>(brain)).bits != bits;
  }
  CHECK(failures == 0);
}

TEST_CASE("floats round to the nearest 16-bit float, ties to even", "[core]") {
  check_rounding<float16>(5);
  check_rounding<bfloat16>(8);
}

TEST_CASE("floats beyond the 16-bit ranges become infinite and NaN stays NaN", "[core]") {
  CHECK(float16(65519.996F).bits == 0x7bff);
  CHECK(float16(65520.0F).bits == 0x7c00);
  CHECK(float16(-1e30F).bits == 0xfc00);
  CHECK(bfloat16(std::numeric_limits<float>::max()).bits == 0x7f80);
  for (const std::uint32_t bits : {0x7fc00000U, 0x7f800001U, 0xff800001U}) {
    float nan = 0;
    std::memcpy(&nan, &bits, sizeof(nan));
    CHECK(std::isnan(static_cast<float>(float16(nan))));
    CHECK(std::isnan(static_cast<float>(bfloat16(nan))));
  }
}
