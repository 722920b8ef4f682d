#include "initializers/windows.hpp"

#include <cmath>
#include <initializer_list>
#include <iterator>
#include <numbers>
#include <string>

#include <kerascpp/core/error.hpp>

namespace kerascpp::initializers {
namespace {

constexpr double kPi = std::numbers::pi;

/// sum(a_k cos(k x)) with x from -pi to pi over the window.
double cosines(std::initializer_list<double> coefficients, double x) {
  double sum = 0, k = 0;
  for (const double a : coefficients) sum += a * std::cos(k++ * x);
  return sum;
}

// Each takes t in [-1, 1], from one end of the window to the other, and the number of values.
double hann(double t, double) { return cosines({0.5, 0.5}, kPi * t); }
double hamming(double t, double) { return cosines({0.54, 0.46}, kPi * t); }
double blackman(double t, double) { return cosines({0.42, 0.5, 0.08}, kPi * t); }
double blackmanharris(double t, double) { return cosines({0.35875, 0.48829, 0.14128, 0.01168}, kPi * t); }
double nuttall(double t, double) { return cosines({0.3635819, 0.4891775, 0.1365995, 0.0106411}, kPi * t); }
double flattop(double t, double) {
  return cosines({0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368}, kPi * t);
}
double bartlett(double t, double) { return 1 - std::abs(t); }
double barthann(double t, double) { return 0.62 - 0.24 * std::abs(t) + 0.38 * std::cos(kPi * t); }
double boxcar(double, double) { return 1; }
double triang(double t, double n) {
  const bool odd = std::fmod(n, 2) == 1;
  return 1 - std::abs(t) * (n - 1) / (odd ? n + 1 : n);
}
double parzen(double t, double n) {
  const double x = std::abs(t) * (n - 1) / n;
  return x <= 0.5 * (n - 1) / n ? 1 - 6 * x * x + 6 * x * x * x : 2 * std::pow(1 - x, 3);
}
double bohman(double t, double) {
  const double x = std::abs(t);
  return x >= 1 ? 0 : (1 - x) * std::cos(kPi * x) + std::sin(kPi * x) / kPi;
}
double cosine(double t, double n) { return std::cos(kPi / 2 * t * (n - 1) / n); }
double lanczos(double t, double) { return t == 0 ? 1 : std::sin(kPi * t) / (kPi * t); }
double tukey(double t, double) {  // flat in the middle half
  const double x = std::abs(t);
  return x <= 0.5 ? 1 : 0.5 * (1 + std::cos(kPi * (2 * x - 1)));
}
double exponential(double t, double n) { return std::exp(-std::abs(t) * (n - 1) / 2); }

struct NamedWindow {
  std::string_view name;
  double (*value)(double t, double n);
};
constexpr NamedWindow kWindows[] = {
    {"hann", hann},       {"hamming", hamming}, {"blackman", blackman}, {"blackmanharris", blackmanharris},
    {"nuttall", nuttall}, {"flattop", flattop}, {"bartlett", bartlett}, {"barthann", barthann},
    {"boxcar", boxcar},   {"triang", triang},   {"parzen", parzen},     {"bohman", bohman},
    {"cosine", cosine},   {"lanczos", lanczos}, {"tukey", tukey},       {"exponential", exponential},
};

}  // namespace

std::vector<double> window_values(std::string_view name, std::int64_t length, bool periodic) {
  std::string known;
  for (const NamedWindow& window : kWindows) {
    known += (known.empty() ? "" : ", ") + std::string(window.name);
    if (window.name != name) continue;
    if (length == 1) return {1.0};
    const auto n = static_cast<double>(periodic ? length + 1 : length);
    std::vector<double> values;
    for (std::int64_t i = 0; i < length; ++i)
      values.push_back(window.value(2 * static_cast<double>(i) / (n - 1) - 1, n));
    return values;
  }
  throw ValueError(text_of("there is no window \"", name, "\"; those known are ", known));
}

}  // namespace kerascpp::initializers
