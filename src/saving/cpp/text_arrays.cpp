#include "saving/cpp/texts.hpp"

// Arrays of an exported model: what its header declares, and how elements are laid out and spread.
namespace kerascpp::cpp {

const char* const kHeader = R"cpp(
  enum class Type {
    Bool,
    UInt8,
    UInt16,
    UInt32,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64
  };
  using Shape = std::vector<std::int64_t>;

  /// Numbers in C order. They stand in `floats` for Float16, BFloat16 and Float32, in `doubles` for Float64, in
  /// `integers` for all others.
  struct Array {
    Array() = default;
    Array(Type element_type, Shape lengths);  ///< zeros
    Array(Shape lengths, std::vector<float> values);
    Array(Shape lengths, std::vector<double> values);
    Array(Shape lengths, std::vector<std::int64_t> values);

    Type type = Type::Float32;
    Shape shape;
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<std::int64_t> integers;
  };
  using Arrays = std::vector<Array>;
)cpp";

const char* const kArrays = R"cpp(
  bool is_float(Type type) {
    return type == Type::Float16 || type == Type::BFloat16 || type == Type::Float32;
  }
  bool is_integer(Type type) { return !is_float(type) && type != Type::Float64; }

  std::int64_t product(const Shape& shape, std::size_t from = 0, std::size_t to = std::size_t(-1)) {
    std::int64_t size = 1;
    for (std::size_t i = from; i < std::min(to, shape.size()); ++i) size *= shape[i];
    return size;
  }

  [[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

  std::int64_t size_of(const Array& a) { return product(a.shape); }

  /// Calls f with the vector that holds the elements.
  template <class A, class F>
  void visit(A& a, F&& f) {
    if (is_float(a.type))
      f(a.floats);
    else if (a.type == Type::Float64)
      f(a.doubles);
    else
      f(a.integers);
  }

  template <class T>
  const std::vector<T>& elements(const Array& a);
  template <>
  const std::vector<float>& elements<float>(const Array& a) {
    return a.floats;
  }
  template <>
  const std::vector<double>& elements<double>(const Array& a) {
    return a.doubles;
  }
  template <>
  const std::vector<std::int64_t>& elements<std::int64_t>(const Array& a) {
    return a.integers;
  }

  float from_bits(std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
  }
  std::uint32_t bits_of(float x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, 4);
    return bits;
  }

  /// To the nearest number of 8 bits of precision, ties to even.
  float as_bfloat16(float x) {
    if (x != x) return x;
    const std::uint32_t bits = bits_of(x);
    return from_bits((bits + 0x7fffU + ((bits >> 16U) & 1U)) & 0xffff0000U);
  }

  /// To the nearest number of 11 bits of precision.
  float as_float16(float x) {
    if (x != x || x == 0 || std::isinf(x)) return x;
    int exponent;
    std::frexp(x, &exponent);
    const double unit = std::ldexp(1.0, std::max(exponent - 11, -24));
    const double rounded = std::nearbyint(static_cast<double>(x) / unit) * unit;
    return std::fabs(rounded) > 65504 ? std::copysign(std::numeric_limits<float>::infinity(), x)
                                      : static_cast<float>(rounded);
  }

  std::int64_t wrapped(std::int64_t x, Type type) {
    switch (type) {
      case Type::Bool:
        return x != 0;
      case Type::UInt8:
        return static_cast<std::uint8_t>(x);
      case Type::UInt16:
        return static_cast<std::uint16_t>(x);
      case Type::UInt32:
        return static_cast<std::uint32_t>(x);
      case Type::Int8:
        return static_cast<std::int8_t>(x);
      case Type::Int16:
        return static_cast<std::int16_t>(x);
      case Type::Int32:
        return static_cast<std::int32_t>(x);
      default:
        return x;
    }
  }

  /// Rounds what was computed to what the type can hold.
  Array& finish(Array& a) {
    if (a.type == Type::BFloat16)
      for (float& x : a.floats) x = as_bfloat16(x);
    if (a.type == Type::Float16)
      for (float& x : a.floats) x = as_float16(x);
    if (is_integer(a.type) && a.type != Type::Int64)
      for (std::int64_t& x : a.integers) x = wrapped(x, a.type);
    return a;
  }

  Array make(Type type, const Shape& shape) { return Array(type, shape); }

  Shape strides_of(const Shape& shape) {
    Shape strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    return strides;
  }

  /// Calls f(offset of the first, ...) for every place but the last axis of `shape`, given the strides of several
  /// arrays.
  template <class F>
  void for_rows(const Shape& shape, const std::vector<Shape>& strides, F&& f) {
    const std::size_t count = strides.size(), outer = shape.empty() ? 0 : shape.size() - 1;
    std::vector<std::int64_t> offsets(count, 0), at(outer, 0);
    if (product(shape) == 0) return;
    for (;;) {
      f(offsets);
      std::size_t axis = outer;
      while (axis > 0) {
        --axis;
        ++at[axis];
        for (std::size_t k = 0; k < count; ++k) offsets[k] += strides[k][axis];
        if (at[axis] < shape[axis]) break;
        for (std::size_t k = 0; k < count; ++k) offsets[k] -= strides[k][axis] * shape[axis];
        at[axis] = 0;
        if (axis == 0) return;
      }
      if (outer == 0) return;
    }
  }

  Shape broadcast_shape(const Shape& a, const Shape& b) {
    Shape out(std::max(a.size(), b.size()), 1);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t x = i + a.size() >= out.size() ? a[i + a.size() - out.size()] : 1;
      const std::int64_t y = i + b.size() >= out.size() ? b[i + b.size() - out.size()] : 1;
      if (x != y && x != 1 && y != 1) fail("shapes do not broadcast");
      out[i] = x == 1 ? y : x;
    }
    return out;
  }

  /// Strides of an array of `shape` spread over `out`.
  Shape spread(const Shape& shape, const Shape& out) {
    const Shape own = strides_of(shape);
    Shape strides(out.size(), 0);
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (shape[i] != 1) strides[out.size() - shape.size() + i] = own[i];
    return strides;
  }

  template <class T, class U, class F>
  void zip(const std::vector<T>& a, const Shape& sa, const std::vector<T>& b, const Shape& sb, std::vector<U>& out,
           const Shape& so, F f) {
    const Shape ta = spread(sa, so), tb = spread(sb, so), to = strides_of(so);
    const std::int64_t length = so.empty() ? 1 : so.back(), da = so.empty() ? 0 : ta.back(),
                       db = so.empty() ? 0 : tb.back();
    for_rows(so, {ta, tb, to}, [&](const std::vector<std::int64_t>& at) {
      const T *x = a.data() + at[0], *y = b.data() + at[1];
      U* z = out.data() + at[2];
      for (std::int64_t i = 0; i < length; ++i) z[i] = static_cast<U>(f(x[i * da], y[i * db]));
    });
  }

  std::size_t axis_of(std::int64_t axis, std::size_t ndim) {
    const auto n = static_cast<std::int64_t>(ndim);
    if (axis < -n || axis >= n) fail("an axis lies outside of the shape");
    return static_cast<std::size_t>(axis < 0 ? axis + n : axis);
  }

  Array transposed(const Array& x, const std::vector<std::size_t>& axes) {
    Shape shape;
    Shape from;
    const Shape own = strides_of(x.shape);
    for (const std::size_t axis : axes) {
      shape.push_back(x.shape[axis]);
      from.push_back(own[axis]);
    }
    Array y = make(x.type, shape);
    const std::int64_t length = shape.empty() ? 1 : shape.back(), step = shape.empty() ? 0 : from.back();
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>& in = elements<T>(x);
      for_rows(shape, {from, strides_of(shape)}, [&](const std::vector<std::int64_t>& at) {
        for (std::int64_t i = 0; i < length; ++i)
          out[static_cast<std::size_t>(at[1] + i)] = in[static_cast<std::size_t>(at[0] + i * step)];
      });
    });
    return y;
  }

  /// The axes that are not named first, those that are last.
  Array with_last(const Array& x, const std::vector<std::size_t>& last, std::vector<std::size_t>* order = nullptr) {
    std::vector<std::size_t> axes;
    for (std::size_t i = 0; i < x.shape.size(); ++i)
      if (std::find(last.begin(), last.end(), i) == last.end()) axes.push_back(i);
    axes.insert(axes.end(), last.begin(), last.end());
    if (order != nullptr) *order = axes;
    return transposed(x, axes);
  }

  Array back_from(const Array& x, const std::vector<std::size_t>& order) {
    std::vector<std::size_t> inverse(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
    return transposed(x, inverse);
  }

  // --- attributes and inputs of operators

  using Inputs = std::vector<const Array*>;  // nullptr: left out
  using Body = std::function<Arrays(const Inputs&)>;
  struct Attribute {
    std::vector<std::int64_t> ints;
    std::vector<float> reals;
    std::vector<std::string> texts;
    Body body;
  };
  using Attributes = std::map<std::string, Attribute>;

  Attribute ints(std::vector<std::int64_t> values) { return {std::move(values), {}, {}, {}}; }
  Attribute reals(std::vector<float> values) { return {{}, std::move(values), {}, {}}; }
  Attribute texts(std::vector<std::string> values) { return {{}, {}, std::move(values), {}}; }
  Attribute body(Body function) { return {{}, {}, {}, std::move(function)}; }

  std::int64_t integer(const Attributes& a, const char* name, std::int64_t fallback) {
    const auto found = a.find(name);
    return found == a.end() ? fallback : found->second.ints.at(0);
  }
  std::vector<std::int64_t> integers(const Attributes& a, const char* name, std::vector<std::int64_t> fallback = {}) {
    const auto found = a.find(name);
    return found == a.end() ? fallback : found->second.ints;
  }
  std::string text(const Attributes& a, const char* name, const char* fallback) {
    const auto found = a.find(name);
    return found == a.end() ? fallback : found->second.texts.at(0);
  }
  bool has(const Inputs& in, std::size_t i) { return i < in.size() && in[i] != nullptr; }

  Arrays one(Array a) {
    Arrays list;
    list.push_back(std::move(a));
    return list;
  }

  /// An array out of bytes that stand in the program.
  Array stored(Type type, Shape shape, const char* bytes) {
    Array a = make(type, shape);
    const auto count = static_cast<std::size_t>(size_of(a));
    const auto* const from = reinterpret_cast<const unsigned char*>(bytes);
    const auto whole = [&](std::size_t i, std::size_t width) {
      std::uint64_t value = 0;
      for (std::size_t k = width; k-- > 0;) value = value << 8U | from[i * width + k];
      return value;
    };
    for (std::size_t i = 0; i < count; ++i) {
      switch (type) {
        case Type::Float32:
          a.floats[i] = from_bits(static_cast<std::uint32_t>(whole(i, 4)));
          break;
        case Type::BFloat16:
          a.floats[i] = from_bits(static_cast<std::uint32_t>(whole(i, 2) << 16U));
          break;
        case Type::Float16: {
          const auto bits = static_cast<std::uint32_t>(whole(i, 2));
          const int exponent = static_cast<int>(bits >> 10U & 31U);
          const auto fraction = static_cast<float>(bits & 1023U);
          float x = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
          if (exponent == 31) x = fraction == 0 ? std::numeric_limits<float>::infinity() : std::nanf("");
          a.floats[i] = (bits & 0x8000U) != 0 ? -x : x;
          break;
        }
        case Type::Float64: {
          const std::uint64_t bits = whole(i, 8);
          std::memcpy(&a.doubles[i], &bits, 8);
          break;
        }
        case Type::Int64:
          a.integers[i] = static_cast<std::int64_t>(whole(i, 8));
          break;
        case Type::Int32:
        case Type::UInt32:
          a.integers[i] = wrapped(static_cast<std::int64_t>(whole(i, 4)), type);
          break;
        case Type::Int16:
        case Type::UInt16:
          a.integers[i] = wrapped(static_cast<std::int64_t>(whole(i, 2)), type);
          break;
        default:
          a.integers[i] = wrapped(static_cast<std::int64_t>(whole(i, 1)), type);
      }
    }
    return a;
  }
)cpp";

const char* const kArrayMembers = R"cpp(
  Array::Array(Type element_type, Shape lengths) : type(element_type), shape(std::move(lengths)) {
    visit(*this, [&](auto& out) { out.resize(static_cast<std::size_t>(product(shape))); });
  }
  Array::Array(Shape lengths, std::vector<float> values)
      : type(Type::Float32), shape(std::move(lengths)), floats(std::move(values)) {
    if (static_cast<std::int64_t>(floats.size()) != product(shape)) fail("the values do not fit the shape");
  }
  Array::Array(Shape lengths, std::vector<double> values)
      : type(Type::Float64), shape(std::move(lengths)), doubles(std::move(values)) {
    if (static_cast<std::int64_t>(doubles.size()) != product(shape)) fail("the values do not fit the shape");
  }
  Array::Array(Shape lengths, std::vector<std::int64_t> values)
      : type(Type::Int64), shape(std::move(lengths)), integers(std::move(values)) {
    if (static_cast<std::int64_t>(integers.size()) != product(shape)) fail("the values do not fit the shape");
  }
)cpp";

}  // namespace kerascpp::cpp
