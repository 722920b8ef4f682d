#pragma once

/// Special functions of real numbers in float64, each by its textbook series.
namespace kerascpp::reference {

/// Inverse of erf on (-1, 1); infinite at the ends, NaN outside.
[[nodiscard]] double erfinv(double x);
/// log |Gamma(x)|, safe to call from several threads.
[[nodiscard]] double log_gamma(double x);
/// Derivative of order n >= 0 of the digamma function; NaN at its poles and below -1e6.
[[nodiscard]] double polygamma(int n, double x);
/// Modified Bessel function of the first kind of order 0 or 1.
[[nodiscard]] double bessel_i(int order, double x);
/// Regularized lower incomplete gamma function P(a, x); NaN for a <= 0 or x < 0.
[[nodiscard]] double gammainc(double a, double x);

}  // namespace kerascpp::reference
