#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "saving/onnx/importer.hpp"

namespace kerascpp::onnx {
namespace {

void read_unary(const NodeReader& r) { r.give(make_symbol(r.op, {r.in()})); }
void read_binary(const NodeReader& r) { r.give(make_symbol(r.op, {r.in(0), r.in(1)})); }
/// Of any number of inputs.
void read_many(const NodeReader& r) {
  Symbol result = r.in(0);
  for (std::size_t i = 1; i < r.count(); ++i) result = make_symbol(r.op, {result, r.in(i)});
  r.give(result);
}
void read_identity(const NodeReader& r) {
  if (const auto& lengths = r.named(0).lengths) return r.give(*lengths);
  r.give(r.in());
}

/// Sums and differences of lengths that are known stay lengths.
template <std::int64_t sign>
void read_sum(const NodeReader& r) {
  const Tensor a = r.known(0), b = r.known(1);
  if (a.defined() && b.defined() && a.dtype() == DType::Int64 && b.dtype() == DType::Int64)
    return r.give(constant(sign > 0 ? ops::add(a, b) : ops::subtract(a, b)));
  read_binary(r);
}

// whole numbers are divided towards 0
void read_divide(const NodeReader& r) {
  const Symbol a = r.in(0), b = r.in(1);
  if (is_floating(a.dtype())) return r.give(make_symbol("divide", {a, b}));
  const Symbol down = ops::floor_divide(a, b);
  if (a.dtype() == DType::UInt64) return r.give(down);
  const Symbol rest = a - down * b;
  const Symbol up = ops::logical_and(rest != 0, ops::logical_xor(a < 0, b < 0));
  r.give(down + ops::cast(up, down.dtype()));
}

void read_shift(const NodeReader& r) {
  const std::string direction = r.text("direction", "");
  r.check(direction == "LEFT" || direction == "RIGHT", "shifts to \"", direction, "\"");
  r.give(make_symbol(direction == "LEFT" ? "left_shift" : "right_shift", {r.in(0), r.in(1)}));
}

void read_mod(const NodeReader& r) {
  r.give(make_symbol(r.integer("fmod", 0) != 0 ? "fmod" : "mod", {r.in(0), r.in(1)}));
}

void read_pow(const NodeReader& r) {
  const Symbol base = r.in(0);
  r.give(make_symbol("power", {base, ops::cast(r.in(1), base.dtype())}));
}

void read_cast(const NodeReader& r) {
  r.give(ops::cast(r.in(), dtype_of_number(r.integer("to", 0), "its attribute \"to\"")));
}

void read_where(const NodeReader& r) { r.give(make_symbol("where", {r.in(0), r.in(1), r.in(2)})); }

void read_constant(const NodeReader& r) {
  const AttributeValue* const value = r.node.find("value");
  const Tensor* const tensor = value == nullptr ? nullptr : std::get_if<Tensor>(value);
  r.check(tensor != nullptr, "has no tensor as its value");
  r.give(constant(*tensor));
}

void read_is_inf(const NodeReader& r) {
  r.check(r.integer("detect_negative", 1) != 0 && r.integer("detect_positive", 1) != 0,
          "asks for one of the two infinities");
  read_unary(r);
}

}  // namespace

const std::vector<ReadRow>& read_elementwise_rows() {
  static const std::vector<ReadRow> rows = {
      {"Abs", read_unary, "abs"},
      {"Acos", read_unary, "arccos"},
      {"Acosh", read_unary, "arccosh"},
      {"Add", read_sum<1>, "add"},
      {"And", read_binary, "logical_and"},
      {"Asin", read_unary, "arcsin"},
      {"Asinh", read_unary, "arcsinh"},
      {"Atan", read_unary, "arctan"},
      {"Atanh", read_unary, "arctanh"},
      {"BitShift", read_shift},
      {"BitwiseAnd", read_binary, "bitwise_and"},
      {"BitwiseNot", read_unary, "bitwise_not"},
      {"BitwiseOr", read_binary, "bitwise_or"},
      {"BitwiseXor", read_binary, "bitwise_xor"},
      {"Cast", read_cast},
      {"Ceil", read_unary, "ceil"},
      {"Constant", read_constant},
      {"Cos", read_unary, "cos"},
      {"Cosh", read_unary, "cosh"},
      {"Div", read_divide},
      {"Equal", read_binary, "equal"},
      {"Erf", read_unary, "erf"},
      {"Exp", read_unary, "exp"},
      {"Floor", read_unary, "floor"},
      {"Greater", read_binary, "greater"},
      {"GreaterOrEqual", read_binary, "greater_equal"},
      {"Identity", read_identity},
      {"IsInf", read_is_inf, "isinf"},
      {"IsNaN", read_unary, "isnan"},
      {"Less", read_binary, "less"},
      {"LessOrEqual", read_binary, "less_equal"},
      {"Log", read_unary, "log"},
      {"Max", read_many, "maximum"},
      {"Min", read_many, "minimum"},
      {"Mod", read_mod},
      {"Mul", read_binary, "multiply"},
      {"Neg", read_unary, "negative"},
      {"Not", read_unary, "logical_not"},
      {"Or", read_binary, "logical_or"},
      {"Pow", read_pow},
      {"Reciprocal", read_unary, "reciprocal"},
      {"Relu", read_unary, "relu"},
      {"Round", read_unary, "round"},
      {"Sigmoid", read_unary, "sigmoid"},
      {"Sign", read_unary, "sign"},
      {"Sin", read_unary, "sin"},
      {"Sinh", read_unary, "sinh"},
      {"Sqrt", read_unary, "sqrt"},
      {"Sub", read_sum<-1>, "subtract"},
      {"Tan", read_unary, "tan"},
      {"Tanh", read_unary, "tanh"},
      {"Where", read_where},
      {"Xor", read_binary, "logical_xor"},
  };
  return rows;
}

}  // namespace kerascpp::onnx
