#include <algorithm>
#include <cmath>
#include <cstring>

#include <kerascpp/core/tensor.hpp>

#include "core/convert.hpp"
#include "core/host.hpp"
#include "core/zeros.hpp"

namespace kerascpp {

Tensor empty(const Shape& shape, DType dtype) { return Tensor::empty(shape, dtype); }

Tensor zeros(const Shape& shape, DType dtype) { return {allocate_zeros(shape, dtype), 0, shape, dtype}; }

Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor result = Tensor::empty(shape, dtype);
  with_type(dtype, [&]<class T>() { std::fill_n(result.data<T>(), result.size(), convert<T>(value)); });
  return result;
}

Tensor arange(double start, double stop, double step, DType dtype) {
  KCPP_CHECK(std::isfinite(start) && std::isfinite(stop) && std::isfinite(step) && step != 0, ValueError,
             "[arange] start, stop and step must be finite and step not 0, received ", start, ", ", stop, ", ", step);
  const double count = std::max(0.0, std::ceil((stop - start) / step));
  KCPP_CHECK(count < 0x1p53, ValueError, "[arange] ", count, " elements are too many");
  Tensor result = Tensor::empty({static_cast<std::int64_t>(count)}, dtype);
  with_type(dtype, [&]<class T>() {
    T* const values = result.data<T>();
    // a product, not a running sum: the error does not grow along the range
    for (std::int64_t i = 0; i < result.size(); ++i) values[i] = convert<T>(start + static_cast<double>(i) * step);
  });
  return result;
}

Tensor arange(double stop) { return arange(0, stop); }

namespace {

bool close(double a, double b, double rtol, double atol) {
  return a == b || (std::isfinite(b) && std::abs(a - b) <= atol + rtol * std::abs(b));
}

}  // namespace

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol) {
  check_on_host(a, "allclose");
  check_on_host(b, "allclose");
  KCPP_CHECK(a.shape() == b.shape(), ShapeError, "[allclose] expected equal shapes, received ", a.shape(), " and ",
             b.shape());
  if (is_complex(a.dtype()) || is_complex(b.dtype())) {
    const Tensor x = a.astype(DType::Complex128);
    const Tensor y = b.astype(DType::Complex128);
    return std::equal(
        x.data<complex128>(), x.data<complex128>() + x.size(), y.data<complex128>(), [&](complex128 p, complex128 q) {
          if (p.real == q.real && p.imag == q.imag) return true;
          const double size = std::hypot(q.real, q.imag);
          return std::isfinite(size) && std::hypot(p.real - q.real, p.imag - q.imag) <= atol + rtol * size;
        });
  }
  const Tensor x = a.astype(DType::Float64);
  const Tensor y = b.astype(DType::Float64);
  return std::equal(x.data<double>(), x.data<double>() + x.size(), y.data<double>(),
                    [&](double p, double q) { return close(p, q, rtol, atol); });
}

bool identical(const Tensor& a, const Tensor& b) {
  check_on_host(a, "identical");
  check_on_host(b, "identical");
  return a.dtype() == b.dtype() && a.shape() == b.shape() && std::memcmp(a.raw(), b.raw(), a.nbytes()) == 0;
}

}  // namespace kerascpp
