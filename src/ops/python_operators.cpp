#include <kerascpp/ops/python_operators.hpp>

namespace kerascpp {

Symbol operator%(const Operand& a, const Operand& b) { return ops::mod(a, b); }
Symbol operator&(const Operand& a, const Operand& b) { return ops::bitwise_and(a, b); }
Symbol operator|(const Operand& a, const Operand& b) { return ops::bitwise_or(a, b); }
Symbol operator^(const Operand& a, const Operand& b) { return ops::bitwise_xor(a, b); }
Symbol operator~(const Operand& x) { return ops::bitwise_not(x); }
Symbol operator!(const Operand& x) { return ops::logical_not(x); }
Symbol operator+(const Operand& x) { return x.symbol(); }

Tensor operator%(const Tensor& a, const Tensor& b) { return ops::mod(a, b); }
Tensor operator&(const Tensor& a, const Tensor& b) { return ops::bitwise_and(a, b); }
Tensor operator|(const Tensor& a, const Tensor& b) { return ops::bitwise_or(a, b); }
Tensor operator^(const Tensor& a, const Tensor& b) { return ops::bitwise_xor(a, b); }
Tensor operator~(const Tensor& x) { return ops::bitwise_not(x); }
Tensor operator!(const Tensor& x) { return ops::logical_not(x); }
Tensor operator+(const Tensor& x) { return x; }

}  // namespace kerascpp
