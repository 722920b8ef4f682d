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

/// a b + c
template <int F>
[[gnu::always_inline]] inline Value<F> fma(float a, Value<F> b, Value<F> c) {
  return product::multiply_add<F>(Register<F>::broadcast(a), b, c);
}

/// Six inputs to six products' left factors: B^T. in(i) is input i, out(i, value) takes factor i.
template <int F, class In, class Out>
[[gnu::always_inline]] inline void transform_inputs(In&& in, Out&& out) {
  const Value<F> d1 = in(1), d2 = in(2), d3 = in(3), d4 = in(4);
  const Value<F> near_even = fma<F>(-kFar2, d2, d4), near_odd = fma<F>(-kFar2, d1, d3);
  const Value<F> far_even = fma<F>(-kNear2, d2, d4), far_odd = fma<F>(-kNear2, d1, d3);
  out(0, fma<F>(kProduct, in(0), fma<F>(-kSum, d2, d4)));
  out(1, fma<F>(kNear, near_odd, near_even));
  out(2, fma<F>(-kNear, near_odd, near_even));
  out(3, fma<F>(kFar, far_odd, far_even));
  out(4, fma<F>(-kFar, far_odd, far_even));
  out(5, fma<F>(kProduct, d1, fma<F>(-kSum, d3, in(5))));
}

/// Six products to four outputs: A^T.
template <int F, class In, class Out>
[[gnu::always_inline]] inline void transform_products(In&& in, Out&& out) {
  const Value<F> m1 = in(1), m2 = in(2), m3 = in(3), m4 = in(4);
  const Value<F> near_sum = m1 + m2, near_difference = m1 - m2, far_sum = m3 + m4, far_difference = m3 - m4;
  out(0, in(0) + near_sum + far_sum);
  out(1, fma<F>(kNear, near_difference, kFar * far_difference));
  out(2, fma<F>(kNear2, near_sum, kFar2 * far_sum));
  out(3, fma<F>(kNear3, near_difference, fma<F>(kFar3, far_difference, in(5))));
}

