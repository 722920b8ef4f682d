// needs: base elementwise
// Poolings over one, two or three spatial axes (missing ones have length one). G tells the geometry: channels C,
// channels_first, adaptive, and for the axes 0, 1, 2 their input I, window K, stride S, padding before P, output O.
// Windows are cut off at the edges.

struct PoolWindow {
  int64 first, last;
};
__device__ inline PoolWindow pool_window(bool adaptive, int64 o, int64 input, int64 window, int64 stride, int64 padding,
                                         int64 outputs) {
  PoolWindow result;
  if (adaptive) {
    result.first = o * input / outputs;
    result.last = ((o + 1) * input + outputs - 1) / outputs;
    return result;
  }
  result.first = o * stride - padding;
  result.last = result.first + window;
  if (result.first < 0) result.first = 0;
  if (result.last > input) result.last = input;
  return result;
}

// A window of the output element i, and how its elements are found.
template <class G>
struct Windows {
  int64 b, c;
  PoolWindow w0, w1, w2;
  __device__ explicit Windows(int64 i) {
    const int64 inner = G::O0 * G::O1 * G::O2;
    b = i / (inner * G::C);
    c = G::channels_first ? i / inner % G::C : i % G::C;
    const int64 o = G::channels_first ? i % inner : i / G::C % inner;
    w0 = pool_window(G::adaptive, o / (G::O1 * G::O2), G::I0, G::K0, G::S0, G::P0, G::O0);
    w1 = pool_window(G::adaptive, o / G::O2 % G::O1, G::I1, G::K1, G::S1, G::P1, G::O1);
    w2 = pool_window(G::adaptive, o % G::O2, G::I2, G::K2, G::S2, G::P2, G::O2);
  }
  __device__ Windows(int64 b_, int64 c_, int64 o0, int64 o1, int64 o2) : b(b_), c(c_) {
    w0 = pool_window(G::adaptive, o0, G::I0, G::K0, G::S0, G::P0, G::O0);
    w1 = pool_window(G::adaptive, o1, G::I1, G::K1, G::S1, G::P1, G::O1);
    w2 = pool_window(G::adaptive, o2, G::I2, G::K2, G::S2, G::P2, G::O2);
  }
  __device__ static int64 x_place(int64 b, int64 c, int64 d, int64 h, int64 w) {
    return G::channels_first ? (((b * G::C + c) * G::I0 + d) * G::I1 + h) * G::I2 + w
                             : (((b * G::I0 + d) * G::I1 + h) * G::I2 + w) * G::C + c;
  }
  __device__ static int64 y_place(int64 b, int64 c, int64 d, int64 h, int64 w) {
    return G::channels_first ? (((b * G::C + c) * G::O0 + d) * G::O1 + h) * G::O2 + w
                             : (((b * G::O0 + d) * G::O1 + h) * G::O2 + w) * G::C + c;
  }
  __device__ int64 size() const { return (w0.last - w0.first) * (w1.last - w1.first) * (w2.last - w2.first); }
  // The place of the first of the largest elements; NaN is larger than every number.
  template <class T>
  __device__ int64 place_of_maximum(const T* x) const {
    int64 best = x_place(b, c, w0.first, w1.first, w2.first);
    Compute<T> largest = get(x[best]);
    for (int64 d = w0.first; d < w0.last; ++d)
      for (int64 h = w1.first; h < w1.last; ++h)
        for (int64 w = w2.first; w < w2.last; ++w) {
          const int64 place = x_place(b, c, d, h, w);
          const Compute<T> value = get(x[place]);
          if (value > largest || (value != value && largest == largest)) {
            best = place;
            largest = value;
          }
        }
    return best;
  }
  template <class Sum, class T>
  __device__ Sum mean(const T* x) const {
    Sum sum = Sum(0);
    for (int64 d = w0.first; d < w0.last; ++d)
      for (int64 h = w1.first; h < w1.last; ++h)
        for (int64 w = w2.first; w < w2.last; ++w) sum += Sum(get(x[x_place(b, c, d, h, w)]));
    return sum / Sum(size());
  }
};

// The outputs on an axis whose windows may hold `input`: [first, last); too many, never too few.
__device__ inline PoolWindow pool_readers(bool adaptive, int64 input, int64 length, int64 window, int64 stride,
                                          int64 padding, int64 outputs) {
  PoolWindow result;
  if (adaptive) {
    result.first = input * outputs / length;
    result.last = ((input + 1) * outputs + length - 1) / length;
    if (result.first > 0) --result.first;
    if (result.last < outputs) ++result.last;
    return result;
  }
  const int64 at = input + padding;
  result.first = at < window ? 0 : (at - window) / stride + 1;
  result.last = at / stride + 1;
  if (result.last > outputs) result.last = outputs;
  return result;
}

// The sum behind element i of the gradient of x: of the maxima that it is, or of the means that it is part of.
template <class G, class Sum, bool maximum, class T>
__device__ inline Sum pool_gradient(const T* g, const T* x, int64 i) {
  const int64 inner = G::I0 * G::I1 * G::I2;
  const int64 b = i / (inner * G::C);
  const int64 c = G::channels_first ? i / inner % G::C : i % G::C;
  const int64 p = G::channels_first ? i % inner : i / G::C % inner;
  const int64 d = p / (G::I1 * G::I2), h = p / G::I2 % G::I1, w = p % G::I2;
  const PoolWindow r0 = pool_readers(G::adaptive, d, G::I0, G::K0, G::S0, G::P0, G::O0);
  const PoolWindow r1 = pool_readers(G::adaptive, h, G::I1, G::K1, G::S1, G::P1, G::O1);
  const PoolWindow r2 = pool_readers(G::adaptive, w, G::I2, G::K2, G::S2, G::P2, G::O2);
  Sum sum = Sum(0);
  for (int64 o0 = r0.first; o0 < r0.last; ++o0)
    for (int64 o1 = r1.first; o1 < r1.last; ++o1)
      for (int64 o2 = r2.first; o2 < r2.last; ++o2) {
        const Windows<G> windows(b, c, o0, o1, o2);
        if (d < windows.w0.first || d >= windows.w0.last || h < windows.w1.first || h >= windows.w1.last ||
            w < windows.w2.first || w >= windows.w2.last)
          continue;
        const Sum value = Sum(get(g[Windows<G>::y_place(b, c, o0, o1, o2)]));
        if constexpr (maximum) {
          if (windows.place_of_maximum(x) == i) sum += value;
        } else {
          sum += value / Sum(windows.size());
        }
      }
  return sum;
}
