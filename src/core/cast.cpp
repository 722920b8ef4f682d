#include <kerascpp/core/tensor.hpp>

#include "core/convert.hpp"
#include "core/host.hpp"

namespace kerascpp {
namespace {

template <class From, class To>
void convert_elements(const void* source, void* target, std::int64_t count) {
  const auto* const from = static_cast<const From*>(source);
  auto* const to = static_cast<To*>(target);
  for (std::int64_t i = 0; i < count; ++i) to[i] = convert<To>(from[i]);
}

using Converter = void (*)(const void*, void*, std::int64_t);

template <class From>
Converter converter_to(DType to) {
  return with_type(to, []<class To>() -> Converter { return &convert_elements<From, To>; });
}

Converter converter(DType from, DType to) {
  return with_type(from, [to]<class From>() { return converter_to<From>(to); });
}

}  // namespace

Tensor Tensor::astype(DType dtype) const {
  KCPP_CHECK(defined(), ValueError, "[Tensor::astype] the tensor is undefined");
  if (dtype == dtype_) return *this;
  check_on_host(*this, "Tensor::astype");
  Tensor result = empty(shape_, dtype);
  converter(dtype_, dtype)(raw(), result.raw(), size_);
  return result;
}

}  // namespace kerascpp
