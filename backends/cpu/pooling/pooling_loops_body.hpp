#pragma once

#include "backends/cpu/pooling/pooling_loops.hpp"
#include "backends/cpu/simd.hpp"

// Bodies of the loops, included by one file per instruction set.
namespace kerascpp::cpu {

template <class T, int kFloats>
struct PoolingBody {
  using R = simd::Register<T, kFloats>;
  using Value = typename R::Value;
  using Mask = typename R::Mask;

  // Where element (d, h, w, 0) of item `outer` lies.
  static std::int64_t offset(const PoolingShape& s, const std::int64_t (&lengths)[3], std::int64_t outer,
                             std::int64_t d, std::int64_t h, std::int64_t w) {
    return (((outer * lengths[0] + d) * lengths[1] + h) * lengths[2] + w) * s.inner;
  }

  /// The windows of one output element.
  struct Box {
    ops::Window d, h, w;
    [[nodiscard]] simd::Scalar<T> count() const {
      return static_cast<simd::Scalar<T>>((d.last - d.first) * (h.last - h.first) * (w.last - w.first));
    }
  };

  // visit(offset of the element in x, number of the element in the box)
  template <class Visit>
  static void for_each_input(const PoolingShape& s, std::int64_t outer, const Box& box, Visit&& visit) {
    std::int64_t number = 0;
    for (std::int64_t d = box.d.first; d < box.d.last; ++d)
      for (std::int64_t h = box.h.first; h < box.h.last; ++h)
        for (std::int64_t w = box.w.first; w < box.w.last; ++w)
          visit(offset(s, s.in, outer, d, h, w), static_cast<simd::Scalar<T>>(number++));
  }

  // body(outer, box, offset of the element in y) for every output of rows [first, last)
  template <class Body>
  static void for_each_output(const PoolingShape& s, std::int64_t first, std::int64_t last, Body&& body) {
    for (std::int64_t row = first; row < last; ++row) {
      const std::int64_t oh = row % s.out[1], od = row / s.out[1] % s.out[0], outer = row / s.out[1] / s.out[0];
      for (std::int64_t ow = 0; ow < s.out[2]; ++ow)
        body(outer, Box{s.windows[0][od], s.windows[1][oh], s.windows[2][ow]}, offset(s, s.out, outer, od, oh, ow));
    }
  }

  // body(first element, number of elements) over inner elements [first, last), a register at a time
  template <class Body>
  static void for_each_register(std::int64_t first, std::int64_t last, Body&& body) {
    std::int64_t c = first;
    for (; c + R::kLanes <= last; c += R::kLanes) body(c, static_cast<std::int64_t>(R::kLanes));
    if (c < last) body(c, last - c);
  }

  static Value load(const T* from, std::int64_t n) { return n == R::kLanes ? R::load(from) : R::load_some(from, n); }
  static void store(T* to, Value value, std::int64_t n) {
    if (n == R::kLanes)
      R::store(to, value);
    else
      R::store_some(to, value, n);
  }

  // value takes over from best: it is larger, or the first NaN
  static Mask wins(Value value, Value best) { return ~(value <= best) & (best == best); }

