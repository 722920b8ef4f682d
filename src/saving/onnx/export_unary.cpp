#include <limits>
#include <numbers>

#include "saving/onnx/exporter.hpp"

// Elementwise operations of one argument. Those that ONNX lacks are written as formulas that keep their precision.
namespace kerascpp::onnx {
namespace {

void write_directly(const NodeWriter& w) { w.give(w.to.node(w.onnx, {w.in()})); }
void write_as_number(const NodeWriter& w) { w.give(w.to.node(w.onnx, {w.number()})); }
void write_nothing(const NodeWriter& w) { w.give(w.in()); }
/// ONNX's operator takes floating numbers, and whole ones are round already.
void write_rounding(const NodeWriter& w) { w.give(is_floating(w.dtype()) ? w.to.node(w.onnx, {w.in()}) : w.in()); }

/// What formulas are written with.
struct Formula {
  const NodeWriter& w;
  Exporter& to;
  Value x;

  explicit Formula(const NodeWriter& writer) : w(writer), to(writer.to), x(writer.number()) {}
  [[nodiscard]] Value c(double value) const { return to.number(value, x.dtype); }
  [[nodiscard]] Value one(const char* op, const Value& a) const { return to.node(op, {a}); }
  [[nodiscard]] Value add(const Value& a, const Value& b) const { return to.node("Add", {a, b}); }
  [[nodiscard]] Value sub(const Value& a, const Value& b) const { return to.node("Sub", {a, b}); }
  [[nodiscard]] Value mul(const Value& a, const Value& b) const { return to.node("Mul", {a, b}); }
  [[nodiscard]] Value div(const Value& a, const Value& b) const { return to.node("Div", {a, b}); }
  [[nodiscard]] Value less(const Value& a, const Value& b) const { return to.node("Less", {a, b}, {}, DType::Bool); }
  [[nodiscard]] Value equal(const Value& a, const Value& b) const { return to.node("Equal", {a, b}, {}, DType::Bool); }
};

void write_negative(const NodeWriter& w) {
  const Value x = w.number();
  w.give(x.dtype == DType::UInt64 ? w.to.node("Sub", {w.to.number(0, x.dtype), x}) : w.to.node("Neg", {x}));
}

void write_square(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.mul(f.x, f.x));
}

void write_trunc(const NodeWriter& w) {
  if (!is_floating(w.dtype())) return w.give(w.in());
  const Formula f(w);
  w.give(f.mul(f.one("Sign", f.x), f.one("Floor", f.one("Abs", f.x))));
}

void write_rsqrt(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.one("Reciprocal", f.one("Sqrt", f.x)));
}

void write_cbrt(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.mul(f.one("Sign", f.x), w.to.node("Pow", {f.one("Abs", f.x), f.c(1.0 / 3)})));
}

void write_exp2(const NodeWriter& w) {
  const Formula f(w);
  w.give(w.to.node("Pow", {f.c(2), f.x}));
}

// near 0: 2 t / (1 - t) with t = tanh(x / 2)
void write_expm1(const NodeWriter& w) {
  const Formula f(w);
  const Value t = f.one("Tanh", f.mul(f.x, f.c(0.5)));
  const Value near = f.div(f.mul(t, f.c(2)), f.sub(f.c(1), t));
  w.give(w.to.where(f.less(f.one("Abs", f.x), f.c(0.5)), near, f.sub(f.one("Exp", f.x), f.c(1))));
}

/// log(1 + x) without loss near 0: log(u) x / (u - 1) with u = 1 + x.
Value log1p(const Formula& f, const Value& x) {
  const Value u = f.add(x, f.c(1)), by = f.sub(u, f.c(1));
  const Value tiny = f.equal(by, f.c(0)), infinite = f.equal(by, x);
  const Value scaled = f.mul(f.one("Log", u), f.div(x, f.to.where(tiny, f.c(1), by)));
  return f.to.where(tiny, x, f.to.where(infinite, f.one("Log", u), scaled));
}
void write_log1p(const NodeWriter& w) {
  const Formula f(w);
  w.give(log1p(f, f.x));
}

template <int base>
void write_log_of(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.mul(f.one("Log", f.x), f.c(1 / (base == 2 ? std::numbers::ln2 : std::numbers::ln10))));
}

void write_erfc(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.sub(f.c(1), f.one("Erf", f.x)));
}

// sign(x) sqrt(sqrt(a^2 - b) - a), a = 2 / (pi 0.147) + l / 2, b = l / 0.147, l = log(1 - x^2); then three steps of
// Newton's on erf(y) = x, which stay where y is infinite
void write_erfinv(const NodeWriter& w) {
  const Formula f(w);
  const Value l = f.one("Log", f.mul(f.sub(f.c(1), f.x), f.add(f.c(1), f.x)));
  const Value a = f.add(f.mul(l, f.c(0.5)), f.c(2 / (std::numbers::pi * 0.147)));
  const Value root = f.one("Sqrt", f.sub(f.mul(a, a), f.mul(l, f.c(1 / 0.147))));
  const Value start = f.mul(f.one("Sign", f.x), f.one("Sqrt", w.to.node("Max", {f.sub(root, a), f.c(0)})));
  const Value inside = f.less(f.one("Abs", f.x), f.c(1));
  Value y = w.to.where(inside, start, f.c(0));
  for (int step = 0; step < 3; ++step) {
    const Value slope = f.mul(f.one("Exp", f.one("Neg", f.mul(y, y))), f.c(2 * std::numbers::inv_sqrtpi));
    y = f.sub(y, f.div(f.sub(f.one("Erf", y), f.x), slope));
  }
  const Value outside = f.div(f.x, f.sub(f.c(1), f.one("Abs", f.x)));  // +-infinity, or NaN beyond 1
  const Value beyond = f.less(f.c(1), f.one("Abs", f.x));
  const Value edge = w.to.where(beyond, f.c(std::numeric_limits<double>::quiet_NaN()), outside);
  w.give(w.to.where(inside, y, edge));
}

