#include <kerascpp/core/error.hpp>

#include "saving/onnx/exporter.hpp"

// Fourier transforms of pairs (real, imaginary), which ONNX keeps in a last axis. Its inverse divides by the length.
namespace kerascpp::onnx {
namespace {

/// (D...) as (1, D..., 1): DFT expects a batch in front.
Value framed(const NodeWriter& w, const Value& x, int ndim) {
  return w.to.node("Unsqueeze", {x, w.to.integers({0, ndim + 1})});
}

/// One part of (1, D..., 2).
Value part(const NodeWriter& w, const Value& pair, int ndim, std::int64_t which) {
  const Value one = w.to.slice(pair, ndim + 1, which, which + 1);
  return w.to.node("Squeeze", {one, w.to.integers({0, ndim + 1})});
}

Value paired(const NodeWriter& w, const Value& real, const Value& imag, int ndim) {
  return w.to.node("Concat", {framed(w, real, ndim), framed(w, imag, ndim)},
                   {{"axis", static_cast<std::int64_t>(ndim + 1)}});
}

Value transformed(const NodeWriter& w, const Value& pair, std::int64_t axis, bool inverse, bool onesided) {
  return w.to.node("DFT", {pair},
                   {{"axis", axis + 1}, {"inverse", std::int64_t{inverse}}, {"onesided", std::int64_t{onesided}}});
}

/// x times the length, or divided by it.
Value by_length(const NodeWriter& w, const Value& x, const Symbol& of, std::int64_t axis, const char* op) {
  return w.to.node(op, {x, w.to.cast(w.to.length_of(of, axis), x.dtype)});
}

void write_fft(const NodeWriter& w) {
  const int ndim = w.shape().ndim();
  const std::int64_t axis = normalize_axis(w.attributes().integer("axis"), ndim);
  const bool inverse = w.attributes().flag("inverse"), scaled = w.attributes().flag("scaled");
  Value pair = transformed(w, paired(w, w.in(0), w.in(1), ndim), axis, inverse, false);
  if (inverse && !scaled) pair = by_length(w, pair, w.node.input(0), axis, "Mul");
  if (!inverse && scaled) pair = by_length(w, pair, w.node.input(0), axis, "Div");
  w.give(part(w, pair, ndim, 0), 0);
  w.give(part(w, pair, ndim, 1), 1);
}

void write_rfft(const NodeWriter& w) {
  const int ndim = w.shape().ndim();
  const std::int64_t last = ndim - 1, length = w.shape().back();
  Value pair = transformed(w, framed(w, w.in(), ndim), last, false, true);
  if (w.attributes().flag("scaled")) pair = by_length(w, pair, w.node.input(0), last, "Div");
  Value real = part(w, pair, ndim, 0), imag = part(w, pair, ndim, 1);
  if (w.attributes().flag("doubled")) {
    KCPP_CHECK(length != None, ShapeError, "needs a known length");
    Tensor weights = full({length / 2 + 1}, 2, w.dtype());
    std::vector<double> twice = weights.to_vector<double>();
    twice.front() = 1;
    if (length % 2 == 0) twice.back() = 1;
    const Value by = w.to.constant(Tensor(twice).astype(w.dtype()));
    real = w.to.node("Mul", {real, by});
    imag = w.to.node("Mul", {imag, by});
  }
  w.give(real, 0);
  w.give(imag, 1);
}

// the whole spectrum: behind the frequencies given, their conjugates backwards, or zeros when each stands for itself
void write_irfft(const NodeWriter& w) {
  const int ndim = w.shape().ndim();
  const std::int64_t last = ndim - 1, length = w.result().shape.back();
  KCPP_CHECK(length != None, ShapeError, "needs a known length");
  const std::int64_t mirrored = (length - 1) / 2;
  Value real = w.in(0), imag = w.in(1);
  if (mirrored > 0) {
    const auto behind = [&](const Value& x) { return w.to.slice(x, last, mirrored, 0, -1); };
    const bool halved = w.attributes().flag("halved");
    const Value zero = w.to.number(0, real.dtype);
    const auto extended = [&](const Value& x, bool negated) {
      Value more = behind(x);
      if (halved)
        more = w.to.node("Mul", {more, zero});
      else if (negated)
        more = w.to.node("Neg", {more});
      return w.to.node("Concat", {x, more}, {{"axis", last}});
    };
    real = extended(real, false);
    imag = extended(imag, true);
  }
  const Value pair = transformed(w, paired(w, real, imag, ndim), last, true, false);
  Value x = part(w, pair, ndim, 0);
  if (!w.attributes().flag("scaled")) x = w.to.node("Mul", {x, w.to.number(static_cast<double>(length), x.dtype)});
  w.give(x);
}

}  // namespace

const std::vector<Row>& fourier_rows() {
  static const std::vector<Row> rows = {
      {"fft", write_fft},
      {"rfft", write_rfft},
      {"irfft", write_irfft},
      {"irfft_like", write_irfft},
  };
  return rows;
}

}  // namespace kerascpp::onnx
