#include "backends/reference/wide.hpp"

#include <algorithm>

namespace kerascpp::reference {
namespace {

template <class F>
void with_stored_type(DType dtype, F&& f) {
  switch (dtype) {
    case DType::Bool:
      return f(bool{});
    case DType::UInt8:
      return f(std::uint8_t{});
    case DType::UInt16:
      return f(std::uint16_t{});
    case DType::UInt32:
      return f(std::uint32_t{});
    case DType::UInt64:
      return f(std::uint64_t{});
    case DType::Int8:
      return f(std::int8_t{});
    case DType::Int16:
      return f(std::int16_t{});
    case DType::Int32:
      return f(std::int32_t{});
    case DType::Int64:
      return f(std::int64_t{});
    case DType::Float16:
      return f(float16{});
    case DType::BFloat16:
      return f(bfloat16{});
    case DType::Float32:
      return f(float{});
    case DType::Float64:
      return f(double{});
    case DType::Complex64:
      return f(std::complex<float>{});
    case DType::Complex128:
      return f(std::complex<double>{});
  }
}

template <class T>
constexpr bool is_half = std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>;
template <class T>
constexpr bool is_complex_type = std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

template <class To, class From>
To convert(From value) {
  if constexpr (is_half<From>)
    return convert<To>(static_cast<float>(value));
  else if constexpr (is_half<To>)
    return To(static_cast<float>(convert<double>(value)));
  else if constexpr (is_complex_type<From> && is_complex_type<To>)
    return To(static_cast<typename To::value_type>(value.real()), static_cast<typename To::value_type>(value.imag()));
  else if constexpr (is_complex_type<From> && std::is_same_v<To, bool>)
    return value != From{};
  else if constexpr (is_complex_type<From>)
    return convert<To>(value.real());
  else if constexpr (is_complex_type<To>)
    return To(static_cast<typename To::value_type>(value));
  else if constexpr (std::is_same_v<To, bool>)
    return value != From{};
  else
    return static_cast<To>(value);
}

}  // namespace

template <class Wide>
xt::xarray<Wide> load(const void* data, const TensorSpec& spec) {
  xt::xarray<Wide> values =
      xt::xarray<Wide>::from_shape(std::vector<std::size_t>(spec.shape.begin(), spec.shape.end()));
  with_stored_type(spec.dtype, [&]<class T>(T) {
    const T* from = static_cast<const T*>(data);
    std::transform(from, from + values.size(), values.data(), [](T value) { return convert<Wide>(value); });
  });
  return values;
}

template <class Wide>
void store(const xt::xarray<Wide>& values, void* data, const TensorSpec& spec) {
  KCPP_CHECK(static_cast<std::int64_t>(values.size()) == spec.shape.size(), Error, "[reference] a kernel made ",
             values.size(), " elements for ", spec);
  with_stored_type(spec.dtype, [&]<class T>(T) {
    std::transform(values.data(), values.data() + values.size(), static_cast<T*>(data),
                   [](Wide value) { return convert<T>(value); });
  });
}

template xt::xarray<std::int64_t> load(const void*, const TensorSpec&);
template xt::xarray<double> load(const void*, const TensorSpec&);
template xt::xarray<Complex> load(const void*, const TensorSpec&);
template void store(const xt::xarray<std::int64_t>&, void*, const TensorSpec&);
template void store(const xt::xarray<double>&, void*, const TensorSpec&);
template void store(const xt::xarray<Complex>&, void*, const TensorSpec&);

}  // namespace kerascpp::reference
