#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/fft.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "support/op_families.hpp"

// Values against Keras are in tests/ops/conformance, lengths of all kinds in fft_test.cpp.
namespace kerascpp::test {
namespace {

using Symbols = std::vector<Symbol>;

OpCase row(const char* op, const char* label, std::vector<Shape> shapes, decltype(OpCase::build) build) {
  std::vector<OpInput> inputs;
  for (const Shape& shape : shapes) inputs.push_back({.shape = shape, .low = -1, .high = 1});
  return {.op = op,
          .build = std::move(build),
          .inputs = std::move(inputs),
          .dtypes = {DType::Float32, DType::Float64},
          .accumulation_length = 20,
          .label = label};
}

Symbols parts(const ops::ComplexPair& pair) { return {pair.real, pair.imag}; }

Symbol x_of(const Shape& shape, DType dtype = DType::Float32) { return placeholder(shape, dtype); }

void add_transforms(std::vector<OpCase>& rows) {
  for (const std::int64_t length : {6, 7}) {
    const std::vector<Shape> pair(2, Shape{2, length});
    rows.push_back(row("fft", "last axis", pair, [](const Symbols& x) { return parts(ops::fft({x[0], x[1]})); }));
    rows.push_back(row("rfft", "", {{2, length}}, [](const Symbols& x) { return parts(ops::rfft(x[0])); }));
    rows.push_back(row("irfft", "to a given length", {{2, length / 2 + 1}, {2, length / 2 + 1}}, [=](const Symbols& x) {
      return Symbols{ops::irfft({x[0], x[1]}, length)};
    }));
    // the gradient of rfft, and with it that of the gradient
    rows.push_back(row("irfft_like", "", {{2, length / 2 + 1}, {2, length / 2 + 1}, {2, length}}, [](const Symbols& x) {
      return Symbols{make_symbol("irfft_like", x, {{"halved", true}, {"scaled", false}})};
    }));
    rows.back().inputs[2].gradient = false;
  }
  rows.push_back(row("fft", "two axes", {{2, 3, 4}, {2, 3, 4}}, [](const Symbols& x) {
    return parts(ops::fft2({x[0], x[1]}));
  }));
  rows.push_back(row("fft", "inverse of two axes", {{5, 3}, {5, 3}}, [](const Symbols& x) {
    return parts(ops::ifft2({x[0], x[1]}));
  }));
  rows.push_back(row("fft", "one part alone", {{2, 5}, {2, 5}}, [](const Symbols& x) {
    return Symbols{ops::fft({x[0], x[1]}).imag};
  }));
  rows.push_back(row("rfft", "longer", {{2, 5}}, [](const Symbols& x) { return parts(ops::rfft(x[0], 8)); }));
  rows.push_back(row("rfft", "shorter", {{2, 8}}, [](const Symbols& x) { return parts(ops::rfft(x[0], 5)); }));
  rows.push_back(row("irfft", "of all frequencies", {{2, 4}, {2, 4}}, [](const Symbols& x) {
    return Symbols{ops::irfft({x[0], x[1]})};
  }));
  rows.push_back(row("irfft", "of fewer frequencies", {{2, 6}, {2, 6}}, [](const Symbols& x) {
    return Symbols{ops::irfft({x[0], x[1]}, 7)};
  }));
  rows.back().errors = {
      {[] {
         (void)ops::fft({x_of({4}), x_of({5})});
       },
       "[fft] expected real and imaginary parts of one shape, received (4,) and (5,)"},
      {[] {
         (void)ops::fft({x_of({4}, DType::Int32), x_of({4}, DType::Int32)});
       },
       "[fft] expected float32 or float64, received int32 (4,); cast it, and give a complex array as its real and"},
      {[] {
         (void)ops::fft2({x_of({4}), x_of({4})});
       },
       "[fft2] expected at least 2 axes, received shape (4,)"},
      {[] {
         (void)ops::ifft2({x_of({4}), x_of({4})});
       },
       "[ifft2] expected at least 2 axes, received shape (4,)"},
      {[] { (void)ops::rfft(x_of({})); }, "[rfft] expected at least one axis, received a scalar"},
      {[] { (void)ops::rfft(x_of({4}), 0); }, "[rfft] expected fft_length of at least 1, received 0"},
      {[] {
         (void)ops::irfft({x_of({1}), x_of({1})});
       },
       "[irfft] expected at least two frequencies, received shape (1,)"}};
}

void add_short_time(std::vector<OpCase>& rows) {
  rows.push_back(row("rfft", "stft", {{2, 20}}, [](const Symbols& x) { return parts(ops::stft(x[0], 5, 3, 6)); }));
  rows.push_back(row("rfft", "stft without center and window", {{2, 15}}, [](const Symbols& x) {
    return parts(ops::stft(x[0], 4, 2, 5, {.window = std::nullopt, .center = false}));
  }));
  // the number of sequences must be known
  rows.push_back(row("irfft", "istft", {{2, 5, 5}, {2, 5, 5}}, [](const Symbols& x) {
    return Symbols{ops::istft({x[0], x[1]}, 6, 3, 8)};
  }));
  rows.back().unknown_dimensions = false;
  rows.push_back(row("irfft", "istft to a length", {{4, 4}, {4, 4}}, [](const Symbols& x) {
    return Symbols{ops::istft({x[0], x[1]}, 5, 2, 6, {.length = 9, .window = std::nullopt, .center = false})};
  }));
  rows.back().unknown_dimensions = false;
  rows.back().errors = {{[] { (void)ops::stft(x_of({20}), 6, 2, 5); },
                         "[stft] expected fft_length of at least sequence_length, received 5 and 6"},
                        {[] { (void)ops::stft(x_of({20}), 6, 0, 8); },
                         "[stft] expected a positive sequence_length and sequence_stride, received 6 and 0"},
                        {[] { (void)ops::stft(x_of({20}), 6, 2, 8, {.window = "boxcar"}); },
                         "[stft] expected the window \"hann\" or \"hamming\", received \"boxcar\""},
                        {[] { (void)ops::stft(x_of({20}), 6, 2, 8, {.window = x_of({5})}); },
                         "[stft] expected a window of shape (6,), received (5,)"},
                        {[] { (void)ops::stft(x_of({20}, DType::Int32), 6, 2, 8); },
                         "[stft] expected float32 or float64, received int32 (20,)"},
                        {[] {
                           (void)ops::istft({x_of({None, 5}), x_of({None, 5})}, 6, 2, 8);
                         },
                         "[istft] expected (..., S, K) with a known number S of sequences"},
                        {[] { (void)ops::extract_sequences(x_of({4}), 5, 1); },
                         "[extract_sequences] expected a last axis of at least 5 items, received (4,)"}};
  rows.push_back(row("take", "extract_sequences", {{2, 9}},
                     [](const Symbols& x) { return Symbols{ops::extract_sequences(x[0], 4, 2)}; }));
  rows.push_back(row("take", "extract_sequences of one item", {{2, 9}},
                     [](const Symbols& x) { return Symbols{ops::extract_sequences(x[0], 1, 4)}; }));
}

}  // namespace

std::vector<OpCase> fourier_cases() {
  std::vector<OpCase> rows;
  add_transforms(rows);
  add_short_time(rows);
  return rows;
}

}  // namespace kerascpp::test
