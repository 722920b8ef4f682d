#include <limits>
#include <numbers>

#include "saving/onnx/exporter.hpp"

// Elementwise operations of two and three arguments.
namespace kerascpp::onnx {
namespace {

/// Two operands in the dtype that ONNX computes in.
struct Operands {
  const NodeWriter& w;
  Exporter& to;
  Value a, b;

  explicit Operands(const NodeWriter& writer) : w(writer), to(writer.to), a(writer.number(0)), b(writer.number(1)) {}
  [[nodiscard]] Value c(double value) const { return to.number(value, a.dtype); }
  [[nodiscard]] Value two(const char* op, const Value& x, const Value& y) const { return to.node(op, {x, y}); }
  [[nodiscard]] Value compared(const char* op, const Value& x, const Value& y) const {
    return to.node(op, {x, y}, {}, DType::Bool);
  }
  [[nodiscard]] Value is_nan(const Value& x) const {
    return to.node("IsNaN", {to.cast(x, x.dtype == DType::Float64 ? DType::Float64 : DType::Float32)}, {}, DType::Bool);
  }
  /// Where the remainder `r` of a / b is not 0 and has another sign than b: rounding down differs from rounding to 0.
  [[nodiscard]] Value crosses(const Value& r) const {
    const Value differs = two("Xor", compared("Less", r, c(0)), compared("Less", b, c(0)));
    return two("And", to.node("Not", {compared("Equal", r, c(0))}), differs);
  }
};

/// On bool some operations are logical ones.
template <bool is_sum>
void write_semiring(const NodeWriter& w) {
  if (w.dtype() == DType::Bool) return w.give(w.to.node(is_sum ? "Or" : "And", {w.in(0), w.in(1)}));
  w.give(w.to.node(is_sum ? "Add" : "Mul", {w.number(0), w.number(1)}));
}

void write_number(const NodeWriter& w) { w.give(w.to.node(w.onnx, {w.number(0), w.number(1)})); }
void write_logical(const NodeWriter& w) { w.give(w.to.node(w.onnx, {w.in(0), w.in(1)})); }
void write_comparison(const NodeWriter& w) { w.give(w.to.node(w.onnx, {w.number(0), w.number(1)}, {}, DType::Bool)); }
void write_not_equal(const NodeWriter& w) {
  w.give(w.to.node("Not", {w.to.node("Equal", {w.number(0), w.number(1)}, {}, DType::Bool)}));
}

/// The quotient rounded down.
Value floor_quotient(const Operands& o) {
  const Value quotient = o.two("Div", o.a, o.b);
  if (o.a.dtype == DType::UInt64) return quotient;
  if (is_floating(o.a.dtype)) return o.to.node("Floor", {quotient});
  const Value rest = o.two("Sub", o.a, o.two("Mul", quotient, o.b));
  return o.two("Sub", quotient, o.to.cast(o.crosses(rest), o.a.dtype));
}
void write_floor_divide(const NodeWriter& w) { w.give(floor_quotient(Operands(w))); }

void write_fmod(const NodeWriter& w) {
  w.give(w.to.node("Mod", {w.number(0), w.number(1)}, {{"fmod", std::int64_t{1}}}));
}

// with the sign of the divisor, as in Python
void write_mod(const NodeWriter& w) {
  const Operands o(w);
  if (!is_floating(o.a.dtype)) return w.give(o.two("Mod", o.a, o.b));
  const Value rest = w.to.node("Mod", {o.a, o.b}, {{"fmod", std::int64_t{1}}});
  w.give(w.to.where(o.crosses(rest), o.two("Add", rest, o.b), rest));
}

template <bool is_max>
void write_ignoring_nan(const NodeWriter& w) {
  const Operands o(w);
  const Value extremum = o.two(is_max ? "Max" : "Min", o.a, o.b);
  if (!is_floating(o.a.dtype)) return w.give(extremum);
  w.give(w.to.where(o.is_nan(o.a), o.b, w.to.where(o.is_nan(o.b), o.a, extremum)));
}

// atan(y / x), moved by pi into the left half plane; y / 0 is +-infinity, whose arc tangent is right
void write_arctan2(const NodeWriter& w) {
  const Operands o(w);
  const Value &y = o.a, &x = o.b;
  const Value is_negative = o.compared("Less", y, o.c(0)), at_zero = o.compared("Equal", x, o.c(0));
  const Value both_zero = o.two("And", at_zero, o.compared("Equal", y, o.c(0)));
  const Value half = w.to.where(is_negative, o.c(-std::numbers::pi / 2), o.c(std::numbers::pi / 2));
  const Value arc = w.to.node("Atan", {o.two("Div", y, w.to.where(at_zero, o.c(1), x))});
  const Value turn = w.to.where(is_negative, o.c(-std::numbers::pi), o.c(std::numbers::pi));
  const Value turned = w.to.where(o.compared("Less", x, o.c(0)), o.two("Add", arc, turn), arc);
  w.give(w.to.where(both_zero, o.c(0), w.to.where(at_zero, half, turned)));
}

// m sqrt(1 + (n / m)^2), m the larger magnitude
void write_hypot(const NodeWriter& w) {
  const Operands o(w);
  const Value a = w.to.node("Abs", {o.a}), b = w.to.node("Abs", {o.b});
  const Value m = o.two("Max", a, b), n = o.two("Min", a, b);
  const Value is_zero = o.compared("Equal", m, o.c(0));
  const Value ratio = o.two("Div", n, w.to.where(is_zero, o.c(1), m));
  const Value length = o.two("Mul", m, w.to.node("Sqrt", {o.two("Add", o.c(1), o.two("Mul", ratio, ratio))}));
  // beside an infinity, not even NaN matters
  const Value infinity = o.c(std::numeric_limits<double>::infinity());
  const Value infinite = o.two("Or", o.compared("Equal", a, infinity), o.compared("Equal", b, infinity));
  w.give(w.to.where(infinite, infinity, length));
}

// max(a, b) + log(1 + exp(-|a - b|)); equal infinities are their own sum
void write_logaddexp(const NodeWriter& w) {
  const Operands o(w);
  const Value largest = o.two("Max", o.a, o.b), same = o.compared("Equal", o.a, o.b);
  const Value distance = w.to.where(same, o.c(0), o.two("Sub", o.a, o.b));
  const Value e = w.to.node("Exp", {w.to.node("Neg", {w.to.node("Abs", {distance})})});
  const Value u = o.two("Add", e, o.c(1)), by = o.two("Sub", u, o.c(1));
  const Value tiny = o.compared("Equal", by, o.c(0));
  const Value log = o.two("Mul", w.to.node("Log", {u}), o.two("Div", e, w.to.where(tiny, o.c(1), by)));
  w.give(o.two("Add", largest, w.to.where(tiny, e, log)));
}

void write_copysign(const NodeWriter& w) {
  const Operands o(w);
  const Value zero = o.compared("Equal", o.b, o.c(0));
  const Value probe = w.to.where(zero, w.to.node("Reciprocal", {w.to.where(zero, o.b, o.c(1))}), o.b);
  const Value size = w.to.node("Abs", {o.a});
  w.give(w.to.where(o.compared("Less", probe, o.c(0)), w.to.node("Neg", {size}), size));
}

void write_heaviside(const NodeWriter& w) {
  const Operands o(w);
  const Value side = w.to.where(o.compared("Less", o.a, o.c(0)), o.c(0), o.c(1));
  w.give(w.to.where(o.compared("Equal", o.a, o.c(0)), o.b, w.to.where(o.is_nan(o.a), o.a, side)));
}

void write_ldexp(const NodeWriter& w) {
  const Operands o(w);
  w.give(o.two("Mul", o.a, w.to.node("Pow", {o.c(2), o.b})));
}

/// 2^n in the dtype of a.
Value power_of_two(const Operands& o) {
  return o.to.cast(o.to.node("Pow", {o.to.number(2, DType::Float64), o.to.cast(o.b, DType::Float64)}), o.a.dtype);
}
Value shifted(const Operands& o, const char* direction) {
  return o.to.node("BitShift", {o.a, o.b}, {{"direction", std::string(direction)}});
}
void write_left_shift(const NodeWriter& w) {
  const Operands o(w);
  if (o.a.dtype == DType::UInt64) return w.give(shifted(o, "LEFT"));
  w.give(o.two("Mul", o.a, power_of_two(o)));
}
void write_right_shift(const NodeWriter& w) {
  Operands o(w);
  if (o.a.dtype == DType::UInt64) return w.give(shifted(o, "RIGHT"));
  o.b = power_of_two(o);
  w.give(floor_quotient(o));
}

template <bool is_and>
void write_bits(const NodeWriter& w) {
  if (w.dtype() == DType::Bool) return w.give(w.to.node(is_and ? "And" : "Or", {w.in(0), w.in(1)}));
  w.give(w.to.node(w.onnx, {w.in(0), w.in(1)}));
}
void write_bitwise_xor(const NodeWriter& w) {
  w.give(w.to.node(w.dtype() == DType::Bool ? "Xor" : "BitwiseXor", {w.in(0), w.in(1)}));
}

// only the choice that is taken is there where it is known
void write_where(const NodeWriter& w) {
  if (const Tensor chosen = w.to.known(w.node.input(0)); chosen.defined() && chosen.size() == 1) {
    const Symbol& taken = w.node.input(chosen.item<bool>(0) ? 1 : 2);
    if (taken.shape() == w.result().shape || taken.shape().accepts(w.result().shape)) return w.give(w.to.of(taken));
    const Symbol like = w.to.shape_source(w.node.output());
    const Value shape = w.result().shape.is_known() ? w.to.integers(w.result().shape.vector()) : w.to.shape_of(like);
    return w.give(w.to.node("Expand", {w.to.of(taken), shape}));
  }
  w.give(w.to.where(w.in(0), w.in(1), w.in(2)));
}

void write_custom_gradient(const NodeWriter& w) {
  for (std::size_t i = 0; i < w.node.outputs().size(); ++i) w.give(w.in(i), static_cast<int>(i));
}

}  // namespace

const std::vector<Row>& binary_rows() {
  static const std::vector<Row> rows = {
      {"add", write_semiring<true>},
      {"subtract", write_number, "Sub"},
      {"multiply", write_semiring<false>},
      {"divide", write_number, "Div"},
      {"floor_divide", write_floor_divide},
      {"mod", write_mod},
      {"fmod", write_fmod},
      {"power", write_number, "Pow"},
      {"maximum", write_number, "Max"},
      {"minimum", write_number, "Min"},
      {"fmax", write_ignoring_nan<true>},
      {"fmin", write_ignoring_nan<false>},
      {"arctan2", write_arctan2},
      {"hypot", write_hypot},
      {"logaddexp", write_logaddexp},
      {"copysign", write_copysign},
      {"heaviside", write_heaviside},
      {"ldexp", write_ldexp},
      {"equal", write_comparison, "Equal"},
      {"not_equal", write_not_equal},
      {"less", write_comparison, "Less"},
      {"less_equal", write_comparison, "LessOrEqual"},
      {"greater", write_comparison, "Greater"},
      {"greater_equal", write_comparison, "GreaterOrEqual"},
      {"logical_and", write_logical, "And"},
      {"logical_or", write_logical, "Or"},
      {"logical_xor", write_logical, "Xor"},
      {"bitwise_and", write_bits<true>, "BitwiseAnd"},
      {"bitwise_or", write_bits<false>, "BitwiseOr"},
      {"bitwise_xor", write_bitwise_xor},
      {"left_shift", write_left_shift},
      {"right_shift", write_right_shift},
      {"where", write_where},
      {"custom_gradient", write_custom_gradient},
  };
  return rows;
}

}  // namespace kerascpp::onnx