/// Four gradients of outputs to six of products: A.
template <int F, class In, class Out>
[[gnu::always_inline]] inline void transform_gradients(In&& in, Out&& out) {
  const Value<F> g0 = in(0), g1 = in(1), g2 = in(2), g3 = in(3);
  const Value<F> near_even = fma<F>(kNear2, g2, g0), near_odd = fma<F>(kNear2, g3, g1);
  const Value<F> far_even = fma<F>(kFar2, g2, g0), far_odd = fma<F>(kFar2, g3, g1);
  out(0, g0);
  out(1, fma<F>(kNear, near_odd, near_even));
  out(2, fma<F>(-kNear, near_odd, near_even));
  out(3, fma<F>(kFar, far_odd, far_even));
  out(4, fma<F>(-kFar, far_odd, far_even));
  out(5, g3);
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

/// body(c, load, store) for each register of channels from c on; the last one may hold fewer than F channels of a
/// image or kernel, then load gives zeros for the others and store leaves their memory alone.
template <int F, class Body>
[[gnu::always_inline]] inline void for_each_register(std::int64_t channels, Body&& body) {
  std::int64_t c = 0;
  for (; c + F <= channels; c += F)
    body(
        c, [](const float* from) { return Register<F>::load(from); },
        [](float* to, Value<F> value) { Register<F>::store(to, value); });
  if (const std::int64_t some = channels - c; some > 0)
    body(
        c, [some](const float* from) { return Register<F>::load_some(from, some); },
        [some](float* to, Value<F> value) { Register<F>::store_some(to, value, some); });
}

/// Channels in whole registers.
template <int F>
constexpr std::int64_t padded(std::int64_t channels) {
  return (channels + F - 1) / F * F;
}

/// The rows of a tile that reaches over the border of an image: where to read and what of it to keep. Rows outside
/// read the nearest one inside.
template <int F, int kSize>
struct BorderRows {
  BorderRows(const ImageView& view, std::int64_t row) {
    for (int i = 0; i < kSize; ++i) {
      const std::int64_t at = row + i, inside = at < 0 ? 0 : at < view.height ? at : view.height - 1;
      offset[i] = (inside - row) * view.row_stride;
      keep[i] = typename Register<F>::Mask{} - (at == inside ? 1 : 0);
    }
  }

  std::int64_t offset[kSize];
  typename Register<F>::Mask keep[kSize];
};

/// Transforms kSize x kSize pixels of each block of channels from (row, column), zeros outside of the image, first
/// along the columns, then along the rows. `transform(in, out)` is one of those above. Outer loops are not unrolled:
/// their addresses would not fit into registers.
template <int F, int kSize, class Transform>
[[gnu::always_inline]] inline void transform_tile(const ImageView& view, const float* image, std::int64_t row,
                                                  std::int64_t column, std::int64_t channels, float* values,
                                                  std::int64_t position_stride, Transform&& transform) {
  const bool inside = row >= 0 && column >= 0 && row + kSize <= view.height && column + kSize <= view.width;
  const std::int64_t row_stride = view.row_stride, pixel_stride = view.pixel_stride;
  const float* corner = image + row * row_stride + column * pixel_stride;
  Value<F> half[kWindow * kSize];
  const auto finish = [&](float* to) __attribute__((always_inline)) {
#pragma GCC unroll 1
    for (int i = 0; i < kWindow; ++i, to += kWindow * position_stride)
      transform([&](int j) { return half[i * kSize + j]; },
                [&](int j, Value<F> value) { Register<F>::store(to + j * position_stride, value); });
  };
  if (inside) {
    for_each_register<F>(
        channels, [&](std::int64_t c, auto load, auto) __attribute__((always_inline)) {
          const float* pixel = corner + c / F * view.block_stride;
#pragma GCC unroll 1
          for (int j = 0; j < kSize; ++j, pixel += pixel_stride)
            transform([&](int i) { return load(pixel + i * row_stride); },
                      [&](int i, Value<F> value) { half[i * kSize + j] = value; });
          finish(values + c);
        });
    return;
  }
  const BorderRows<F, kSize> rows(view, row);
  for_each_register<F>(
      channels, [&](std::int64_t c, auto load, auto) __attribute__((always_inline)) {
        const float* pixel = corner + c / F * view.block_stride;
#pragma GCC unroll 1
        for (int j = 0; j < kSize; ++j, pixel += pixel_stride) {
          if (column + j < 0 || column + j >= view.width) {
            for (int i = 0; i < kWindow; ++i) half[i * kSize + j] = Value<F>{};
            continue;
          }
          transform([&](int i) { return Register<F>::select(rows.keep[i], load(pixel + rows.offset[i]), Value<F>{}); },
                    [&](int i, Value<F> value) { half[i * kSize + j] = value; });
        }
        finish(values + c);
      });
}

template <int F>
void gather(const ImageView& view, const float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
            float* values, std::int64_t position_stride) {
  transform_tile<F, kWindow>(view, image, row, column, channels, values, position_stride,
                             [](auto&& in, auto&& out) { transform_inputs<F>(in, out); });
}

template <int F>
void spread(const ImageView& view, const float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
            float* values, std::int64_t position_stride) {
  transform_tile<F, kTile>(view, image, row, column, channels, values, position_stride,
                           [](auto&& in, auto&& out) { transform_gradients<F>(in, out); });
}

template <int F>
void scatter(const ImageView& view, float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
             const float* products, std::int64_t position_stride, const Finish& finish) {
  const std::int64_t rows = view.height - row < kTile ? view.height - row : kTile;
  const std::int64_t columns = view.width - column < kTile ? view.width - column : kTile;
  const Value<F> zero = Register<F>::broadcast(0);
  for_each_register<F>(
      channels, [&](std::int64_t c, auto load, auto store) __attribute__((always_inline)) {
        Value<F> half[kTile * kWindow], line[kTile];
        const float* from = products + c;
#pragma GCC unroll 1
        for (int j = 0; j < kWindow; ++j, from += position_stride)
          transform_products<F>([&](int i) { return Register<F>::load(from + i * kWindow * position_stride); },
                                [&](int i, Value<F> value) { half[i * kWindow + j] = value; });
        const Value<F> bias = finish.bias == nullptr ? zero : load(finish.bias + c);
        float* block = image + c / F * view.block_stride + row * view.row_stride + column * view.pixel_stride;
        for (int i = 0; i < kTile && i < rows; ++i) {
          transform_products<F>([&](int j) { return half[i * kWindow + j]; },
                                [&](int j, Value<F> value) {
                                  value += bias;
                                  line[j] = finish.relu ? Register<F>::select(value < zero, zero, value) : value;
                                });
          for (int j = 0; j < kTile && j < columns; ++j)
            store(block + i * view.row_stride + j * view.pixel_stride, line[j]);
        }
      });
}

/// Rows that `multiply_rows` does at once with a panel of three registers.
template <int F>
inline constexpr int kRowsOfThree = F == 16 ? 8 : 4;

/// Filters of the panel that begins at `first`: two registers, the last panel one or three. Filters are those in whole
/// registers.
template <int F>
[[gnu::always_inline]] inline std::int64_t panel_width(std::int64_t filters, std::int64_t first) {
  const std::int64_t rest = filters - first;
  return rest == 3 * F || rest < 2 * F ? rest : 2 * F;
}

/// Offset of channel f of row c of the panels of a position.
template <int F>
[[gnu::always_inline]] inline std::int64_t panel_offset(std::int64_t C, std::int64_t filters, std::int64_t f,
                                                        std::int64_t c) {
  std::int64_t first = f / (2 * F) * 2 * F;
  if (filters % (2 * F) == F && filters > F && first + F == filters) first -= 2 * F;
  return first * C + c * panel_width<F>(filters, first) + (f - first);
}

/// y (rows, panel) = start + x times a panel of one, two or three registers: see multiply_block.
template <int F>
[[gnu::always_inline]] inline void multiply_panel(std::int64_t rows, const float* x, std::int64_t x_row,
                                                  std::int64_t x_step, const float* b, std::int64_t b_step,
                                                  std::int64_t width, float* y, std::int64_t y_row, std::int64_t depth,
                                                  bool add) {
  const std::int64_t unit = width == 3 * F ? kRowsOfThree<F> : kRowUnit<F>;
  for (std::int64_t row = 0; row < rows; row += unit) {
    const int count = static_cast<int>(rows - row < unit ? rows - row : unit);
    const float* from = x + row * x_row;
    float* to = y + row * y_row;
    const product::Start start{add ? to : nullptr, y_row};
    if (width == 3 * F)
      multiply_rows<F, kRowsOfThree<F>, 3>(count, from, x_row, x_step, b, b_step, to, y_row, depth, start);
    else if (width == 2 * F)
      multiply_rows<F, kRowUnit<F>, 2>(count, from, x_row, x_step, b, b_step, to, y_row, depth, start);
    else
      multiply_rows<F, kRowUnit<F>, 1>(count, from, x_row, x_step, b, b_step, to, y_row, depth, start);
  }
}

template <int F>
void transform_kernel(const float* kernel, std::int64_t C, std::int64_t filters, std::int64_t first, std::int64_t last,
                      float* panels) {
  const std::int64_t tap = C * filters, width = padded<F>(filters);
  for (std::int64_t c = first; c < last; ++c)
    for_each_register<F>(
        filters, [&](std::int64_t f, auto load, auto) __attribute__((always_inline)) {
          Value<F> taps[9], half[18], line[kWindow];
          for (int k = 0; k < 9; ++k) taps[k] = load(kernel + k * tap + c * filters + f);
          for (int j = 0; j < 3; ++j) {
            transform_taps<F>(taps + j, 3, line);
            for (int i = 0; i < kWindow; ++i) half[i * 3 + j] = line[i];
          }
          float* to = panels + panel_offset<F>(C, width, f, c);
          for (int i = 0; i < kWindow; ++i) {
            transform_taps<F>(half + i * 3, 1, line);
            for (int j = 0; j < kWindow; ++j) Register<F>::store(to + (i * kWindow + j) * C * width, line[j]);
          }
        });
}

template <int F>
void kernel_gradient(const float* products, std::int64_t C, std::int64_t filters, std::int64_t first, std::int64_t last,
                     float* gradient) {
  const std::int64_t tap = C * filters, width = padded<F>(filters);
  for (std::int64_t c = first; c < last; ++c)
    for_each_register<F>(
        filters, [&](std::int64_t f, auto, auto store) __attribute__((always_inline)) {
          const float* from = products + c * width + f;
          Value<F> in[kWindow], half[18], line[3];
          for (int j = 0; j < kWindow; ++j) {
            for (int i = 0; i < kWindow; ++i) in[i] = Register<F>::load(from + (i * kWindow + j) * C * width);
            transform_factors<F>(in, 1, line);
            for (int i = 0; i < 3; ++i) half[i * kWindow + j] = line[i];
          }
          for (int i = 0; i < 3; ++i) {
            transform_factors<F>(half + i * kWindow, 1, line);
            for (int j = 0; j < 3; ++j) store(gradient + (i * 3 + j) * tap + c * filters + f, line[j]);
          }
        });
}

template <int F>
void multiply(const float* x, const float* panels, float* y, std::int64_t rows, std::int64_t C, std::int64_t filters) {
  const std::int64_t x_row = padded<F>(C), y_row = padded<F>(filters);
  for (std::int64_t f = 0, width = 0; f < y_row; f += width) {
    width = panel_width<F>(y_row, f);
    multiply_panel<F>(rows, x, x_row, 1, panels + f * C, width, width, y + f, y_row, C, false);
  }
}

template <int F>
void multiply_transposed(const float* x, const float* g, float* sums, std::int64_t rows, std::int64_t C,
                         std::int64_t filters) {
  const std::int64_t x_row = padded<F>(C), g_row = padded<F>(filters);
  for (std::int64_t f = 0, width = 0; f < g_row; f += width) {
    width = panel_width<F>(g_row, f);
    multiply_panel<F>(C, x, 1, x_row, g + f, g_row, width, sums + f, g_row, rows, true);
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
