#include "saving/cpp/texts.hpp"

// The operators of an exported model that move elements.
namespace kerascpp::cpp {

const char* const kShapes = R"cpp(
  Array integer_list(const std::vector<std::int64_t>& values) {
    return Array({static_cast<std::int64_t>(values.size())}, values);
  }

  Arrays ShapeOf(const Inputs& in, const Attributes&) { return one(integer_list(in[0]->shape)); }
  Arrays Size(const Inputs& in, const Attributes&) {
    return one(Array(Shape{}, std::vector<std::int64_t>{size_of(*in[0])}));
  }

  Arrays reshaped(const Array& x, Shape shape) {
    Array y = x;
    y.shape = std::move(shape);
    if (product(y.shape) != product(x.shape)) fail("a reshape changes the number of elements");
    return one(std::move(y));
  }
  Arrays Reshape(const Inputs& in, const Attributes& a) {
    Shape shape = in[1]->integers;
    const bool keeps_zero = integer(a, "allowzero", 0) != 0;
    std::int64_t others = 1;
    std::size_t open = shape.size();
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && !keeps_zero) shape[i] = in[0]->shape.at(i);
      if (shape[i] == -1)
        open = i;
      else
        others *= shape[i];
    }
    if (open < shape.size()) shape[open] = others == 0 ? 0 : size_of(*in[0]) / others;
    return reshaped(*in[0], shape);
  }
  Arrays Squeeze(const Inputs& in, const Attributes&) {
    const Shape& from = in[0]->shape;
    std::vector<bool> gone(from.size(), false);
    for (std::size_t i = 0; i < from.size(); ++i) gone[i] = !has(in, 1) && from[i] == 1;
    if (has(in, 1))
      for (const std::int64_t axis : in[1]->integers) gone[axis_of(axis, from.size())] = true;
    Shape shape;
    for (std::size_t i = 0; i < from.size(); ++i)
      if (!gone[i]) shape.push_back(from[i]);
    return reshaped(*in[0], shape);
  }
  Arrays Unsqueeze(const Inputs& in, const Attributes&) {
    const std::size_t ndim = in[0]->shape.size() + in[1]->integers.size();
    std::vector<bool> made(ndim, false);
    for (const std::int64_t axis : in[1]->integers) made[axis_of(axis, ndim)] = true;
    Shape shape;
    std::size_t next = 0;
    for (std::size_t i = 0; i < ndim; ++i) shape.push_back(made[i] ? 1 : in[0]->shape.at(next++));
    return reshaped(*in[0], shape);
  }
  Arrays Transpose(const Inputs& in, const Attributes& a) {
    std::vector<std::size_t> axes;
    for (const std::int64_t axis : integers(a, "perm")) axes.push_back(axis_of(axis, in[0]->shape.size()));
    if (axes.empty())
      for (std::size_t i = in[0]->shape.size(); i-- > 0;) axes.push_back(i);
    return one(transposed(*in[0], axes));
  }
  Array expanded(const Array& x, const Shape& wanted) {
    Array y = make(x.type, broadcast_shape(x.shape, wanted));
    const Shape from = spread(x.shape, y.shape);
    const std::int64_t n = y.shape.empty() ? 1 : y.shape.back(), step = y.shape.empty() ? 0 : from.back();
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& values = elements<T>(x);
      for_rows(y.shape, {from, strides_of(y.shape)}, [&](const std::vector<std::int64_t>& at) {
        for (std::int64_t i = 0; i < n; ++i)
          out[static_cast<std::size_t>(at[1] + i)] = values[static_cast<std::size_t>(at[0] + i * step)];
      });
    });
    return y;
  }
  Arrays Expand(const Inputs& in, const Attributes&) { return one(expanded(*in[0], in[1]->integers)); }

  Array joined(const std::vector<const Array*>& parts, std::size_t axis) {
    Shape shape = parts[0]->shape;
    shape[axis] = 0;
    for (const Array* part : parts) shape[axis] += part->shape.at(axis);
    Array y = make(parts[0]->type, shape);
    const std::int64_t outer = product(shape, 0, axis), inner = product(shape, axis + 1);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      std::int64_t start = 0;
      for (const Array* part : parts) {
        const std::int64_t rows = part->shape[axis] * inner;
        const std::vector<T>& from = elements<T>(*part);
        for (std::int64_t o = 0; o < outer; ++o)
          std::copy_n(from.begin() + o * rows, rows, out.begin() + o * shape[axis] * inner + start);
        start += rows;
      }
    });
    return y;
  }
  Arrays Concat(const Inputs& in, const Attributes& a) {
    return one(joined(in, axis_of(integer(a, "axis", 0), in[0]->shape.size())));
  }

  /// Items [first, last) along an axis, `step` apart, backwards where step is negative.
  Array taken(const Array& x, std::size_t axis, std::int64_t first, std::int64_t count, std::int64_t step) {
    Shape shape = x.shape;
    shape[axis] = count;
    Array y = make(x.type, shape);
    const std::int64_t outer = product(shape, 0, axis), inner = product(shape, axis + 1), length = x.shape[axis];
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& from = elements<T>(x);
      for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t i = 0; i < count; ++i)
          std::copy_n(from.begin() + (o * length + first + i * step) * inner, inner,
                      out.begin() + (o * count + i) * inner);
    });
    return y;
  }
  Arrays Slice(const Inputs& in, const Attributes&) {
    Array y = *in[0];
    for (std::size_t i = 0; i < in[1]->integers.size(); ++i) {
      const std::size_t axis = has(in, 3) ? axis_of(in[3]->integers[i], y.shape.size()) : i;
      const std::int64_t step = has(in, 4) ? in[4]->integers[i] : 1, length = y.shape[axis];
      const auto inside = [&](std::int64_t at) {
        if (at < 0 && at >= -length) at += length;
        if (at < 0) return step > 0 ? std::int64_t{0} : std::int64_t{-1};
        return std::min(at, step > 0 ? length : length - 1);
      };
      const std::int64_t first = inside(in[1]->integers[i]), last = inside(in[2]->integers[i]);
      const std::int64_t distance = step > 0 ? last - first : first - last, size = step > 0 ? step : -step;
      y = taken(y, axis, first, distance <= 0 ? 0 : (distance - 1) / size + 1, step);
    }
    return one(std::move(y));
  }
  Arrays Split(const Inputs& in, const Attributes& a) {
    const std::size_t axis = axis_of(integer(a, "axis", 0), in[0]->shape.size());
    Arrays parts;
    std::int64_t start = 0;
    for (const std::int64_t size : in[1]->integers) {
      parts.push_back(taken(*in[0], axis, start, size, 1));
      start += size;
    }
    return parts;
  }
  Arrays Tile(const Inputs& in, const Attributes&) {
    Array y = *in[0];
    for (std::size_t axis = 0; axis < y.shape.size(); ++axis) {
      const std::int64_t repeats = in[1]->integers[axis];
      if (repeats == 1) continue;
      if (repeats == 0) {
        y = taken(y, axis, 0, 0, 1);
        continue;
      }
      const Array copy = y;
      y = joined(std::vector<const Array*>(static_cast<std::size_t>(repeats), &copy), axis);
    }
    return one(std::move(y));
  }
  Arrays Range(const Inputs& in, const Attributes&) {
    Array y;
    y.type = in[0]->type;
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const T first = elements<T>(*in[0])[0], last = elements<T>(*in[1])[0], step = elements<T>(*in[2])[0];
      const auto count = static_cast<std::int64_t>(
          std::max(0.0, std::ceil(static_cast<double>(last - first) / static_cast<double>(step))));
      for (std::int64_t i = 0; i < count; ++i) out.push_back(static_cast<T>(first + static_cast<T>(i) * step));
      y.shape = {count};
    });
    return one(std::move(y));
  }

  /// Widths before all axes, then behind; negative ones crop.
  Arrays Pad(const Inputs& in, const Attributes& a) {
    const std::string mode = text(a, "mode", "constant");
    const std::size_t ndim = in[0]->shape.size();
    Array y = *in[0];
    for (std::size_t axis = 0; axis < ndim; ++axis) {
      const std::int64_t low = in[1]->integers[axis], high = in[1]->integers[axis + ndim], length = y.shape[axis];
      if (low == 0 && high == 0) continue;
      Shape shape = y.shape;
      shape[axis] += low + high;
      Array padded = make(y.type, shape);
      const std::int64_t outer = product(shape, 0, axis), inner = product(shape, axis + 1);
      visit(padded, [&](auto& out) {
        using T = typename std::decay_t<decltype(out)>::value_type;
        const std::vector<T>& from = elements<T>(y);
        const T value = has(in, 2) ? elements<T>(*in[2])[0] : T(0);
        for (std::int64_t i = 0; i < shape[axis]; ++i) {
          std::int64_t at = i - low;
          const bool inside = at >= 0 && at < length;
          if (!inside && mode == "edge") at = at < 0 ? 0 : length - 1;
          if (!inside && mode == "reflect" && length > 1) {
            const std::int64_t period = 2 * (length - 1);
            at = ((at % period) + period) % period;
            if (at >= length) at = period - at;
          }
          for (std::int64_t o = 0; o < outer; ++o) {
            const auto to = out.begin() + (o * shape[axis] + i) * inner;
            if (inside || mode != "constant")
              std::copy_n(from.begin() + (o * length + at) * inner, inner, to);
            else
              std::fill_n(to, inner, value);
          }
        }
      });
      y = std::move(padded);
    }
    return one(std::move(y));
  }

  std::int64_t place(std::int64_t at, std::int64_t length) {
    if (at < -length || at >= length) fail("an index lies outside of the array");
    return at < 0 ? at + length : at;
  }

  Arrays Gather(const Inputs& in, const Attributes& a) {
    const Array &x = *in[0], &at = *in[1];
    const std::size_t axis = axis_of(integer(a, "axis", 0), x.shape.size());
    Shape shape(x.shape.begin(), x.shape.begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), at.shape.begin(), at.shape.end());
    shape.insert(shape.end(), x.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.shape.end());
    Array y = make(x.type, shape);
    const std::int64_t outer = product(x.shape, 0, axis), inner = product(x.shape, axis + 1), length = x.shape[axis],
                       count = size_of(at);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& from = elements<T>(x);
      for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t i = 0; i < count; ++i)
          std::copy_n(from.begin() + (o * length + place(at.integers[static_cast<std::size_t>(i)], length)) * inner,
                      inner, out.begin() + (o * count + i) * inner);
    });
    return one(std::move(y));
  }
  Arrays GatherElements(const Inputs& in, const Attributes& a) {
    const Array &x = *in[0], &at = *in[1];
    const std::size_t axis = axis_of(integer(a, "axis", 0), x.shape.size());
    Array y = make(x.type, at.shape);
    const Shape own = strides_of(x.shape), to = strides_of(at.shape);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& from = elements<T>(x);
      for (std::int64_t i = 0; i < size_of(at); ++i) {
        std::int64_t left = i, offset = 0;
        for (std::size_t k = 0; k < at.shape.size(); ++k) {
          const std::int64_t here = left / to[k];
          left %= to[k];
          offset += own[k] * (k == axis ? place(at.integers[static_cast<std::size_t>(i)], x.shape[axis]) : here);
        }
        out[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(offset)];
      }
    });
    return one(std::move(y));
  }
  /// Calls f(row of the indices, offset in x of what they name).
  template <class F>
  void for_places(const Array& x, const Array& at, F f) {
    const std::int64_t depth = at.shape.back(),
                       count = depth == 0 ? product(at.shape, 0, at.shape.size() - 1) : size_of(at) / depth;
    const Shape own = strides_of(x.shape);
    for (std::int64_t i = 0; i < count; ++i) {
      std::int64_t offset = 0;
      for (std::int64_t k = 0; k < depth; ++k)
        offset += own[static_cast<std::size_t>(k)] *
                  place(at.integers[static_cast<std::size_t>(i * depth + k)], x.shape[static_cast<std::size_t>(k)]);
      f(i, offset);
    }
  }
  Arrays GatherND(const Inputs& in, const Attributes&) {
    const Array &x = *in[0], &at = *in[1];
    Shape shape(at.shape.begin(), at.shape.end() - 1);
    const auto depth = static_cast<std::size_t>(at.shape.back());
    shape.insert(shape.end(), x.shape.begin() + static_cast<std::ptrdiff_t>(depth), x.shape.end());
    Array y = make(x.type, shape);
    const std::int64_t inner = product(x.shape, depth);
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      for_places(x, at, [&](std::int64_t i, std::int64_t offset) {
        std::copy_n(elements<T>(x).begin() + offset, inner, out.begin() + i * inner);
      });
    });
    return one(std::move(y));
  }
  Arrays ScatterND(const Inputs& in, const Attributes& a) {
    const Array &at = *in[1], &updates = *in[2];
    const std::string how = text(a, "reduction", "none");
    Array y = *in[0];
    const std::int64_t inner = product(y.shape, static_cast<std::size_t>(at.shape.back()));
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& from = elements<T>(updates);
      for_places(*in[0], at, [&](std::int64_t i, std::int64_t offset) {
        for (std::int64_t k = 0; k < inner; ++k) {
          T& to = out[static_cast<std::size_t>(offset + k)];
          const T value = from[static_cast<std::size_t>(i * inner + k)];
          to = how == "add"   ? to + value
               : how == "mul" ? to * value
               : how == "max" ? std::max(to, value)
               : how == "min" ? std::min(to, value)
                              : value;
        }
      });
    });
    return one(finish(y));
  }
)cpp";

}  // namespace kerascpp::cpp
