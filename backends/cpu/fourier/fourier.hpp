#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace kerascpp::cpu {

/// The discrete Fourier transform of one length, in float64. Immutable once made: several threads may use it.
///
/// Lengths with no prime factor above 5 are transformed directly (kissfft); any other is written as a convolution of
/// such a length (Bluestein), so that large primes take O(N log N) as well.
class Fourier {
 public:
  using Complex = std::complex<double>;

  explicit Fourier(std::int64_t length);
  ~Fourier();
  Fourier(const Fourier&) = delete;
  Fourier& operator=(const Fourier&) = delete;

  /// Elements of workspace that `forward` needs.
  [[nodiscard]] std::int64_t workspace() const { return workspace_; }
  /// to_k = sum_n from_n exp(-2 pi i k n / N), in memory of its own.
  void forward(const Complex* from, Complex* to, Complex* workspace) const;

 private:
  struct Plan;
  std::int64_t length_;
  std::int64_t workspace_ = 0;
  std::unique_ptr<const Plan> plan_;     // of the length, or of the convolution
  std::vector<Complex> chirp_;           // exp(-i pi n^2 / N); empty for a direct transform
  std::vector<Complex> chirp_spectrum_;  // of the conjugate chirp, over the length of the convolution
};

}  // namespace kerascpp::cpu
