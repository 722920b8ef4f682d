// needs: base
// Fourier transforms as they are defined, one sum of N terms for each element, computed in double.

struct Rotation {
  double cos, sin;
};
// exp(2 pi i k n / N), the product taken modulo N first so that the angle is exact
__device__ inline Rotation rotation(int64 k, int64 n, int64 N) {
  const double angle = 6.28318530717958647693 * double(k * n % N) / double(N);
  Rotation result;
  result.cos = cos(angle);
  result.sin = sin(angle);
  return result;
}
