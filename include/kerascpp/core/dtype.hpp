#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Element type of a Tensor or Symbol: `DType::Float32`, or by its name in NumPy and Keras, "float32", wherever one is
/// asked for.
class DType {
 public:
  /// The numbers are stable (they are not stored in files; names are).
  enum class Value : std::uint8_t {
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,
    Complex64,
    Complex128,
  };
  static const DType Bool, UInt8, UInt16, UInt32, UInt64, Int8, Int16, Int32, Int64, Float16, BFloat16, Float32,
      Float64, Complex64, Complex128;

  constexpr DType() = default;
  constexpr DType(Value v) : value(v) {}  // NOLINT: implicit by design
  constexpr explicit DType(int number) : value(static_cast<Value>(number)) {}
  /// Throws DTypeError on an unknown name.
  template <class Name>
  requires(std::is_convertible_v<const Name&, std::string_view>) DType(const Name& name)  // NOLINT: implicit by design
      : value(value_of_name(name)) {}

  constexpr operator Value() const { return value; }  // NOLINT: for `switch`
  constexpr explicit operator int() const { return static_cast<int>(value); }
  operator std::string() const { return std::string(name_of_value(value)); }  // NOLINT: implicit by design

  friend constexpr bool operator==(DType, DType) = default;
  friend constexpr auto operator<=>(DType, DType) = default;

  Value value = Value::Bool;  // public: dtypes are arguments of templates

 private:
  static KCPP_API Value value_of_name(std::string_view name);
  static KCPP_API std::string_view name_of_value(Value value);
};
inline constexpr DType DType::Bool = Value::Bool, DType::UInt8 = Value::UInt8, DType::UInt16 = Value::UInt16,
                       DType::UInt32 = Value::UInt32, DType::UInt64 = Value::UInt64, DType::Int8 = Value::Int8,
                       DType::Int16 = Value::Int16, DType::Int32 = Value::Int32, DType::Int64 = Value::Int64,
                       DType::Float16 = Value::Float16, DType::BFloat16 = Value::BFloat16,
                       DType::Float32 = Value::Float32, DType::Float64 = Value::Float64,
                       DType::Complex64 = Value::Complex64, DType::Complex128 = Value::Complex128;
inline constexpr int kNumDTypes = 15;

/// IEEE 754 binary16, a storage type: convert to float to compute.
struct float16 {
  std::uint16_t bits = 0;
  float16() = default;
  KCPP_API explicit float16(float value);  // rounds to nearest even
  KCPP_API explicit operator float() const;
};

/// Upper half of a float32, a storage type: convert to float to compute.
struct bfloat16 {
  std::uint16_t bits = 0;
  bfloat16() = default;
  KCPP_API explicit bfloat16(float value);  // rounds to nearest even
  KCPP_API explicit operator float() const;
};

/// Complex numbers have the memory layout of std::complex<float> and std::complex<double>.
struct complex64 {
  float real = 0, imag = 0;
};
struct complex128 {
  double real = 0, imag = 0;
};

/// "float32", "int64", "bool", ... as in NumPy and Keras.
[[nodiscard]] KCPP_API std::string_view name(DType dtype);
[[nodiscard]] inline std::string to_string(DType dtype) { return std::string(name(dtype)); }
/// Inverse of `name`. Throws DTypeError on an unknown name.
[[nodiscard]] inline DType dtype_from_name(std::string_view name) { return name; }
/// Bytes per element.
[[nodiscard]] KCPP_API std::size_t itemsize(DType dtype);

[[nodiscard]] constexpr bool is_bool(DType t) { return t == DType::Bool; }
[[nodiscard]] constexpr bool is_unsigned(DType t) { return t >= DType::UInt8 && t <= DType::UInt64; }
[[nodiscard]] constexpr bool is_integer(DType t) { return t >= DType::UInt8 && t <= DType::Int64; }
[[nodiscard]] constexpr bool is_floating(DType t) { return t >= DType::Float16 && t <= DType::Float64; }
[[nodiscard]] constexpr bool is_complex(DType t) { return t >= DType::Complex64; }
/// Floating or complex: gradients flow through it.
[[nodiscard]] constexpr bool is_differentiable(DType t) { return t >= DType::Float16; }

/// The dtype of an operation on operands of these dtypes, by the rules of `keras.backend.result_type`
/// (JAX's promotion lattice without 64-bit surprises: int64 with float32 gives float32). Unlike there, uint64 and
/// complex128 keep their width.
[[nodiscard]] KCPP_API DType result_type(DType a, DType b);

namespace detail {
template <class T>
struct DTypeOf {
  static_assert(sizeof(T) == 0, "no DType for this C++ type");
};
template <DType D>
struct DTypeConstant {
  static constexpr DType value = D;
};
template <>
struct DTypeOf<bool> : DTypeConstant<DType::Bool> {};
template <>
struct DTypeOf<std::uint8_t> : DTypeConstant<DType::UInt8> {};
template <>
struct DTypeOf<std::uint16_t> : DTypeConstant<DType::UInt16> {};
template <>
struct DTypeOf<std::uint32_t> : DTypeConstant<DType::UInt32> {};
template <>
struct DTypeOf<std::int8_t> : DTypeConstant<DType::Int8> {};
template <>
struct DTypeOf<std::int16_t> : DTypeConstant<DType::Int16> {};
template <>
struct DTypeOf<std::int32_t> : DTypeConstant<DType::Int32> {};
template <>
struct DTypeOf<long> : DTypeConstant<DType::Int64> {};
template <>
struct DTypeOf<long long> : DTypeConstant<DType::Int64> {};
template <>
struct DTypeOf<unsigned long> : DTypeConstant<DType::UInt64> {};
template <>
struct DTypeOf<unsigned long long> : DTypeConstant<DType::UInt64> {};
template <>
struct DTypeOf<float16> : DTypeConstant<DType::Float16> {};
template <>
struct DTypeOf<bfloat16> : DTypeConstant<DType::BFloat16> {};
template <>
struct DTypeOf<float> : DTypeConstant<DType::Float32> {};
template <>
struct DTypeOf<double> : DTypeConstant<DType::Float64> {};
template <>
struct DTypeOf<complex64> : DTypeConstant<DType::Complex64> {};
template <>
struct DTypeOf<complex128> : DTypeConstant<DType::Complex128> {};
}  // namespace detail

/// The DType of a C++ element type: `dtype_of<float> == DType::Float32`.
template <class T>
inline constexpr DType dtype_of = detail::DTypeOf<std::remove_cv_t<T>>::value;

}  // namespace kerascpp
