// needs: base
// Special functions that the mathematics library does not have, in double.

__device__ inline double not_a_number() { return double_of(0x7ff8000000000000ull); }

// Newton's method on erf, or on log(erfc) in the tail, where erf is flat. Start: Winitzki's approximation.
__device__ inline double inverse_erf(double x) {
  const double infinity = Type<double>::highest();
  if (x != x || fabs(x) > 1) return not_a_number();
  if (fabs(x) == 1) return x * infinity;
  const double p = fabs(x);
  if (p == 0) return x;
  const double w = -log1p(-p * p);
  const double half = 2 / (3.14159265358979323846 * 0.147) - w / 2;
  double y = sqrt(sqrt(half * half + w / 0.147) - half);
  for (int i = 0; i < 60; ++i) {
    const double slope = 1.12837916709551257390 * exp(-y * y);
    double step;
    if (p < 0.5) {
      step = (erf(y) - p) / slope;
    } else {
      const double tail = erfc(y);
      step = tail / slope * (log1p(-p) - log(tail));
    }
    y -= step;
    if (fabs(step) <= 2.220446049250313e-16 * y) break;
  }
  return copysign(y, x);
}

// psi_n(x) = psi_n(x + 1) - (-1)^n n! / x^(n+1) up to where the asymptotic series is exact to the last digit.
__device__ inline double polygamma(int n, double x) {
  const double infinity = Type<double>::highest();
  if (x != x || x < -1e6 || (x <= 0 && x == floor(x))) return not_a_number();
  if (x == infinity) return n == 0 ? infinity : 0;
  const double sign = n % 2 == 0 ? 1 : -1, factorial = tgamma(n + 1.0);
  double result = 0;
  for (; x < 20 + n; x += 1) result -= sign * factorial * pow(x, double(-(n + 1)));
  const double bernoulli[7] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
  double series =
      n == 0 ? -log(x) + 0.5 / x : tgamma(double(n)) * pow(x, double(-n)) + 0.5 * factorial * pow(x, double(-(n + 1)));
  double scale = n == 0 ? 0.5 : factorial * (n + 1) / 2;  // (2k + n - 1)! / (2k)!
  for (int k = 1; k <= 7; ++k) {
    series += bernoulli[k - 1] * scale * pow(x, double(-(2 * k + n)));
    scale *= (2.0 * k + n) * (2.0 * k + n + 1) / ((2.0 * k + 1) * (2.0 * k + 2));
  }
  return result - sign * series;
}

// sum of (x/2)^(2k + order) / (k! (k + order)!): every term has the same sign
__device__ inline double bessel_i(int order, double x) {
  const double infinity = Type<double>::highest();
  if (fabs(x) == infinity) return order == 0 || x > 0 ? infinity : -infinity;
  const double quarter = x * x / 4;
  double term = order == 0 ? 1 : x / 2, sum = term;
  for (int k = 1; fabs(term) > 5.5e-17 * fabs(sum) && fabs(sum) < infinity; ++k) {
    term *= quarter / (double(k) * (k + order));
    sum += term;
  }
  return sum;
}

// The power series left of the peak, Lentz's continued fraction for the complement right of it.
__device__ inline double gammainc(double a, double x) {
  if (a != a || x != x || a <= 0 || x < 0) return not_a_number();
  if (x == 0) return 0;
  if (x == Type<double>::highest()) return 1;
  const double front = exp(a * log(x) - x - lgamma(a));
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > 5.5e-17 * sum; n += 1) {
      term *= x / n;
      sum += term;
    }
    return front * sum;
  }
  const double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, fraction = d;
  for (int i = 1; i < 100000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (fabs(d) < tiny) d = tiny;
    c = b + an / c;
    if (fabs(c) < tiny) c = tiny;
    d = 1 / d;
    fraction *= d * c;
    if (fabs(d * c - 1) < 2.220446049250313e-16) break;
  }
  return 1 - front * fraction;
}
