#include <kerascpp/ops/elementwise.hpp>

/// The operators on symbols and tensors are the operations of these names.
namespace kerascpp {

Symbol operator-(const Operand& x) { return ops::negative(x); }
Symbol operator+(const Operand& a, const Operand& b) { return ops::add(a, b); }
Symbol operator-(const Operand& a, const Operand& b) { return ops::subtract(a, b); }
Symbol operator*(const Operand& a, const Operand& b) { return ops::multiply(a, b); }
Symbol operator/(const Operand& a, const Operand& b) { return ops::divide(a, b); }
Symbol operator<(const Operand& a, const Operand& b) { return ops::less(a, b); }
Symbol operator<=(const Operand& a, const Operand& b) { return ops::less_equal(a, b); }
Symbol operator>(const Operand& a, const Operand& b) { return ops::greater(a, b); }
Symbol operator>=(const Operand& a, const Operand& b) { return ops::greater_equal(a, b); }
Symbol operator==(const Operand& a, const Operand& b) { return ops::equal(a, b); }
Symbol operator!=(const Operand& a, const Operand& b) { return ops::not_equal(a, b); }

Tensor operator-(const Tensor& x) { return ops::negative(x); }
Tensor operator+(const Tensor& a, const Tensor& b) { return ops::add(a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return ops::subtract(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return ops::multiply(a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return ops::divide(a, b); }
Tensor operator<(const Tensor& a, const Tensor& b) { return ops::less(a, b); }
Tensor operator<=(const Tensor& a, const Tensor& b) { return ops::less_equal(a, b); }
Tensor operator>(const Tensor& a, const Tensor& b) { return ops::greater(a, b); }
Tensor operator>=(const Tensor& a, const Tensor& b) { return ops::greater_equal(a, b); }
Tensor operator==(const Tensor& a, const Tensor& b) { return ops::equal(a, b); }
Tensor operator!=(const Tensor& a, const Tensor& b) { return ops::not_equal(a, b); }

}  // namespace kerascpp
