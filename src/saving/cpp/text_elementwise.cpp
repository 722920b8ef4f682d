#include "saving/cpp/texts.hpp"

// The elementwise operators of an exported model, in the meaning that ONNX gives them.
namespace kerascpp::cpp {

const char* const kElementwise = R"cpp(
  /// f on every element; the type stays.
  template <class F>
  Arrays map(const Inputs& in, F f) {
    Array y = *in[0];
    visit(y, [&](auto& values) {
      for (auto& x : values) x = static_cast<std::decay_t<decltype(x)>>(f(x));
    });
    return one(finish(y));
  }
  /// The same for functions of real numbers alone.
  template <class F>
  Arrays map_real(const Inputs& in, F f) {
    Array y = *in[0];
    for (float& x : y.floats) x = f(x);
    for (double& x : y.doubles) x = f(x);
    if (is_integer(y.type)) fail("a function of real numbers is given integers");
    return one(finish(y));
  }

  Arrays Abs(const Inputs& in, const Attributes&) {
    return map(in, [](auto x) { return x < 0 ? -x : x == 0 ? decltype(x)(0) : x; });
  }
  Arrays Neg(const Inputs& in, const Attributes&) {
    return map(in, [](auto x) { return -x; });
  }
  Arrays Sign(const Inputs& in, const Attributes&) {
    return map(in, [](auto x) { return x != x ? x : decltype(x)(x > 0) - decltype(x)(x < 0); });
  }
  Arrays Relu(const Inputs& in, const Attributes&) {
    return map(in, [](auto x) { return x < 0 ? decltype(x)(0) : x; });
  }
  Arrays Not(const Inputs& in, const Attributes&) {
    return map(in, [](auto x) { return x == 0; });
  }
  Arrays Identity(const Inputs& in, const Attributes&) { return one(*in[0]); }
  Arrays BitwiseNot(const Inputs& in, const Attributes&) {
    Array y = *in[0];
    for (std::int64_t& x : y.integers) x = ~x;
    return one(finish(y));
  }
  Arrays Floor(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::floor(x); });
  }
  Arrays Ceil(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::ceil(x); });
  }
  Arrays Round(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::nearbyint(x); });
  }
  Arrays Sqrt(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::sqrt(x); });
  }
  Arrays Exp(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::exp(x); });
  }
  Arrays Log(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::log(x); });
  }
  Arrays Sin(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::sin(x); });
  }
  Arrays Cos(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::cos(x); });
  }
  Arrays Tan(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::tan(x); });
  }
  Arrays Asin(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::asin(x); });
  }
  Arrays Acos(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::acos(x); });
  }
  Arrays Atan(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::atan(x); });
  }
  Arrays Sinh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::sinh(x); });
  }
  Arrays Cosh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::cosh(x); });
  }
  Arrays Tanh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::tanh(x); });
  }
  Arrays Asinh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::asinh(x); });
  }
  Arrays Acosh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::acosh(x); });
  }
  Arrays Atanh(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::atanh(x); });
  }
  Arrays Erf(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return std::erf(x); });
  }
  Arrays Reciprocal(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return 1 / x; });
  }

  /// 1 / (1 + exp(-x)) without overflow.
  template <class T>
  T logistic(T x) {
    if (x >= 0) return 1 / (1 + std::exp(-x));
    const T e = std::exp(x);
    return e / (1 + e);
  }
  Arrays Sigmoid(const Inputs& in, const Attributes&) {
    return map_real(in, [](auto x) { return logistic(x); });
  }

  template <class F>
  Arrays ask(const Inputs& in, F f) {
    Array y = make(Type::Bool, in[0]->shape);
    visit(*in[0], [&](const auto& values) {
      for (std::size_t i = 0; i < values.size(); ++i) y.integers[i] = f(static_cast<double>(values[i]));
    });
    return one(std::move(y));
  }
  Arrays IsNaN(const Inputs& in, const Attributes&) {
    return ask(in, [](double x) { return x != x; });
  }
  Arrays IsInf(const Inputs& in, const Attributes&) {
    return ask(in, [](double x) { return std::isinf(x); });
  }

  /// f on every pair of elements; the type is that of the first.
  template <class F>
  Arrays combine(const Inputs& in, F f) {
    const Array &a = *in[0], &b = *in[1];
    Array y = make(a.type, broadcast_shape(a.shape, b.shape));
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      zip(elements<T>(a), a.shape, elements<T>(b), b.shape, out, y.shape, f);
    });
    return one(finish(y));
  }
  template <class F>
  Arrays compare(const Inputs& in, F f) {
    const Array &a = *in[0], &b = *in[1];
    Array y = make(Type::Bool, broadcast_shape(a.shape, b.shape));
    visit(a, [&](const auto& values) {
      using T = typename std::decay_t<decltype(values)>::value_type;
      zip(values, a.shape, elements<T>(b), b.shape, y.integers, y.shape, f);
    });
    return one(std::move(y));
  }

  Arrays Add(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x + y; });
  }
  Arrays Sub(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x - y; });
  }
  Arrays Mul(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x * y; });
  }
  float quotient(float x, float y) { return x / y; }
  double quotient(double x, double y) { return x / y; }
  std::int64_t quotient(std::int64_t x, std::int64_t y) { return y == 0 ? 0 : y == -1 ? -x : x / y; }
  Arrays Div(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return quotient(x, y); });
  }
  Arrays Max(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x != x || x > y ? x : y; });
  }
  Arrays Min(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x != x || x < y ? x : y; });
  }
  Arrays And(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x != 0 && y != 0; });
  }
  Arrays Or(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return x != 0 || y != 0; });
  }
  Arrays Xor(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return (x != 0) != (y != 0); });
  }
  Arrays Equal(const Inputs& in, const Attributes&) {
    return compare(in, [](auto x, auto y) { return x == y; });
  }
  Arrays Less(const Inputs& in, const Attributes&) {
    return compare(in, [](auto x, auto y) { return x < y; });
  }
  Arrays LessOrEqual(const Inputs& in, const Attributes&) {
    return compare(in, [](auto x, auto y) { return x <= y; });
  }
  Arrays Greater(const Inputs& in, const Attributes&) {
    return compare(in, [](auto x, auto y) { return x > y; });
  }
  Arrays GreaterOrEqual(const Inputs& in, const Attributes&) {
    return compare(in, [](auto x, auto y) { return x >= y; });
  }

  /// f on pairs of integers.
  template <class F>
  Arrays combine_bits(const Inputs& in, F f) {
    const Array &a = *in[0], &b = *in[1];
    if (!is_integer(a.type)) fail("bits of real numbers");
    Array y = make(a.type, broadcast_shape(a.shape, b.shape));
    zip(a.integers, a.shape, b.integers, b.shape, y.integers, y.shape, f);
    return one(finish(y));
  }
  Arrays BitwiseAnd(const Inputs& in, const Attributes&) {
    return combine_bits(in, [](auto x, auto y) { return x & y; });
  }
  Arrays BitwiseOr(const Inputs& in, const Attributes&) {
    return combine_bits(in, [](auto x, auto y) { return x | y; });
  }
  Arrays BitwiseXor(const Inputs& in, const Attributes&) {
    return combine_bits(in, [](auto x, auto y) { return x ^ y; });
  }

  float rest(float x, float y, bool) { return std::fmod(x, y); }
  double rest(double x, double y, bool) { return std::fmod(x, y); }
  std::int64_t rest(std::int64_t x, std::int64_t y, bool like_first) {
    if (y == 0 || y == -1) return 0;
    const std::int64_t r = x % y;
    return like_first || r == 0 || (r < 0) == (y < 0) ? r : r + y;
  }
  Arrays Mod(const Inputs& in, const Attributes& a) {
    const bool like_first = integer(a, "fmod", 0) != 0;
    return combine(in, [like_first](auto x, auto y) { return rest(x, y, like_first); });
  }

  float power(float x, float y) { return std::pow(x, y); }
  double power(double x, double y) { return std::pow(x, y); }
  std::int64_t power(std::int64_t x, std::int64_t y) {
    if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
    std::uint64_t result = 1, factor = static_cast<std::uint64_t>(x);
    for (; y > 0; y >>= 1) {
      if ((y & 1) != 0) result *= factor;
      factor *= factor;
    }
    return static_cast<std::int64_t>(result);
  }
  Arrays Pow(const Inputs& in, const Attributes&) {
    return combine(in, [](auto x, auto y) { return power(x, y); });
  }

  Arrays Where(const Inputs& in, const Attributes&) {
    const Array &c = *in[0], &a = *in[1], &b = *in[2];
    Array y = make(a.type, broadcast_shape(c.shape, broadcast_shape(a.shape, b.shape)));
    const Shape sc = spread(c.shape, y.shape), sa = spread(a.shape, y.shape), sb = spread(b.shape, y.shape);
    const bool flat = y.shape.empty();
    const std::int64_t n = flat ? 1 : y.shape.back(), dc = flat ? 0 : sc.back(), da = flat ? 0 : sa.back(),
                       db = flat ? 0 : sb.back();
    visit(y, [&](auto& out) {
      using T = typename std::decay_t<decltype(out)>::value_type;
      const std::vector<T>&x = elements<T>(a), &z = elements<T>(b);
      for_rows(y.shape, {sc, sa, sb, strides_of(y.shape)}, [&](const std::vector<std::int64_t>& at) {
        for (std::int64_t i = 0; i < n; ++i)
          out[static_cast<std::size_t>(at[3] + i)] = c.integers[static_cast<std::size_t>(at[0] + i * dc)] != 0
                                                         ? x[static_cast<std::size_t>(at[1] + i * da)]
                                                         : z[static_cast<std::size_t>(at[2] + i * db)];
      });
    });
    return one(std::move(y));
  }

  /// An integer without what stands behind the point; what lies outside is the nearest.
  std::int64_t whole(double x) {
    if (x != x) return 0;
    if (x >= 9.2233720368547748e18) return std::numeric_limits<std::int64_t>::max();
    if (x <= -9.2233720368547758e18) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(x);
  }
  Array cast(const Array& x, Type type) {
    Array y = make(type, x.shape);
    visit(x, [&](const auto& from) {
      visit(y, [&](auto& to) {
        using T = typename std::decay_t<decltype(to)>::value_type;
        for (std::size_t i = 0; i < from.size(); ++i) {
          if (type == Type::Bool)
            to[i] = static_cast<T>(from[i] != 0);
          else if (is_integer(type) && !is_integer(x.type))
            to[i] = static_cast<T>(whole(static_cast<double>(from[i])));
          else
            to[i] = static_cast<T>(from[i]);
        }
      });
    });
    return finish(y);
  }
  Arrays Cast(const Inputs& in, const Attributes& a) { return one(cast(*in[0], static_cast<Type>(integer(a, "to", 0)))); }
)cpp";

}  // namespace kerascpp::cpp
