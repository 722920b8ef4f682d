// needs: base elementwise
// Convolutions of one, two or three spatial axes (missing ones have length one), directly from their definition, for
// what cuDNN leaves. G tells the geometry: batch, channels C, filters F, groups, channels_first, and for the axes 0, 1,
// 2 their input I, window K, stride S, dilation D, padding before P, output O.

template <class G>
__device__ inline int64 x_place(int64 b, int64 d, int64 h, int64 w, int64 c) {
  return G::channels_first ? (((b * G::C + c) * G::I0 + d) * G::I1 + h) * G::I2 + w
                           : (((b * G::I0 + d) * G::I1 + h) * G::I2 + w) * G::C + c;
}
template <class G>
__device__ inline int64 y_place(int64 b, int64 d, int64 h, int64 w, int64 f) {
  return G::channels_first ? (((b * G::F + f) * G::O0 + d) * G::O1 + h) * G::O2 + w
                           : (((b * G::O0 + d) * G::O1 + h) * G::O2 + w) * G::F + f;
}
// the place of kernel element (k0, k1, k2, c, f), c within its group
template <class G>
__device__ inline int64 k_place(int64 k0, int64 k1, int64 k2, int64 c, int64 f) {
  return (((k0 * G::K1 + k1) * G::K2 + k2) * (G::C / G::groups) + c) * G::F + f;
}

// The sum behind output element i.
template <class G, class Sum, class T>
__device__ inline Sum convolution_output(const T* x, const T* kernel, int64 i) {
  const int64 inner = G::O0 * G::O1 * G::O2;
  const int64 b = i / (inner * G::F);
  const int64 f = G::channels_first ? i / inner % G::F : i % G::F;
  const int64 o = G::channels_first ? i % inner : i / G::F % inner;
  const int64 o0 = o / (G::O1 * G::O2), o1 = o / G::O2 % G::O1, o2 = o % G::O2;
  const int64 group_c = G::C / G::groups, first_c = f / (G::F / G::groups) * group_c;
  Sum sum = Sum(0);
  for (int64 k0 = 0; k0 < G::K0; ++k0) {
    const int64 d = o0 * G::S0 - G::P0 + k0 * G::D0;
    if (d < 0 || d >= G::I0) continue;
    for (int64 k1 = 0; k1 < G::K1; ++k1) {
      const int64 h = o1 * G::S1 - G::P1 + k1 * G::D1;
      if (h < 0 || h >= G::I1) continue;
      for (int64 k2 = 0; k2 < G::K2; ++k2) {
        const int64 w = o2 * G::S2 - G::P2 + k2 * G::D2;
        if (w < 0 || w >= G::I2) continue;
        for (int64 c = 0; c < group_c; ++c)
          sum += Sum(get(x[x_place<G>(b, d, h, w, first_c + c)])) * Sum(get(kernel[k_place<G>(k0, k1, k2, c, f)]));
      }
    }
  }
  return sum;
}

// The output place on an axis that reads `input` by window element k, or -1.
__device__ inline int64 reader_of(int64 input, int64 k, int64 stride, int64 dilation, int64 padding, int64 outputs) {
  const int64 at = input + padding - k * dilation;
  return at < 0 || at % stride != 0 || at / stride >= outputs ? -1 : at / stride;
}

// The sum behind element i of the gradient of x.
template <class G, class Sum, class T>
__device__ inline Sum convolution_input(const T* g, const T* kernel, int64 i) {
  const int64 inner = G::I0 * G::I1 * G::I2;
  const int64 b = i / (inner * G::C);
  const int64 c = G::channels_first ? i / inner % G::C : i % G::C;
  const int64 p = G::channels_first ? i % inner : i / G::C % inner;
  const int64 d = p / (G::I1 * G::I2), h = p / G::I2 % G::I1, w = p % G::I2;
  const int64 group_c = G::C / G::groups, group_f = G::F / G::groups, first_f = c / group_c * group_f;
  Sum sum = Sum(0);
  for (int64 k0 = 0; k0 < G::K0; ++k0) {
    const int64 o0 = reader_of(d, k0, G::S0, G::D0, G::P0, G::O0);
    if (o0 < 0) continue;
    for (int64 k1 = 0; k1 < G::K1; ++k1) {
      const int64 o1 = reader_of(h, k1, G::S1, G::D1, G::P1, G::O1);
      if (o1 < 0) continue;
      for (int64 k2 = 0; k2 < G::K2; ++k2) {
        const int64 o2 = reader_of(w, k2, G::S2, G::D2, G::P2, G::O2);
        if (o2 < 0) continue;
        for (int64 f = first_f; f < first_f + group_f; ++f)
          sum += Sum(get(g[y_place<G>(b, o0, o1, o2, f)])) * Sum(get(kernel[k_place<G>(k0, k1, k2, c % group_c, f)]));
      }
    }
  }
  return sum;
}

// The part of the sum behind element i of the gradient of the kernel that `lane` of `lanes` threads adds up.
template <class G, class Sum, class T>
__device__ inline Sum convolution_kernel_part(const T* g, const T* x, int64 i, int64 lane, int64 lanes) {
  const int64 group_c = G::C / G::groups;
  const int64 f = i % G::F, c = i / G::F % group_c + f / (G::F / G::groups) * group_c;
  const int64 k = i / (G::F * group_c), k0 = k / (G::K1 * G::K2), k1 = k / G::K2 % G::K1, k2 = k % G::K2;
  Sum sum = Sum(0);
  for (int64 n = lane; n < G::batch * G::O0 * G::O1 * G::O2; n += lanes) {
    const int64 o2 = n % G::O2, o1 = n / G::O2 % G::O1, o0 = n / (G::O2 * G::O1) % G::O0,
                b = n / (G::O2 * G::O1 * G::O0);
    const int64 d = o0 * G::S0 - G::P0 + k0 * G::D0, h = o1 * G::S1 - G::P1 + k1 * G::D1,
                w = o2 * G::S2 - G::P2 + k2 * G::D2;
    if (d < 0 || d >= G::I0 || h < 0 || h >= G::I1 || w < 0 || w >= G::I2) continue;
    sum += Sum(get(g[y_place<G>(b, o0, o1, o2, f)])) * Sum(get(x[x_place<G>(b, d, h, w, c)]));
  }
  return sum;
}
