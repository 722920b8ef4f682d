#include "backends/reference/special_functions.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace kerascpp::reference {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

}  // namespace

// Newton's method on erf, or on log(erfc) in the tail, where erf is flat.
double erfinv(double x) {
  if (std::isnan(x) || std::abs(x) > 1) return kNaN;
  if (std::abs(x) == 1) return x * kInfinity;
  const double p = std::abs(x);
  const double w = -std::log1p(-p * p);
  // start: Winitzki's approximation, good to two digits
  const double half = 2 / (std::numbers::pi * 0.147) - w / 2;
  double y = std::sqrt(std::sqrt(half * half + w / 0.147) - half);
  if (p == 0) return x;
  for (int i = 0; i < 60; ++i) {
    const double slope = 2 * std::numbers::inv_sqrtpi * std::exp(-y * y);
    double step;
    if (p < 0.5) {
      step = (std::erf(y) - p) / slope;
    } else {
      const double tail = std::erfc(y);
      step = tail / slope * (std::log1p(-p) - std::log(tail));  // d log(erfc) = -slope / erfc
    }
    y -= step;
    if (std::abs(step) <= kEpsilon * y) break;
  }
  return std::copysign(y, x);
}

double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// psi_n(x) = psi_n(x + 1) - (-1)^n n! / x^(n+1) up to where the asymptotic series is exact to the last digit.
double polygamma(int n, double x) {
  if (std::isnan(x) || x < -1e6 || (x <= 0 && x == std::floor(x))) return kNaN;
  if (x == kInfinity) return n == 0 ? kInfinity : 0;
  const double sign = n % 2 == 0 ? 1 : -1;
  const double factorial = std::tgamma(n + 1.0);
  double result = 0;
  for (; x < 20 + n; x += 1) result -= sign * factorial * std::pow(x, -(n + 1));
  constexpr double kBernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
  double series =
      n == 0 ? -std::log(x) + 0.5 / x : std::tgamma(n) * std::pow(x, -n) + 0.5 * factorial * std::pow(x, -(n + 1));
  double scale = n == 0 ? 0.5 : factorial * (n + 1) / 2;  // (2k + n - 1)! / (2k)!
  for (int k = 1; k <= 7; ++k) {
    series += kBernoulli[k - 1] * scale * std::pow(x, -(2 * k + n));
    scale *= (2.0 * k + n) * (2.0 * k + n + 1) / ((2.0 * k + 1) * (2.0 * k + 2));
  }
  return result - sign * series;
}

// sum of (x/2)^(2k + order) / (k! (k + order)!): every term has the same sign
double bessel_i(int order, double x) {
  if (std::isinf(x)) return order == 0 || x > 0 ? kInfinity : -kInfinity;
  const double quarter = x * x / 4;
  double term = order == 0 ? 1 : x / 2, sum = term;
  for (int k = 1; std::abs(term) > kEpsilon / 4 * std::abs(sum) && std::isfinite(sum); ++k) {
    term *= quarter / (static_cast<double>(k) * (k + order));
    sum += term;
  }
  return sum;
}

// The power series left of the peak, Lentz's continued fraction for the complement right of it.
double gammainc(double a, double x) {
  if (std::isnan(a) || std::isnan(x) || a <= 0 || x < 0) return kNaN;
  if (x == 0) return 0;
  if (std::isinf(x)) return 1;
  // the exponent is a difference of large numbers: its digits are worth keeping
  int sign = 0;
  const long double exponent = a * std::log(static_cast<long double>(x)) - x - ::lgammal_r(a, &sign);
  const auto front = static_cast<double>(std::exp(exponent));
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > kEpsilon / 4 * sum; n += 1) {
      term *= x / n;
      sum += term;
    }
    return front * sum;
  }
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, fraction = d;
  for (int i = 1; i < 100000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    fraction *= d * c;
    if (std::abs(d * c - 1) < kEpsilon) break;
  }
  return 1 - front * fraction;
}

}  // namespace kerascpp::reference
