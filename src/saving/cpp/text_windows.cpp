#include "saving/cpp/texts.hpp"

// The reductions, products, convolutions and pools of an exported model.
namespace kerascpp::cpp {

const char* const kReductions = R"cpp(
  std::vector<std::size_t> axes_of(const Inputs& in) {
    std::vector<std::size_t> axes;
    if (has(in, 1))
      for (const std::int64_t axis : in[1]->integers) axes.push_back(axis_of(axis, in[0]->shape.size()));
    else
      for (std::size_t i = 0; i < in[0]->shape.size(); ++i) axes.push_back(i);
    std::sort(axes.begin(), axes.end());
    return axes;
  }

  /// f(first element, number of elements) for every group of elements.
  template <class F>
  Arrays reduce(const Inputs& in, const Attributes& a, F f) {
    const std::vector<std::size_t> axes = axes_of(in);
    const Array x = with_last(*in[0], axes);
    Shape shape;
    for (std::size_t i = 0; i < in[0]->shape.size(); ++i) {
      const bool gone = std::find(axes.begin(), axes.end(), i) != axes.end();
      if (!gone) shape.push_back(in[0]->shape[i]);
      if (gone && integer(a, "keepdims", 1) != 0) shape.push_back(1);
    }
    Array y = make(x.type, shape);
    std::int64_t count = 1;
    for (const std::size_t axis : axes) count *= in[0]->shape[axis];
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<T>(f(elements<T>(x).data() + static_cast<std::int64_t>(i) * count, count));
    });
    return one(finish(y));
  }
  double sum_of(const float* x, std::int64_t n) { return std::accumulate(x, x + n, 0.0); }
  double sum_of(const double* x, std::int64_t n) { return std::accumulate(x, x + n, 0.0); }
  std::int64_t sum_of(const std::int64_t* x, std::int64_t n) { return std::accumulate(x, x + n, std::int64_t{0}); }

  Arrays ReduceSum(const Inputs& in, const Attributes& a) {
    return reduce(in, a, [](auto* x, std::int64_t n) { return sum_of(x, n); });
  }
  Arrays ReduceMean(const Inputs& in, const Attributes& a) {
    return reduce(in, a, [](auto* x, std::int64_t n) { return sum_of(x, n) / static_cast<decltype(sum_of(x, n))>(n); });
  }
  Arrays ReduceProd(const Inputs& in, const Attributes& a) {
    return reduce(in, a, [](auto* x, std::int64_t n) {
      auto y = std::decay_t<decltype(*x)>(1);
      for (std::int64_t i = 0; i < n; ++i) y *= x[i];
      return y;
    });
  }
  template <class T>
  T lowest() {
    return std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::min();
  }
  template <class T>
  T highest() {
    return std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  }
  Arrays ReduceMax(const Inputs& in, const Attributes& a) {
    return reduce(in, a, [](auto* x, std::int64_t n) {
      auto y = lowest<std::decay_t<decltype(*x)>>();
      for (std::int64_t i = 0; i < n; ++i) y = y != y || y > x[i] ? y : x[i];
      return y;
    });
  }
  Arrays ReduceMin(const Inputs& in, const Attributes& a) {
    return reduce(in, a, [](auto* x, std::int64_t n) {
      auto y = highest<std::decay_t<decltype(*x)>>();
      for (std::int64_t i = 0; i < n; ++i) y = y != y || y < x[i] ? y : x[i];
      return y;
    });
  }

  /// The number of the first element that is better than all others; NaN is better than any number.
  template <class F>
  Arrays find_best(const Inputs& in, const Attributes& a, F better) {
    const std::size_t axis = axis_of(integer(a, "axis", 0), in[0]->shape.size());
    const Array x = with_last(*in[0], {axis});
    Shape shape = in[0]->shape;
    if (integer(a, "keepdims", 1) != 0)
      shape[axis] = 1;
    else
      shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    Array y = make(Type::Int64, shape);
    const std::int64_t n = in[0]->shape[axis];
    visit(x, [&](const auto& values) {
      for (std::size_t i = 0; i < y.integers.size(); ++i) {
        const auto* row = values.data() + static_cast<std::int64_t>(i) * n;
        std::int64_t best = 0;
        for (std::int64_t k = 1; k < n; ++k)
          if (row[best] == row[best] && (row[k] != row[k] || better(row[k], row[best]))) best = k;
        y.integers[i] = best;
      }
    });
    return one(std::move(y));
  }
  Arrays ArgMax(const Inputs& in, const Attributes& a) {
    return find_best(in, a, [](auto x, auto y) { return x > y; });
  }
  Arrays ArgMin(const Inputs& in, const Attributes& a) {
    return find_best(in, a, [](auto x, auto y) { return x < y; });
  }

  Arrays TopK(const Inputs& in, const Attributes& a) {
    const std::size_t axis = axis_of(integer(a, "axis", -1), in[0]->shape.size());
    const bool largest = integer(a, "largest", 1) != 0;
    std::vector<std::size_t> order;
    const Array x = with_last(*in[0], {axis}, &order);
    const std::int64_t n = in[0]->shape[axis], count = in[1]->integers.at(0), rows = n == 0 ? 0 : size_of(x) / n;
    Shape shape = x.shape;
    shape.back() = count;
    Array values = make(x.type, shape), places = make(Type::Int64, shape);
    visit(values, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      std::vector<std::int64_t> sorted(static_cast<std::size_t>(n));
      for (std::int64_t r = 0; r < rows; ++r) {
        const T* row = elements<T>(x).data() + r * n;
        std::iota(sorted.begin(), sorted.end(), std::int64_t{0});
        std::stable_sort(sorted.begin(), sorted.end(), [&](std::int64_t i, std::int64_t k) {
          if (row[i] != row[i] || row[k] != row[k])
            return largest ? row[i] != row[i] && row[k] == row[k] : row[i] == row[i] && row[k] != row[k];
          return largest ? row[i] > row[k] : row[i] < row[k];
        });
        for (std::int64_t i = 0; i < count; ++i) {
          out[static_cast<std::size_t>(r * count + i)] = row[sorted[static_cast<std::size_t>(i)]];
          places.integers[static_cast<std::size_t>(r * count + i)] = sorted[static_cast<std::size_t>(i)];
        }
      }
    });
    Arrays both;
    both.push_back(back_from(values, order));
    both.push_back(back_from(places, order));
    return both;
  }

  Arrays CumSum(const Inputs& in, const Attributes& a) {
    const std::size_t axis = axis_of(in[1]->integers.at(0), in[0]->shape.size());
    const bool exclusive = integer(a, "exclusive", 0) != 0, reverse = integer(a, "reverse", 0) != 0;
    std::vector<std::size_t> order;
    Array x = with_last(*in[0], {axis}, &order);
    const std::int64_t n = in[0]->shape[axis];
    visit(x, [&](auto& values) {
      for (std::size_t start = 0; n > 0 && start < values.size(); start += static_cast<std::size_t>(n)) {
        auto total = typename std::decay_t<decltype(values)>::value_type(0);
        for (std::int64_t i = 0; i < n; ++i) {
          auto& here = values[start + static_cast<std::size_t>(reverse ? n - 1 - i : i)];
          const auto next = total + here;
          here = exclusive ? total : next;
          total = next;
        }
      }
    });
    return one(back_from(finish(x), order));
  }

  /// Softmax along an axis, or its logarithm.
  Array soft(const Array& given, std::int64_t which, bool logarithm) {
    const std::size_t axis = axis_of(which, given.shape.size());
    std::vector<std::size_t> order;
    Array x = with_last(given, {axis}, &order);
    const std::int64_t n = given.shape[axis];
    visit(x, [&](auto& values) {
      using T = typename std::decay_t<decltype(values)>::value_type;
      for (std::size_t start = 0; n > 0 && start < values.size(); start += static_cast<std::size_t>(n)) {
        T* row = values.data() + start;
        const T largest = *std::max_element(row, row + n);
        double total = 0;
        for (std::int64_t i = 0; i < n; ++i) total += std::exp(static_cast<double>(row[i] - largest));
        for (std::int64_t i = 0; i < n; ++i) {
          const double distance = static_cast<double>(row[i] - largest);
          row[i] = static_cast<T>(logarithm ? distance - std::log(total) : std::exp(distance) / total);
        }
      }
    });
    return back_from(finish(x), order);
  }
  Arrays Softmax(const Inputs& in, const Attributes& a) { return one(soft(*in[0], integer(a, "axis", -1), false)); }
  Arrays LogSoftmax(const Inputs& in, const Attributes& a) { return one(soft(*in[0], integer(a, "axis", -1), true)); }
)cpp";