  // The largest element of a box, and its number in the box.
  static Value find_maximum(const PoolingShape& s, const T* x, std::int64_t outer, const Box& box, std::int64_t c,
                            std::int64_t n, Value& place) {
    Value best = load(x + offset(s, s.in, outer, box.d.first, box.h.first, box.w.first) + c, n);
    place = Value{};
    for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T> number) {
      const Value value = load(x + at + c, n);
      const Mask mask = wins(value, best);
      best = R::select(mask, value, best);
      place = R::select(mask, R::broadcast(number), place);
    });
    return best;
  }

  static void max(const PoolingShape& s, const void* x_data, void* y_data, std::int64_t first, std::int64_t last) {
    const T* x = static_cast<const T*>(x_data);
    T* y = static_cast<T*>(y_data);
    for_each_output(s, first, last, [&](std::int64_t outer, const Box& box, std::int64_t to) {
      for_each_register(0, s.inner, [&](std::int64_t c, std::int64_t n) {
        Value best = load(x + offset(s, s.in, outer, box.d.first, box.h.first, box.w.first) + c, n);
        for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T>) {
          const Value value = load(x + at + c, n);
          best = R::select(wins(value, best), value, best);
        });
        store(y + to + c, best, n);
      });
    });
  }

  static void average(const PoolingShape& s, const void* x_data, void* y_data, std::int64_t first, std::int64_t last) {
    const T* x = static_cast<const T*>(x_data);
    T* y = static_cast<T*>(y_data);
    for_each_output(s, first, last, [&](std::int64_t outer, const Box& box, std::int64_t to) {
      const Value scale = R::broadcast(1 / box.count());
      for_each_register(0, s.inner, [&](std::int64_t c, std::int64_t n) {
        Value sum{};
        for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T>) { sum += load(x + at + c, n); });
        store(y + to + c, sum * scale, n);
      });
    });
  }

  static void max_select(const PoolingShape& s, const void* h_data, const void* x_data, void* y_data,
                         std::int64_t first, std::int64_t last) {
    const T *h = static_cast<const T*>(h_data), *x = static_cast<const T*>(x_data);
    T* y = static_cast<T*>(y_data);
    for_each_output(s, first, last, [&](std::int64_t outer, const Box& box, std::int64_t to) {
      for_each_register(0, s.inner, [&](std::int64_t c, std::int64_t n) {
        Value place;
        find_maximum(s, x, outer, box, c, n, place);
        Value selected{};
        for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T> number) {
          selected = R::select(place == R::broadcast(number), load(h + at + c, n), selected);
        });
        store(y + to + c, selected, n);
      });
    });
  }

  // Clears rows of x's gradient just before the first window that reaches them, so that they are still in the cache
  // when windows add to them. Rows run over H, or over D where there is depth.
  class RowCleaner {
   public:
    RowCleaner(const PoolingShape& s, T* gx, std::int64_t outer, std::int64_t first, std::int64_t last)
        : shape_(s), gx_(gx), outer_(outer), first_(first), last_(last), by_depth_(s.in[0] > 1) {}
    void reach(const Box& box) { clear_until(by_depth_ ? box.d.last : box.h.last); }
    void finish() { clear_until(by_depth_ ? shape_.in[0] : shape_.in[1]); }

   private:
    void clear_until(std::int64_t end) {
      const std::int64_t elements = (by_depth_ ? shape_.in[1] : 1) * shape_.in[2];
      // all channels: one run of memory per row
      const std::int64_t runs = last_ - first_ == shape_.inner ? 1 : elements;
      const std::int64_t length = last_ - first_ == shape_.inner ? elements * shape_.inner : last_ - first_;
      for (; cleared_ < end; ++cleared_) {
        T* row = gx_ + (by_depth_ ? offset(shape_, shape_.in, outer_, cleared_, 0, 0)
                                  : offset(shape_, shape_.in, outer_, 0, cleared_, 0));
        for (std::int64_t i = 0; i < runs; ++i)
          std::memset(static_cast<void*>(row + i * shape_.inner + first_), 0,
                      static_cast<std::size_t>(length) * sizeof(T));
      }
    }

    const PoolingShape& shape_;
    T* gx_;
    std::int64_t outer_, first_, last_, cleared_ = 0;
    bool by_depth_;
  };

  // add(box, offset of the element in g) for every output of item `outer`, after its inputs have been cleared
  template <class Add>
  static void add_into_cleared(const PoolingShape& s, T* gx, std::int64_t outer, std::int64_t first, std::int64_t last,
                               Add&& add) {
    RowCleaner cleaner(s, gx, outer, first, last);
    const bool clears = !(s.disjoint && s.covering);
    const std::int64_t rows = s.out[0] * s.out[1];
    for_each_output(s, outer * rows, (outer + 1) * rows, [&](std::int64_t, const Box& box, std::int64_t from) {
      if (clears) cleaner.reach(box);
      add(box, from);
    });
    if (clears) cleaner.finish();
  }

  static void max_gradient(const PoolingShape& s, const void* g_data, const void* x_data, void* gx_data,
                           std::int64_t outer, std::int64_t first, std::int64_t last) {
    const T *g = static_cast<const T*>(g_data), *x = static_cast<const T*>(x_data);
    T* gx = static_cast<T*>(gx_data);
    add_into_cleared(s, gx, outer, first, last, [&](const Box& box, std::int64_t from) {
      for_each_register(first, last, [&](std::int64_t c, std::int64_t n) {
        Value place;
        find_maximum(s, x, outer, box, c, n, place);
        const Value gradient = load(g + from + c, n);
        for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T> number) {
          const Value here = R::select(place == R::broadcast(number), gradient, Value{});
          store(gx + at + c, s.disjoint ? here : load(gx + at + c, n) + here, n);
        });
      });
    });
  }

  static void average_gradient(const PoolingShape& s, const void* g_data, const void*, void* gx_data,
                               std::int64_t outer, std::int64_t first, std::int64_t last) {
    const T* g = static_cast<const T*>(g_data);
    T* gx = static_cast<T*>(gx_data);
    add_into_cleared(s, gx, outer, first, last, [&](const Box& box, std::int64_t from) {
      const Value scale = R::broadcast(1 / box.count());
      for_each_register(first, last, [&](std::int64_t c, std::int64_t n) {
        const Value gradient = load(g + from + c, n) * scale;
        for_each_input(s, outer, box, [&](std::int64_t at, simd::Scalar<T>) {
          store(gx + at + c, s.disjoint ? gradient : load(gx + at + c, n) + gradient, n);
        });
      });
    });
  }

  static constexpr PoolingLoops loops() {
    return {&PoolingBody::max, &PoolingBody::average, &PoolingBody::max_gradient, &PoolingBody::average_gradient,
            &PoolingBody::max_select};
  }
};

template <InstructionSet set>
PoolingLoops pooling_loops_for(DType dtype) {
  constexpr int kFloats = static_cast<int>(set);
  switch (dtype) {
    case DType::Float64:
      return PoolingBody<double, kFloats>::loops();
    case DType::BFloat16:
      return PoolingBody<bfloat16, kFloats>::loops();
    case DType::Float16:
      return PoolingBody<float16, kFloats>::loops();
    default:
      return PoolingBody<float, kFloats>::loops();
  }
}

}  // namespace kerascpp::cpu
