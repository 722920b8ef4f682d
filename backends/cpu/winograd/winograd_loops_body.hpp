#pragma once

#include "backends/cpu/matmul/product_block.hpp"
#include "backends/cpu/winograd/winograd_loops.hpp"

namespace kerascpp::cpu::winograd {
namespace loops {

using product::kRowUnit;
using product::multiply_rows;
using product::Register;
using product::Value;

// The polynomials are interpolated at 0, +-kNear, +-kFar and infinity. These points keep rounding errors some times
// smaller than the textbook's +-1 and +-2; their squares are exact.
inline constexpr float kNear = 0.625f, kFar = 1.5f;
inline constexpr float kNear2 = kNear * kNear, kFar2 = kFar * kFar;
inline constexpr float kNear3 = kNear2 * kNear, kFar3 = kFar2 * kFar;
inline constexpr float kProduct = kNear2 * kFar2, kSum = kNear2 + kFar2;
// 1 / the product of the distances of a point from the other finite ones
inline constexpr float kZeroScale = 1 / kProduct;
inline constexpr float kNearScale = 1 / (2 * kNear2 * (kNear2 - kFar2));
inline constexpr float kFarScale = 1 / (2 * kFar2 * (kFar2 - kNear2));

/// Six inputs to six products' left factors: B^T.
template <int F>
[[gnu::always_inline]] inline void transform_inputs(const Value<F>* in, int step, Value<F>* out) {
  const Value<F> d0 = in[0], d1 = in[step], d2 = in[2 * step], d3 = in[3 * step], d4 = in[4 * step], d5 = in[5 * step];
  const Value<F> near_even = d4 - kFar2 * d2, near_odd = kNear * (d3 - kFar2 * d1);
  const Value<F> far_even = d4 - kNear2 * d2, far_odd = kFar * (d3 - kNear2 * d1);
  out[0] = kProduct * d0 - kSum * d2 + d4;
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = kProduct * d1 - kSum * d3 + d5;
}

/// Six products to four outputs: A^T.
template <int F>
[[gnu::always_inline]] inline void transform_products(const Value<F>* in, int step, Value<F>* out) {
  const Value<F> m0 = in[0], m1 = in[step], m2 = in[2 * step], m3 = in[3 * step], m4 = in[4 * step], m5 = in[5 * step];
  const Value<F> near_sum = m1 + m2, near_difference = m1 - m2, far_sum = m3 + m4, far_difference = m3 - m4;
  out[0] = m0 + near_sum + far_sum;
  out[1] = kNear * near_difference + kFar * far_difference;
  out[2] = kNear2 * near_sum + kFar2 * far_sum;
  out[3] = kNear3 * near_difference + kFar3 * far_difference + m5;
}

/// Four gradients of outputs to six of products: A.
template <int F>
[[gnu::always_inline]] inline void transform_gradients(const Value<F>* in, int step, Value<F>* out) {
  const Value<F> g0 = in[0], g1 = in[step], g2 = in[2 * step], g3 = in[3 * step];
  const Value<F> near_even = g0 + kNear2 * g2, near_odd = kNear * g1 + kNear3 * g3;
  const Value<F> far_even = g0 + kFar2 * g2, far_odd = kFar * g1 + kFar3 * g3;
  out[0] = g0;
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = g3;
}

/// Three taps to six products' right factors: G.
template <int F>
[[gnu::always_inline]] inline void transform_taps(const Value<F>* in, int step, Value<F>* out) {
  const Value<F> k0 = in[0], k1 = in[step], k2 = in[2 * step];
  const Value<F> near_even = (k0 + kNear2 * k2) * kNearScale, near_odd = k1 * (kNear * kNearScale);
  const Value<F> far_even = (k0 + kFar2 * k2) * kFarScale, far_odd = k1 * (kFar * kFarScale);
  out[0] = k0 * kZeroScale;
  out[1] = near_even + near_odd;
  out[2] = near_even - near_odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = k2;
}

/// Six gradients of right factors to three of taps: G^T.
template <int F>
[[gnu::always_inline]] inline void transform_factors(const Value<F>* in, int step, Value<F>* out) {
  const Value<F> u0 = in[0], u1 = in[step], u2 = in[2 * step], u3 = in[3 * step], u4 = in[4 * step], u5 = in[5 * step];
  const Value<F> near_sum = (u1 + u2) * kNearScale, far_sum = (u3 + u4) * kFarScale;
  out[0] = u0 * kZeroScale + near_sum + far_sum;
  out[1] = (u1 - u2) * (kNear * kNearScale) + (u3 - u4) * (kFar * kFarScale);
  out[2] = kNear2 * near_sum + kFar2 * far_sum + u5;
}

/// kSize x kSize pixels of one block of channels from (row, column); zeros outside of the image.
template <int F, int kSize>
[[gnu::always_inline]] inline void load_pixels(const ImageView& view, const float* block, std::int64_t row,
                                               std::int64_t column, Value<F>* out) {
  const bool inside = row >= 0 && column >= 0 && row + kSize <= view.height && column + kSize <= view.width;
  if (inside) {
    const float* corner = block + row * view.row_stride + column * view.pixel_stride;
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j)
        out[i * kSize + j] = Register<F>::load(corner + i * view.row_stride + j * view.pixel_stride);
    return;
  }
  for (int i = 0; i < kSize; ++i)
    for (int j = 0; j < kSize; ++j) {
      const std::int64_t r = row + i, c = column + j;
      const bool there = r >= 0 && r < view.height && c >= 0 && c < view.width;
      out[i * kSize + j] =
          there ? Register<F>::load(block + r * view.row_stride + c * view.pixel_stride) : Register<F>::broadcast(0);
    }
}

template <int F>
void gather(const ImageView& view, const float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
            float* values, std::int64_t position_stride) {
  for (std::int64_t c = 0; c < channels; c += F) {
    Value<F> pixels[kPositions], half[kPositions], line[kWindow];
    load_pixels<F, kWindow>(view, image + c / F * view.block_stride, row, column, pixels);
    for (int j = 0; j < kWindow; ++j) {
      transform_inputs<F>(pixels + j, kWindow, line);
      for (int i = 0; i < kWindow; ++i) half[i * kWindow + j] = line[i];
    }
    float* to = values + c;
    for (int i = 0; i < kWindow; ++i) {
      transform_inputs<F>(half + i * kWindow, 1, line);
      for (int j = 0; j < kWindow; ++j) Register<F>::store(to + (i * kWindow + j) * position_stride, line[j]);
    }
  }
}

template <int F>
void spread(const ImageView& view, const float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
            float* values, std::int64_t position_stride) {
  for (std::int64_t c = 0; c < channels; c += F) {
    Value<F> pixels[kTile * kTile], half[kWindow * kTile], line[kWindow];
    load_pixels<F, kTile>(view, image + c / F * view.block_stride, row, column, pixels);
    for (int j = 0; j < kTile; ++j) {
      transform_gradients<F>(pixels + j, kTile, line);
      for (int i = 0; i < kWindow; ++i) half[i * kTile + j] = line[i];
    }
    float* to = values + c;
    for (int i = 0; i < kWindow; ++i) {
      transform_gradients<F>(half + i * kTile, 1, line);
      for (int j = 0; j < kWindow; ++j) Register<F>::store(to + (i * kWindow + j) * position_stride, line[j]);
    }
  }
}

template <int F>
void scatter(const ImageView& view, float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
             const float* products, std::int64_t position_stride, const Finish& finish) {
  const std::int64_t rows = view.height - row < kTile ? view.height - row : kTile;
  const std::int64_t columns = view.width - column < kTile ? view.width - column : kTile;
  const Value<F> zero = Register<F>::broadcast(0);
  for (std::int64_t c = 0; c < channels; c += F) {
    Value<F> half[kTile * kWindow], in[kWindow], line[kTile];
    const float* from = products + c;
    for (int j = 0; j < kWindow; ++j) {
      for (int i = 0; i < kWindow; ++i) in[i] = Register<F>::load(from + (i * kWindow + j) * position_stride);
      transform_products<F>(in, 1, line);
      for (int i = 0; i < kTile; ++i) half[i * kWindow + j] = line[i];
    }
    const Value<F> bias = finish.bias == nullptr ? zero : Register<F>::load(finish.bias + c);
    float* block = image + c / F * view.block_stride + row * view.row_stride + column * view.pixel_stride;
    for (int i = 0; i < kTile && i < rows; ++i) {
      transform_products<F>(half + i * kWindow, 1, line);
      for (int j = 0; j < kTile && j < columns; ++j) {
        Value<F> y = line[j] + bias;
        if (finish.relu) y = Register<F>::select(y < zero, zero, y);
        Register<F>::store(block + i * view.row_stride + j * view.pixel_stride, y);
      }
    }
  }
}

/// Offset of channel f of row c of the panels of a position: panels of two registers, the last one may be one.
template <int F>
[[gnu::always_inline]] inline std::int64_t panel_offset(std::int64_t C, std::int64_t filters, std::int64_t f,
                                                        std::int64_t c) {
  const std::int64_t panel = f / (2 * F), first = panel * 2 * F;
  const std::int64_t width = filters - first < 2 * F ? filters - first : 2 * F;
  return first * C + c * width + (f - first);
}

template <int F>
void transform_kernel(const float* kernel, std::int64_t C, std::int64_t filters, std::int64_t first, std::int64_t last,
                      float* panels) {
  const std::int64_t tap = C * filters;
  for (std::int64_t c = first; c < last; ++c)
    for (std::int64_t f = 0; f < filters; f += F) {
      Value<F> taps[9], half[18], line[kWindow];
      for (int k = 0; k < 9; ++k) taps[k] = Register<F>::load(kernel + k * tap + c * filters + f);
      for (int j = 0; j < 3; ++j) {
        transform_taps<F>(taps + j, 3, line);
        for (int i = 0; i < kWindow; ++i) half[i * 3 + j] = line[i];
      }
      float* to = panels + panel_offset<F>(C, filters, f, c);
      for (int i = 0; i < kWindow; ++i) {
        transform_taps<F>(half + i * 3, 1, line);
        for (int j = 0; j < kWindow; ++j) Register<F>::store(to + (i * kWindow + j) * tap, line[j]);
      }
    }
}

template <int F>
void kernel_gradient(const float* products, std::int64_t C, std::int64_t filters, std::int64_t first, std::int64_t last,
                     float* gradient) {
  const std::int64_t tap = C * filters;
  for (std::int64_t c = first; c < last; ++c)
    for (std::int64_t f = 0; f < filters; f += F) {
      const std::int64_t at = c * filters + f;
      Value<F> in[kWindow], half[18], line[3];
      for (int j = 0; j < kWindow; ++j) {
        for (int i = 0; i < kWindow; ++i) in[i] = Register<F>::load(products + (i * kWindow + j) * tap + at);
        transform_factors<F>(in, 1, line);
        for (int i = 0; i < 3; ++i) half[i * kWindow + j] = line[i];
      }
      for (int i = 0; i < 3; ++i) {
        transform_factors<F>(half + i * kWindow, 1, line);
        for (int j = 0; j < 3; ++j) Register<F>::store(gradient + (i * 3 + j) * tap + at, line[j]);
      }
    }
}

template <int F>
void multiply(const float* x, const float* panels, float* y, std::int64_t rows, std::int64_t C, std::int64_t filters) {
  constexpr int kRows = kRowUnit<F>;
  for (std::int64_t f = 0; f < filters; f += 2 * F) {
    const bool wide = f + 2 * F <= filters;
    const float* panel = panels + f * C;
    for (std::int64_t row = 0; row < rows; row += kRows) {
      const int count = static_cast<int>(rows - row < kRows ? rows - row : kRows);
      if (wide)
        multiply_rows<F, kRows, 2>(count, x + row * C, C, 1, panel, 2 * F, y + row * filters + f, filters, C, false);
      else
        multiply_rows<F, kRows, 1>(count, x + row * C, C, 1, panel, F, y + row * filters + f, filters, C, false);
    }
  }
}

template <int F>
void multiply_transposed(const float* x, const float* g, float* sums, std::int64_t rows, std::int64_t C,
                         std::int64_t filters) {
  constexpr int kRows = kRowUnit<F>;
  for (std::int64_t f = 0; f < filters; f += 2 * F) {
    const bool wide = f + 2 * F <= filters;
    for (std::int64_t c = 0; c < C; c += kRows) {
      const int count = static_cast<int>(C - c < kRows ? C - c : kRows);
      float* to = sums + c * filters + f;
      if (wide)
        multiply_rows<F, kRows, 2>(count, x + c, 1, C, g + f, filters, to, filters, rows, true);
      else
        multiply_rows<F, kRows, 1>(count, x + c, 1, C, g + f, filters, to, filters, rows, true);
    }
  }
}

}  // namespace loops

template <InstructionSet set>
WinogradLoops winograd_loops_for() {
  constexpr int F = static_cast<int>(set);
  return {F,
          loops::kRowUnit<F>,
          loops::gather<F>,
          loops::scatter<F>,
          loops::spread<F>,
          loops::transform_kernel<F>,
          loops::kernel_gradient<F>,
          loops::multiply<F>,
          loops::multiply_transposed<F>};
}

}  // namespace kerascpp::cpu::winograd
