#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/numeric.hpp>

/// The operations of numeric.hpp on tensors, computed at once.
namespace kerascpp::ops {

Tensor round(const Tensor& x, int decimals) { return compute_now(round(Operand(x), decimals)); }
Tensor fabs(const Tensor& x) { return compute_now(fabs(Operand(x))); }
Tensor deg2rad(const Tensor& x) { return compute_now(deg2rad(Operand(x))); }
Tensor rad2deg(const Tensor& x) { return compute_now(rad2deg(Operand(x))); }
Tensor sinc(const Tensor& x) { return compute_now(sinc(Operand(x))); }
Tensor divide_no_nan(const Tensor& a, const Tensor& b) { return compute_now(divide_no_nan(Operand(a), Operand(b))); }
Tensor logaddexp2(const Tensor& a, const Tensor& b) { return compute_now(logaddexp2(Operand(a), Operand(b))); }
Tensor nan_to_num(const Tensor& x, double nan, std::optional<double> posinf, std::optional<double> neginf) {
  return compute_now(nan_to_num(Operand(x), nan, posinf, neginf));
}
Tensor isposinf(const Tensor& x) { return compute_now(isposinf(Operand(x))); }
Tensor isneginf(const Tensor& x) { return compute_now(isneginf(Operand(x))); }
Tensor isreal(const Tensor& x) { return compute_now(isreal(Operand(x))); }
Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return compute_now(isclose(Operand(a), Operand(b), rtol, atol, equal_nan));
}
Tensor allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return compute_now(allclose(Operand(a), Operand(b), rtol, atol, equal_nan));
}
Tensor view_as_complex(const Tensor& x) { return compute_now(view_as_complex(Operand(x))); }
Tensor view_as_real(const Tensor& x) { return compute_now(view_as_real(Operand(x))); }

}  // namespace kerascpp::ops
