#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/audio.hpp>

namespace kerascpp::utils {
namespace {

constexpr double kBeta = 5;          // of the Kaiser window
constexpr std::int64_t kZeros = 10;  // of the sinc function, on either side

/// 2 * half + 1 weights with the sum `up`: a sinc function that is 0 in every `slower`-th place, in a Kaiser window.
std::vector<double> low_pass(std::int64_t half, std::int64_t slower, std::int64_t up) {
  std::vector<double> weights;
  for (std::int64_t i = -half; i <= half; ++i) {
    const double x = std::numbers::pi * static_cast<double>(i) / static_cast<double>(slower);
    const double share = static_cast<double>(i) / static_cast<double>(half);
    weights.push_back((i == 0 ? 1 : std::sin(x) / x) *
                      std::cyl_bessel_i(0, kBeta * std::sqrt(std::max(0.0, 1 - share * share))));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= static_cast<double>(up) / sum;
  return weights;
}

}  // namespace

Tensor resample(const Tensor& samples, std::int64_t rate_in, std::int64_t rate_out) {
  KCPP_CHECK(samples.defined() && samples.ndim() == 2, ShapeError,
             "[resample] expected samples of shape (T, channels), received ",
             samples.defined() ? to_string(samples.shape()) : "an undefined tensor");
  KCPP_CHECK(rate_in > 0 && rate_out > 0, ValueError, "[resample] rates must be at least 1, received ", rate_in,
             " and ", rate_out);
  const Tensor x = samples.astype(DType::Float32);
  const std::int64_t divisor = std::gcd(rate_in, rate_out), up = rate_out / divisor, down = rate_in / divisor;
  if (up == down) return x;
  const std::int64_t length = x.dim(0), channels = x.dim(1), wanted = (length * up + down - 1) / down;
  const std::int64_t slower = std::max(up, down), half = kZeros * slower;
  const std::vector<double> weights = low_pass(half, slower, up);
  Tensor result = zeros({wanted, channels});
  std::vector<double> sums(static_cast<std::size_t>(channels));
  for (std::int64_t i = 0; i < wanted; ++i) {
    // y[i] = sum over k of weights[half + i down - k up] x[k]
    const std::int64_t middle = i * down;
    std::fill(sums.begin(), sums.end(), 0.0);
    const std::int64_t first = std::max<std::int64_t>(0, (middle - half + up - 1) / up);
    const std::int64_t last = std::min(length - 1, (middle + half) / up);
    for (std::int64_t k = first; k <= last; ++k) {
      const double weight = weights[static_cast<std::size_t>(half + middle - k * up)];
      for (std::int64_t c = 0; c < channels; ++c)
        sums[static_cast<std::size_t>(c)] += weight * static_cast<double>(x.data<float>()[k * channels + c]);
    }
    for (std::int64_t c = 0; c < channels; ++c)
      result.data<float>()[i * channels + c] = static_cast<float>(sums[static_cast<std::size_t>(c)]);
  }
  return result;
}

}  // namespace kerascpp::utils
