#include <kerascpp/ops/fft.hpp>

#include "support/op_fixtures.hpp"

/// Fourier transforms, called as in keras.ops.math.
namespace kerascpp::test {
namespace {

template <class T>
ops::ComplexPairOf<T> pair_of(const ArgumentsOf<T>& a) {
  const std::vector<T> parts = a.tensors(0, "x");
  return {parts[0], parts[1]};
}

template <class T>
std::vector<T> parts_of(const ops::ComplexPairOf<T>& pair) {
  return {pair.real, pair.imag};
}

template <class T>
FixtureOps<T> table_of() {
  using Arguments = ArgumentsOf<T>;
  const auto length = [](const Arguments& a) { return a.integer(1, "fft_length", None); };
  const auto size = [](const Arguments& a, std::size_t i) { return a.integer(i, "", 0); };
  return {
      {"fft", [](const Arguments& a) { return parts_of<T>(ops::fft(pair_of(a))); }},
      {"fft2", [](const Arguments& a) { return parts_of<T>(ops::fft2(pair_of(a))); }},
      {"ifft2", [](const Arguments& a) { return parts_of<T>(ops::ifft2(pair_of(a))); }},
      {"rfft", [=](const Arguments& a) { return parts_of<T>(ops::rfft(a.tensor(0, "x"), length(a))); }},
      {"irfft", [=](const Arguments& a) { return std::vector<T>{ops::irfft(pair_of(a), length(a))}; }},
      {"stft",
       [=](const Arguments& a) {
         return parts_of<T>(ops::stft(a.tensor(0, "x"), size(a, 1), size(a, 2), size(a, 3),
                                      {.window = a.text(4, "window", "hann"), .center = a.flag(5, "center", true)}));
       }},
      {"istft",
       [=](const Arguments& a) {
         return std::vector<T>{ops::istft(pair_of(a), size(a, 1), size(a, 2), size(a, 3),
                                          {.length = a.integer(4, "length", None),
                                           .window = a.text(5, "window", "hann"),
                                           .center = a.flag(6, "center", true)})};
       }},
  };
}

}  // namespace

FixtureTable transform_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