const char* const kProducts = R"cpp(
  /// c (N, M) += a (N, K) b (K, M)
  template <class T>
  void multiply(const T* a, const T* b, T* c, std::int64_t n, std::int64_t k, std::int64_t m) {
    for (std::int64_t first = 0; first < m; first += 512) {
      const std::int64_t last = std::min(first + 512, m);
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < k; ++j) {
          const T factor = a[i * k + j];
          const T* from = b + j * m;
          T* to = c + i * m;
          for (std::int64_t h = first; h < last; ++h) to[h] += factor * from[h];
        }
    }
  }

  Arrays MatMul(const Inputs& in, const Attributes&) {
    Array a = *in[0], b = *in[1];
    const bool row = a.shape.size() == 1, column = b.shape.size() == 1;
    if (row) a.shape.insert(a.shape.begin(), 1);
    if (column) b.shape.push_back(1);
    const std::size_t na = a.shape.size(), nb = b.shape.size();
    const std::int64_t n = a.shape[na - 2], k = a.shape[na - 1], m = b.shape[nb - 1];
    if (b.shape[nb - 2] != k) fail("matrices of a product do not fit");
    const Shape fa(a.shape.begin(), a.shape.end() - 2), fb(b.shape.begin(), b.shape.end() - 2);
    const Shape frame = broadcast_shape(fa, fb);
    Shape shape = frame;
    shape.push_back(n);
    shape.push_back(m);
    Array y = make(a.type, shape);
    Shape ta = spread(fa, frame), tb = spread(fb, frame), to = strides_of(frame);
    for (Shape* strides : {&ta, &tb, &to}) strides->push_back(0);
    Shape whole = frame;
    whole.push_back(1);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      for_rows(whole, {ta, tb, to}, [&](const std::vector<std::int64_t>& at) {
        multiply(elements<T>(a).data() + at[0] * n * k, elements<T>(b).data() + at[1] * k * m,
                 out.data() + at[2] * n * m, n, k, m);
      });
    });
    if (column) y.shape.pop_back();
    if (row) y.shape.erase(y.shape.end() - (column ? 1 : 2));
    return one(finish(y));
  }
  Arrays MatMulInteger(const Inputs& in, const Attributes& a) {
    const Array x = cast(*in[0], Type::Int32), y = cast(*in[1], Type::Int32);
    return MatMul({&x, &y}, a);
  }
  Arrays Gemm(const Inputs& in, const Attributes& a) {
    const Array x = integer(a, "transA", 0) != 0 ? transposed(*in[0], {1, 0}) : *in[0];
    const Array y = integer(a, "transB", 0) != 0 ? transposed(*in[1], {1, 0}) : *in[1];
    return MatMul({&x, &y}, {});
  }
  Arrays Det(const Inputs& in, const Attributes&) {
    const Array x = cast(*in[0], Type::Float64);
    const std::int64_t n = x.shape.back();
    Array y = make(Type::Float64, Shape(x.shape.begin(), x.shape.end() - 2));
    for (std::size_t i = 0; i < y.doubles.size(); ++i) {
      std::vector<double> m(x.doubles.begin() + static_cast<std::int64_t>(i) * n * n,
                            x.doubles.begin() + static_cast<std::int64_t>(i + 1) * n * n);
      double result = 1;
      for (std::int64_t c = 0; c < n; ++c) {
        std::int64_t pivot = c;
        for (std::int64_t r = c + 1; r < n; ++r)
          if (std::fabs(m[static_cast<std::size_t>(r * n + c)]) > std::fabs(m[static_cast<std::size_t>(pivot * n + c)]))
            pivot = r;
        if (pivot != c) {
          for (std::int64_t h = 0; h < n; ++h)
            std::swap(m[static_cast<std::size_t>(pivot * n + h)], m[static_cast<std::size_t>(c * n + h)]);
          result = -result;
        }
        const double top = m[static_cast<std::size_t>(c * n + c)];
        result *= top;
        if (top == 0) break;
        for (std::int64_t r = c + 1; r < n; ++r) {
          const double factor = m[static_cast<std::size_t>(r * n + c)] / top;
          for (std::int64_t h = c; h < n; ++h)
            m[static_cast<std::size_t>(r * n + h)] -= factor * m[static_cast<std::size_t>(c * n + h)];
        }
      }
      y.doubles[i] = result;
    }
    return one(cast(y, in[0]->type));
  }

  /// Windows over the spatial axes of (B, C, D...).
  struct Windows {
    Shape size, stride, dilation, low, input, output;

    Windows(const Array& x, const Attributes& a, const Shape& kernel, bool transposes = false) : size(kernel) {
      const std::size_t n = kernel.size();
      stride = integers(a, "strides", Shape(n, 1));
      dilation = integers(a, "dilations", Shape(n, 1));
      Shape pads = integers(a, "pads", Shape(2 * n, 0));
      input.assign(x.shape.begin() + 2, x.shape.end());
      for (std::size_t i = 0; i < n; ++i) {
        const std::int64_t extent = dilation[i] * (size[i] - 1) + 1;
        if (text(a, "auto_pad", "NOTSET") == "SAME_UPPER") {
          const std::int64_t wanted = (input[i] + stride[i] - 1) / stride[i];
          const std::int64_t total = std::max<std::int64_t>((wanted - 1) * stride[i] + extent - input[i], 0);
          pads[i] = total / 2;
          pads[i + n] = total - total / 2;
        }
        low.push_back(pads[i]);
        output.push_back(transposes ? (input[i] - 1) * stride[i] + extent - pads[i] - pads[i + n]
                                    : (input[i] + pads[i] + pads[i + n] - extent) / stride[i] + 1);
      }
    }

    /// Calls f(number of the window, number of the element in it, offset in the input) for every element that lies
    /// inside.
    template <class F>
    void for_elements(const Shape& grid, const Shape& space, F f) const {
      const std::size_t n = size.size();
      const std::int64_t windows = product(grid), window = product(size);
      Shape at(n), in_window(n);
      for (std::int64_t o = 0; o < windows; ++o) {
        std::int64_t left = o;
        for (std::size_t i = n; i-- > 0;) {
          at[i] = left % grid[i] * stride[i] - low[i];
          left /= grid[i];
        }
        for (std::int64_t k = 0; k < window; ++k) {
          std::int64_t rest_of = k, offset = 0, scale = 1;
          bool inside = true;
          for (std::size_t i = n; i-- > 0;) {
            const std::int64_t where = at[i] + rest_of % size[i] * dilation[i];
            rest_of /= size[i];
            inside = inside && where >= 0 && where < space[i];
            offset += where * scale;
            scale *= space[i];
          }
          if (inside) f(o, k, offset);
        }
      }
    }
  };

  /// x (B, C, D...), kernel (F, C / groups, K...)
  Arrays Conv(const Inputs& in, const Attributes& a) {
    const Array &x = *in[0], &w = *in[1];
    const Windows windows(x, a, Shape(w.shape.begin() + 2, w.shape.end()));
    const std::int64_t batch = x.shape[0], channels = x.shape[1], filters = w.shape[0], groups = integer(a, "group", 1);
    const std::int64_t depth = channels / groups, width = filters / groups;
    const std::int64_t space = product(windows.input), places = product(windows.output), window = product(windows.size);
    Shape shape{batch, filters};
    shape.insert(shape.end(), windows.output.begin(), windows.output.end());
    Array y = make(x.type, shape);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      // the offset of each element of each window; -1 in the padding
      std::vector<std::int64_t> offsets(static_cast<std::size_t>(window * places), -1);
      windows.for_elements(windows.output, windows.input, [&](std::int64_t o, std::int64_t k, std::int64_t at) {
        offsets[static_cast<std::size_t>(k * places + o)] = at;
      });
      std::vector<T> columns(static_cast<std::size_t>(depth * window * places));
      for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t g = 0; g < groups; ++g) {
          const T* from = elements<T>(x).data() + (b * channels + g * depth) * space;
          for (std::int64_t c = 0; c < depth; ++c)
            for (std::int64_t i = 0; i < window * places; ++i) {
              const std::int64_t at = offsets[static_cast<std::size_t>(i)];
              columns[static_cast<std::size_t>(c * window * places + i)] = at < 0 ? T(0) : from[c * space + at];
            }
          multiply(elements<T>(w).data() + g * width * depth * window, columns.data(),
                   out.data() + (b * filters + g * width) * places, width, depth * window, places);
        }
    });
    return one(finish(y));
  }

  /// x (B, C, D...), kernel (C, F / groups, K...)
  Arrays ConvTranspose(const Inputs& in, const Attributes& a) {
    const Array &x = *in[0], &w = *in[1];
    const Windows windows(x, a, Shape(w.shape.begin() + 2, w.shape.end()), true);
    const std::int64_t batch = x.shape[0], channels = x.shape[1], groups = integer(a, "group", 1), width = w.shape[1];
    const std::int64_t depth = channels / groups, filters = width * groups;
    const std::int64_t places = product(windows.input), space = product(windows.output), window = product(windows.size);
    Shape shape{batch, filters};
    shape.insert(shape.end(), windows.output.begin(), windows.output.end());
    Array y = make(x.type, shape);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      for (std::int64_t g = 0; g < groups; ++g) {
        std::vector<T> turned(static_cast<std::size_t>(depth * width * window));  // (F K, C)
        for (std::int64_t c = 0; c < depth; ++c)
          for (std::int64_t i = 0; i < width * window; ++i)
            turned[static_cast<std::size_t>(i * depth + c)] =
                elements<T>(w)[static_cast<std::size_t>((g * depth + c) * width * window + i)];
        for (std::int64_t b = 0; b < batch; ++b) {
          std::vector<T> columns(static_cast<std::size_t>(width * window * places));
          multiply(turned.data(), elements<T>(x).data() + (b * channels + g * depth) * places, columns.data(),
                   width * window, depth, places);
          T* to = out.data() + (b * filters + g * width) * space;
          windows.for_elements(windows.input, windows.output, [&](std::int64_t o, std::int64_t k, std::int64_t at) {
            for (std::int64_t f = 0; f < width; ++f)
              to[f * space + at] += columns[static_cast<std::size_t>((f * window + k) * places + o)];
          });
        }
      }
    });
    return one(finish(y));
  }

  /// f(value so far, element) over each window, then end(value, number of elements).
  template <class F, class G>
  Arrays pool(const Inputs& in, const Attributes& a, bool from_lowest, F f, G end) {
    const Array& x = *in[0];
    const Windows windows(x, a, integers(a, "kernel_shape"));
    Shape shape{x.shape[0], x.shape[1]};
    shape.insert(shape.end(), windows.output.begin(), windows.output.end());
    Array y = make(x.type, shape);
    const std::int64_t space = product(windows.input), places = product(windows.output);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      std::fill(out.begin(), out.end(), from_lowest ? lowest<T>() : T(0));
      std::vector<std::int64_t> counts(static_cast<std::size_t>(places), 0);
      windows.for_elements(windows.output, windows.input, [&](std::int64_t o, std::int64_t, std::int64_t at) {
        ++counts[static_cast<std::size_t>(o)];
        for (std::int64_t c = 0; c < x.shape[0] * x.shape[1]; ++c) {
          T& to = out[static_cast<std::size_t>(c * places + o)];
          to = f(to, elements<T>(x)[static_cast<std::size_t>(c * space + at)]);
        }
      });
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = end(out[i], static_cast<T>(counts[i % static_cast<std::size_t>(places)]));
    });
    return one(finish(y));
  }
  Arrays MaxPool(const Inputs& in, const Attributes& a) {
    return pool(
        in, a, true, [](auto x, auto y) { return x != x || x > y ? x : y; }, [](auto x, auto) { return x; });
  }
  Arrays AveragePool(const Inputs& in, const Attributes& a) {
    return pool(
        in, a, false, [](auto x, auto y) { return x + y; }, [](auto x, auto n) { return x / n; });
  }

  /// Fourier transforms of (1, D..., 1) or of pairs (1, D..., 2).
  Arrays DFT(const Inputs& in, const Attributes& a) {
    const std::size_t ndim = in[0]->shape.size(), axis = axis_of(integer(a, "axis", 1), ndim);
    const bool inverse = integer(a, "inverse", 0) != 0, half = integer(a, "onesided", 0) != 0;
    std::vector<std::size_t> order;
    const Array x = with_last(cast(*in[0], Type::Float64), {axis, ndim - 1}, &order);
    const std::int64_t n = in[0]->shape[axis], parts = in[0]->shape.back(), count = half ? n / 2 + 1 : n;
    Shape shape = x.shape;
    shape[ndim - 2] = count;
    shape[ndim - 1] = 2;
    Array y = make(Type::Float64, shape);
    std::vector<double> cosines(static_cast<std::size_t>(n)), sines(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
      const double angle = (inverse ? 2 : -2) * 3.14159265358979323846 * static_cast<double>(i) / static_cast<double>(n);
      cosines[static_cast<std::size_t>(i)] = std::cos(angle);
      sines[static_cast<std::size_t>(i)] = std::sin(angle);
    }
    const std::int64_t rows = n * parts == 0 ? 0 : size_of(x) / (n * parts);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t k = 0; k < count; ++k) {
        double real = 0, imaginary = 0;
        for (std::int64_t i = 0; i < n; ++i) {
          const double* at = x.doubles.data() + (r * n + i) * parts;
          const auto turn = static_cast<std::size_t>(i * k % n);
          const double second = parts == 2 ? at[1] : 0;
          real += at[0] * cosines[turn] - second * sines[turn];
          imaginary += at[0] * sines[turn] + second * cosines[turn];
        }
        const double scale = inverse ? 1.0 / static_cast<double>(n) : 1.0;
        y.doubles[static_cast<std::size_t>((r * count + k) * 2)] = real * scale;
        y.doubles[static_cast<std::size_t>((r * count + k) * 2 + 1)] = imaginary * scale;
      }
    return one(cast(back_from(y, order), in[0]->type));
  }
)cpp";

}  // namespace kerascpp::cpp
