// needs: base elementwise
// Complex arithmetic under the names that real numbers have.

template <class P>
__device__ inline complex_t<P> complex_of(P real, P imag) {
  complex_t<P> result;
  result.real = real;
  result.imag = imag;
  return result;
}
template <class P>
__device__ inline complex_t<P> op_add(complex_t<P> a, complex_t<P> b) {
  return complex_of(P(a.real + b.real), P(a.imag + b.imag));
}
template <class P>
__device__ inline complex_t<P> op_subtract(complex_t<P> a, complex_t<P> b) {
  return complex_of(P(a.real - b.real), P(a.imag - b.imag));
}
template <class P>
__device__ inline complex_t<P> op_multiply(complex_t<P> a, complex_t<P> b) {
  return complex_of(P(a.real * b.real - a.imag * b.imag), P(a.real * b.imag + a.imag * b.real));
}
// Smith, "Algorithm 116: complex division", 1962
template <class P>
__device__ inline complex_t<P> op_divide(complex_t<P> a, complex_t<P> b) {
  if (op_abs(b.real) >= op_abs(b.imag)) {
    const P ratio = b.imag / b.real, scale = b.real + b.imag * ratio;
    return complex_of(P((a.real + a.imag * ratio) / scale), P((a.imag - a.real * ratio) / scale));
  }
  const P ratio = b.real / b.imag, scale = b.real * ratio + b.imag;
  return complex_of(P((a.real * ratio + a.imag) / scale), P((a.imag * ratio - a.real) / scale));
}
template <class P>
__device__ inline complex_t<P> op_negative(complex_t<P> a) {
  return complex_of(P(-a.real), P(-a.imag));
}
template <class P>
__device__ inline complex_t<P> op_conj(complex_t<P> a) {
  return complex_of(a.real, P(-a.imag));
}
template <class P>
__device__ inline complex_t<P> op_square(complex_t<P> a) {
  return op_multiply(a, a);
}
template <class P>
__device__ inline complex_t<P> op_reciprocal(complex_t<P> a) {
  return op_divide(complex_of(P(1), P(0)), a);
}
template <class P>
__device__ inline P op_magnitude(complex_t<P> a) {
  return op_hypot(a.real, a.imag);
}
template <class P>
__device__ inline complex_t<P> op_exp(complex_t<P> a) {
  const P size = op_exp(a.real);
  return complex_of(P(size * op_cos(a.imag)), P(size * op_sin(a.imag)));
}
template <class P>
__device__ inline complex_t<P> op_log(complex_t<P> a) {
  return complex_of(op_log(op_magnitude(a)), op_arctan2(a.imag, a.real));
}
template <class P>
__device__ inline complex_t<P> op_sqrt(complex_t<P> a) {
  const P size = op_magnitude(a);
  if (size == P(0)) return complex_of(P(0), a.imag);
  const P real = op_sqrt((size + op_abs(a.real)) / P(2)), other = op_abs(a.imag) / (P(2) * real);
  if (a.real >= P(0)) return complex_of(real, op_copysign(other, a.imag));
  return complex_of(other, op_copysign(real, a.imag));
}
template <class P>
__device__ inline bool op_equal(complex_t<P> a, complex_t<P> b) {
  return a.real == b.real && a.imag == b.imag;
}
template <class P>
__device__ inline bool op_not_equal(complex_t<P> a, complex_t<P> b) {
  return !(a.real == b.real && a.imag == b.imag);
}
