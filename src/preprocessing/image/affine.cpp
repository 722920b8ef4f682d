// Planes under affine maps, with the splines and the borders of SciPy.
#include "preprocessing/image/affine.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::preprocessing::image {
namespace {

enum class Border { Nearest, Constant, Reflect, Wrap, Mirror };

Border border_of(const std::string& mode) {
  return mode == "nearest"    ? Border::Nearest
         : mode == "constant" ? Border::Constant
         : mode == "reflect"  ? Border::Reflect
                              : Border::Wrap;
}

/// A coordinate beyond an axis, brought back to it; -1 with Border::Constant.
double inside(double at, std::int64_t length, Border border) {
  const auto last = static_cast<double>(length - 1);
  if (at >= 0 && at <= last) return at;
  if (border == Border::Constant) return -1;
  if (length == 1) return 0;
  switch (border) {
    case Border::Nearest:
      return at < 0 ? 0 : last;
    case Border::Reflect: {  // d c b a | a b c d | d c b a
      const double period = 2 * static_cast<double>(length);
      at -= period * std::floor(at / period);
      return at >= static_cast<double>(length) ? period - at - 1 : at;
    }
    case Border::Mirror: {  // d c b | a b c d | c b a
      const double period = 2 * last;
      at -= period * std::floor(at / period);
      return at > last ? period - at : at;
    }
    default: {
      // the first and the last element are taken for one
      const double turns = std::trunc(std::abs(at) / last);
      return at < 0 ? at + last * (turns + 1) : at - last * turns;
    }
  }
}

/// The basis spline of an order, x in elements from its middle.
double spline_weight(double x, int order) {
  double sum = 0, binomial = 1, factorial = 1;
  for (int k = 0; k <= order + 1; ++k) {
    const double from = x + 0.5 * (order + 1) - k;
    if (from > 0) sum += (k % 2 == 0 ? binomial : -binomial) * std::pow(from, order);
    binomial = binomial * (order + 1 - k) / (k + 1);
  }
  for (int k = 2; k <= order; ++k) factorial *= k;
  return sum / factorial;
}

std::vector<double> poles_of(int order) {
  switch (order) {
    case 2:
      return {std::sqrt(8.0) - 3};
    case 3:
      return {std::sqrt(3.0) - 2};
    case 4:
      return {std::sqrt(664 - std::sqrt(438976.0)) + std::sqrt(304.0) - 19,
              std::sqrt(664 + std::sqrt(438976.0)) - std::sqrt(304.0) - 19};
    case 5:
      return {std::sqrt(67.5 - std::sqrt(4436.25)) + std::sqrt(26.25) - 6.5,
              std::sqrt(67.5 + std::sqrt(4436.25)) - std::sqrt(26.25) - 6.5};
    default:
      return {};
  }
}

/// What splines of the line go through, made into their weights. Source: Unser, IEEE Signal Processing Magazine 16
/// (1999), box 2.
void filter_line(double* line, std::int64_t length, std::int64_t stride, const std::vector<double>& poles,
                 bool reflected) {
  if (length < 2) return;
  const auto at = [line, stride](std::int64_t i) -> double& { return line[i * stride]; };
  const std::int64_t n = length;
  double gain = 1;
  for (const double z : poles) gain *= (1 - z) * (1 - 1 / z);
  for (std::int64_t i = 0; i < n; ++i) at(i) *= gain;
  for (const double z : poles) {
    const double far = std::pow(z, static_cast<double>(reflected ? n : n - 1));
    double sum = at(0) + far * at(n - 1), power = z;
    if (reflected) {
      // SciPy sums in place of the first element, which the last term reads
      for (std::int64_t i = 1; i < n; ++i, power *= z)
        sum += power * (at(i) + far * (i == n - 1 ? sum : at(n - 1 - i)));
      at(0) += sum * z / (1 - far * far);
    } else {
      for (std::int64_t i = 1; i < n - 1; ++i, power *= z) sum += power * (at(i) + far * at(n - 1 - i));
      at(0) = sum / (1 - far * far);
    }
    for (std::int64_t i = 1; i < n; ++i) at(i) += z * at(i - 1);
    at(n - 1) = reflected ? at(n - 1) * z / (z - 1) : (z * at(n - 2) + at(n - 1)) * z / (z * z - 1);
    for (std::int64_t i = n - 2; i >= 0; --i) at(i) = z * (at(i + 1) - at(i));
  }
}

Plane filtered(Plane plane, int order, Border border) {
  const std::vector<double> poles = poles_of(order);
  const bool reflected = border == Border::Nearest || border == Border::Reflect;
  for (std::int64_t x = 0; x < plane.width; ++x)
    filter_line(plane.values.data() + x, plane.height, plane.width, poles, reflected);
  for (std::int64_t y = 0; y < plane.height; ++y)
    filter_line(plane.values.data() + y * plane.width, plane.width, 1, poles, reflected);
  return plane;
}

/// With so many more rows and columns on all sides, equal to those at the border.
Plane padded(const Plane& plane, std::int64_t more) {
  Plane result{plane.height + 2 * more, plane.width + 2 * more};
  for (std::int64_t y = 0; y < result.height; ++y)
    for (std::int64_t x = 0; x < result.width; ++x)
      result.values.push_back(
          plane.values[static_cast<std::size_t>(std::clamp<std::int64_t>(y - more, 0, plane.height - 1) * plane.width +
                                                std::clamp<std::int64_t>(x - more, 0, plane.width - 1))]);
  return result;
}

/// The elements of an axis that a coordinate takes part of, and how much of each.
struct Support {
  std::array<std::int64_t, 6> places;
  std::array<double, 6> weights;
};

Support support_of(double at, std::int64_t length, int order, Border border) {
  Support support{};
  const auto first = static_cast<std::int64_t>(std::floor(order % 2 == 1 ? at : at + 0.5)) - order / 2;
  for (int i = 0; i <= order; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const auto place = static_cast<double>(first + i);
    support.places[k] = static_cast<std::int64_t>(inside(place, length, border));
    support.weights[k] = order == 0 ? 1 : order == 1 ? 1 - std::abs(at - place) : spline_weight(at - place, order);
  }
  return support;
}

}  // namespace

