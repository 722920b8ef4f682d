#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

namespace {

/// Real and imaginary parts.
ops::ComplexPair complex_pair(A& a) {
  const std::vector<Symbol> parts = a.tensors("x");
  KCPP_CHECK(parts.size() == 2, FormatError, "expected a real and an imaginary part, received ", parts.size(),
             " tensors");
  return {parts[0], parts[1]};
}

S both(const ops::ComplexPair& pair) { return {pair.real, pair.imag}; }

std::int64_t length(A& a, std::string_view name) { return a.optional_integer(name).value_or(None); }

/// A name or none; null in a file, where the default is no null, means none.
ops::SequenceWindow window(A& a) {
  if (const Config* given = a.find("window"))
    return given->is_string() ? ops::SequenceWindow(given->as_string()) : ops::SequenceWindow(a.tensor("window"));
  return std::nullopt;
}

}  // namespace

const std::vector<KerasOperation>& signal_operations() {
  static const std::vector<KerasOperation> table = {
      {"FFT", {"x"}, [](A& a) { return both(ops::fft(complex_pair(a))); }, "math"},
      {"FFT2", {"x"}, [](A& a) { return both(ops::fft2(complex_pair(a))); }, "math"},
      {"IFFT2", {"x"}, [](A& a) { return both(ops::ifft2(complex_pair(a))); }, "math"},
      {"RFFT", {"x"}, [](A& a) { return both(ops::rfft(a.operand("x"), length(a, "fft_length"))); }, "math"},
      {"IRFFT", {"x"}, [](A& a) { return S{ops::irfft(complex_pair(a), length(a, "fft_length"))}; }, "math"},
      {"STFT",
       {"x"},
       [](A& a) {
         return both(ops::stft(a.operand("x"), a.integer("sequence_length"), a.integer("sequence_stride"),
                               a.integer("fft_length"), {.window = window(a), .center = a.flag("center", true)}));
       },
       "math"},
      {"ISTFT",
       {"x"},
       [](A& a) {
         return S{ops::istft(complex_pair(a), a.integer("sequence_length"), a.integer("sequence_stride"),
                             a.integer("fft_length"),
                             {.length = length(a, "length"), .window = window(a), .center = a.flag("center", true)})};
       },
       "math"},
      {"ExtractSequences",
       {"x"},
       [](A& a) {
         return S{ops::extract_sequences(a.operand("x"), a.integer("sequence_length"), a.integer("sequence_stride"))};
       },
       "math"},
  };
  return table;
}

}  // namespace kerascpp