/// IsNaN and IsInf take float32 and float64.
Value wide(const NodeWriter& w) {
  return w.to.cast(w.in(), w.dtype() == DType::Float64 ? DType::Float64 : DType::Float32);
}
Value asked(const NodeWriter& w, const char* question) { return w.to.node(question, {wide(w)}, {}, DType::Bool); }

template <bool is_nan>
void write_question(const NodeWriter& w) {
  w.give(asked(w, is_nan ? "IsNaN" : "IsInf"));
}
void write_isfinite(const NodeWriter& w) {
  w.give(w.to.node("Not", {w.to.node("Or", {asked(w, "IsNaN"), asked(w, "IsInf")})}));
}

// -0 has the sign: 1 / -0 is below 0
void write_signbit(const NodeWriter& w) {
  const Formula f(w);
  Value negative = f.less(f.x, f.c(0));
  if (is_floating(f.x.dtype)) {
    const Value zero = f.equal(f.x, f.c(0));
    const Value below = f.less(f.one("Reciprocal", w.to.where(zero, f.x, f.c(1))), f.c(0));
    negative = w.to.node("Or", {negative, w.to.node("And", {zero, below})});
  }
  w.give(negative);
}

void write_imag(const NodeWriter& w) {
  const Formula f(w);
  w.give(f.mul(f.x, f.c(0)));
}

// of a real number: 0 or pi
void write_angle(const NodeWriter& w) {
  const Formula f(w);
  const Value x = w.to.cast(f.x, w.result().dtype);
  const Value negative = w.to.node("Less", {x, w.to.number(0, x.dtype)}, {}, DType::Bool);
  w.give(w.to.where(negative, w.to.number(std::numbers::pi, x.dtype), w.to.node("Mul", {x, w.to.number(0, x.dtype)})));
}

void write_sign(const NodeWriter& w) { write_as_number(w); }

void write_abs(const NodeWriter& w) {
  const bool is_unsigned = w.dtype() == DType::Bool || w.dtype() == DType::UInt8 || w.dtype() == DType::UInt16 ||
                           w.dtype() == DType::UInt32 || w.dtype() == DType::UInt64;
  w.give(is_unsigned ? w.in() : w.to.node("Abs", {w.in()}));
}

void write_bitwise_not(const NodeWriter& w) {
  w.give(w.to.node(w.dtype() == DType::Bool ? "Not" : "BitwiseNot", {w.in(0)}));
}

void write_relu(const NodeWriter& w) {
  if (is_floating(w.dtype())) return write_directly(w);
  const Value x = w.number();
  w.give(w.to.node("Max", {x, w.to.number(0, x.dtype)}));
}

}  // namespace

const std::vector<Row>& unary_rows() {
  static const std::vector<Row> rows = {
      {"negative", write_negative},
      {"abs", write_abs},
      {"sign", write_sign, "Sign"},
      {"floor", write_rounding, "Floor"},
      {"ceil", write_rounding, "Ceil"},
      {"round", write_rounding, "Round"},
      {"trunc", write_trunc},
      {"sqrt", write_directly, "Sqrt"},
      {"rsqrt", write_rsqrt},
      {"cbrt", write_cbrt},
      {"reciprocal", write_directly, "Reciprocal"},
      {"square", write_square},
      {"exp", write_directly, "Exp"},
      {"exp2", write_exp2},
      {"expm1", write_expm1},
      {"log", write_directly, "Log"},
      {"log1p", write_log1p},
      {"log2", write_log_of<2>},
      {"log10", write_log_of<10>},
      {"sin", write_directly, "Sin"},
      {"cos", write_directly, "Cos"},
      {"tan", write_directly, "Tan"},
      {"arcsin", write_directly, "Asin"},
      {"arccos", write_directly, "Acos"},
      {"arctan", write_directly, "Atan"},
      {"sinh", write_directly, "Sinh"},
      {"cosh", write_directly, "Cosh"},
      {"tanh", write_directly, "Tanh"},
      {"arcsinh", write_directly, "Asinh"},
      {"arccosh", write_directly, "Acosh"},
      {"arctanh", write_directly, "Atanh"},
      {"erf", write_directly, "Erf"},
      {"erfc", write_erfc},
      {"erfinv", write_erfinv},
      {"sigmoid", write_directly, "Sigmoid"},
      {"relu", write_relu, "Relu"},
      {"logical_not", write_directly, "Not"},
      {"bitwise_not", write_bitwise_not},
      {"isfinite", write_isfinite},
      {"isinf", write_question<false>},
      {"isnan", write_question<true>},
      {"signbit", write_signbit},
      {"real", write_nothing},
      {"imag", write_imag},
      {"conj", write_nothing},
      {"angle", write_angle},
      {"identity", write_nothing},
      {"stop_gradient", write_nothing},
      {"cast", write_nothing},  // what is given is cast
      {"print", write_nothing},
      {"transfer", write_nothing},
      {"transfer_like", write_nothing},
      {"specify_shape", write_nothing},
  };
  return rows;
}

}  // namespace kerascpp::onnx
