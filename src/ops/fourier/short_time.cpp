#include <cmath>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/fft.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

// stft and istft: transforms of overlapping sequences, written with the transforms of whole axes.
namespace kerascpp::ops {
namespace {

// a - (1 - a) cos(2 pi n / N): periodic, so that shifted copies add up evenly
Tensor raised_cosine(std::int64_t length, double a) {
  Tensor window = Tensor::empty({length}, DType::Float64);
  for (std::int64_t n = 0; n < length; ++n)
    window.data<double>()[n] =
        length == 1
            ? 1
            : a - (1 - a) * std::cos(2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(length));
  return window;
}

struct Lengths {
  std::string_view op;
  std::int64_t sequence, stride, fft;

  void check() const {
    KCPP_CHECK(sequence >= 1 && stride >= 1, ValueError, "[", op,
               "] expected a positive sequence_length and sequence_stride, received ", sequence, " and ", stride);
    KCPP_CHECK(fft >= sequence, ValueError, "[", op, "] expected fft_length of at least sequence_length, received ",
               fft, " and ", sequence);
  }
  // The window in the middle of fft_length elements; undefined for none.
  [[nodiscard]] Symbol window(const SequenceWindow& given, DType dtype) const {
    if (given.none()) return {};
    const std::int64_t before = (fft - sequence) / 2;
    return pad(given.values(sequence, dtype, op), {{before, fft - sequence - before}});
  }
};

void check_dtype(std::string_view op, const TensorSpec& x) {
  KCPP_CHECK(x.dtype == DType::Float32 || x.dtype == DType::Float64, DTypeError, "[", op,
             "] expected float32 or float64, received ", x, "; cast it");
}

// The sum of sequences x (..., S, L), `stride` apart -> (..., L + stride (S - 1)).
Symbol overlap_add(const Symbol& x, std::int64_t stride) {
  const std::int64_t S = x.dim(-2), L = x.dim(-1), T = L + stride * (S - 1);
  Tensor places = Tensor::empty({S, L}, DType::Int32);
  auto* place = places.data<std::int32_t>();
  for (std::int64_t s = 0; s < S; ++s)
    for (std::int64_t l = 0; l < L; ++l) *place++ = static_cast<std::int32_t>(s * stride + l);
  // of `like` only the shape matters: (..., 1) + (T,)
  const Symbol items = slice_axis(slice_axis(x, -1, Slice(0, 1)), -2, Slice(0, 1));
  const Symbol like = squeeze(items, -1) + zeros({T}, x.dtype());
  return make_symbol("take_gradient", {x, constant(places), like},
                     {{"axis", std::int64_t{like.ndim() - 1}}, {"mode", std::string("raise")}});
}

}  // namespace

SequenceWindow::SequenceWindow(const Tensor& values) : value_(constant(values)) {}

Symbol SequenceWindow::values(std::int64_t length, DType dtype, std::string_view op) const {
  if (const std::string* name = std::get_if<std::string>(&value_)) {
    KCPP_CHECK(*name == "hann" || *name == "hamming", ValueError, "[", op,
               "] expected the window \"hann\" or \"hamming\", received \"", *name, "\"");
    return constant(raised_cosine(length, *name == "hann" ? 0.5 : 0.54).astype(dtype));
  }
  const Symbol& given = std::get<Symbol>(value_);
  KCPP_CHECK(given.ndim() == 1 && may_equal(given.dim(0), length), ShapeError, "[", op,
             "] expected a window of shape (", length, ",), received ", given.shape());
  return cast(given, dtype);
}

ComplexPair stft(const Operand& x, std::int64_t sequence_length, std::int64_t sequence_stride, std::int64_t fft_length,
                 const StftOptions& options) {
  const SiteGuard guard(x.site());
  const Lengths lengths{"stft", sequence_length, sequence_stride, fft_length};
  lengths.check();
  Symbol signal = x.symbol();
  check_dtype("stft", signal.spec());
  KCPP_CHECK(signal.ndim() >= 1, ShapeError, "[stft] expected at least one axis, received a scalar");
  if (options.center) {
    std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(signal.ndim()));
    widths.back() = {fft_length / 2, fft_length / 2};
    signal = pad(signal, widths, "reflect");
  }
  const Symbol sequences = extract_sequences(signal, fft_length, sequence_stride);
  const Symbol window = lengths.window(options.window, signal.dtype());
  return rfft(window.defined() ? sequences * window : sequences);
}

Symbol istft(const ComplexPair& x, std::int64_t sequence_length, std::int64_t sequence_stride, std::int64_t fft_length,
             const IstftOptions& options) {
  const Lengths lengths{"istft", sequence_length, sequence_stride, fft_length};
  lengths.check();
  check_dtype("istft", x.real.spec());
  KCPP_CHECK(x.real.ndim() >= 2 && x.real.dim(-2) != None && x.real.dim(-2) >= 1, ShapeError,
             "[istft] expected (..., S, K) with a known number S of sequences, received shape ", x.real.shape());
  KCPP_CHECK(options.length == None || options.length >= 0, ValueError,
             "[istft] expected a length of at least 0, received ", options.length);
  const Symbol sequences = irfft(x, fft_length);
  const Symbol window = lengths.window(options.window, sequences.dtype());
  Symbol signal = overlap_add(window.defined() ? sequences * window : sequences, sequence_stride);
  if (window.defined()) {
    const Symbol squares = broadcast_to(square(window), {sequences.dim(-2), fft_length});
    const Symbol weights = overlap_add(squares, sequence_stride);
    signal = signal / where(greater(weights, 1e-10), weights, 1);
  }
  const std::int64_t start = options.center ? fft_length / 2 : 0, total = signal.dim(-1);
  const std::int64_t end = options.length != None ? std::min(start + options.length, total)
                           : options.center       ? total - fft_length / 2
                                                  : total;
  return slice_axis(signal, -1, Slice(start, std::max(start, end)));
}

ComplexPairTensors stft(const Tensor& x, std::int64_t sequence_length, std::int64_t sequence_stride,
                        std::int64_t fft_length, const StftOptions& options) {
  const ComplexPair symbols = stft(immediate(x), sequence_length, sequence_stride, fft_length, options);
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.real, symbols.imag});
  return {parts[0], parts[1]};
}
Tensor istft(const ComplexPairTensors& x, std::int64_t sequence_length, std::int64_t sequence_stride,
             std::int64_t fft_length, const IstftOptions& options) {
  return compute_now(istft(ComplexPair{immediate(x.real).symbol(), immediate(x.imag).symbol()}, sequence_length,
                           sequence_stride, fft_length, options));
}

}  // namespace kerascpp::ops