Plane mapped(const Plane& plane, const AffineMap& map, int order, const std::string& mode, double cval) {
  const Border border = border_of(mode);
  // splines of higher orders have no exact weights at a border that repeats: more of it is taken in
  const std::int64_t more = order > 1 && border == Border::Nearest ? 12 : 0;
  const Plane padded_plane = more > 0 ? padded(plane, more) : Plane();
  const Plane& given = more > 0 ? padded_plane : plane;
  const Plane splines = order > 1 ? filtered(given, order, border) : Plane();
  const Plane& from = order > 1 ? splines : given;
  const Border beyond = border == Border::Constant || border == Border::Wrap ? Border::Mirror : border;
  Plane result{plane.height, plane.width};
  result.values.reserve(plane.values.size());
  for (std::int64_t row = 0; row < plane.height; ++row)
    for (std::int64_t column = 0; column < plane.width; ++column) {
      const auto r = static_cast<double>(row), c = static_cast<double>(column);
      const double y = inside(map.matrix[0] * r + map.matrix[1] * c + map.offset[0] + static_cast<double>(more),
                              from.height, border);
      const double x =
          inside(map.matrix[2] * r + map.matrix[3] * c + map.offset[1] + static_cast<double>(more), from.width, border);
      if (y <= -1 || x <= -1) {
        result.values.push_back(cval);
        continue;
      }
      const Support down = support_of(y, from.height, order, beyond), across = support_of(x, from.width, order, beyond);
      double sum = 0;
      for (std::size_t i = 0; i <= static_cast<std::size_t>(order); ++i)
        for (std::size_t j = 0; j <= static_cast<std::size_t>(order); ++j)
          sum += from.values[static_cast<std::size_t>(down.places[i] * from.width + across.places[j])] *
                 down.weights[i] * across.weights[j];
      result.values.push_back(sum);
    }
  return result;
}

}  // namespace kerascpp::preprocessing::image
