#include "backends/cpu/fourier/fourier.hpp"

#include <algorithm>
#include <numbers>

#include <kissfft/kissfft.hh>

namespace kerascpp::cpu {
namespace {

// Factors above 5 make kissfft quadratic in them, and use memory of the plan.
bool is_direct(std::int64_t length) {
  for (const std::int64_t factor : {2, 3, 5})
    while (length % factor == 0) length /= factor;
  return length == 1;
}

// A power of two with room for a convolution without wrapping around.
std::int64_t convolution_length(std::int64_t length) {
  std::int64_t power = 1;
  while (power < 2 * length - 1) power *= 2;
  return power;
}

}  // namespace

struct Fourier::Plan {
  explicit Plan(std::int64_t length) : transform(static_cast<std::size_t>(length), false) {}
  kissfft<double> transform;
};

Fourier::Fourier(std::int64_t length) : length_(length) {
  if (is_direct(length)) {
    plan_ = std::make_unique<Plan>(length);
    return;
  }
  const std::int64_t M = convolution_length(length);
  plan_ = std::make_unique<Plan>(M);
  workspace_ = 2 * M;
  chirp_.resize(static_cast<std::size_t>(length));
  std::vector<Complex> conjugate(static_cast<std::size_t>(M));
  std::int64_t square = 0;  // n^2 mod 2 N, so that the angle stays exact
  for (std::int64_t n = 0; n < length; ++n) {
    const double angle = -std::numbers::pi * static_cast<double>(square) / static_cast<double>(length);
    chirp_[static_cast<std::size_t>(n)] = std::polar(1.0, angle);
    square = (square + 2 * n + 1) % (2 * length);
    conjugate[static_cast<std::size_t>(n)] = std::conj(chirp_[static_cast<std::size_t>(n)]);
    if (n > 0) conjugate[static_cast<std::size_t>(M - n)] = conjugate[static_cast<std::size_t>(n)];
  }
  chirp_spectrum_.resize(static_cast<std::size_t>(M));
  plan_->transform.transform(conjugate.data(), chirp_spectrum_.data());
}

Fourier::~Fourier() = default;

// Bluestein: k n = (k^2 + n^2 - (k - n)^2) / 2 makes of the sum a convolution with the conjugate chirp.
void Fourier::forward(const Complex* from, Complex* to, Complex* workspace) const {
  if (chirp_.empty()) {
    plan_->transform.transform(from, to);
    return;
  }
  const std::size_t N = chirp_.size(), M = chirp_spectrum_.size();
  Complex *first = workspace, *second = workspace + M;
  for (std::size_t n = 0; n < N; ++n) first[n] = from[n] * chirp_[n];
  std::fill(first + N, first + M, Complex());
  plan_->transform.transform(first, second);
  // the inverse transform is the conjugate of the transform of the conjugate
  for (std::size_t m = 0; m < M; ++m) second[m] = std::conj(second[m] * chirp_spectrum_[m]);
  plan_->transform.transform(second, first);
  for (std::size_t n = 0; n < N; ++n) to[n] = std::conj(first[n]) * chirp_[n] / static_cast<double>(M);
}

}  // namespace kerascpp::cpu
