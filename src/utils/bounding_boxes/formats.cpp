// Formats of bounding boxes. Each goes by way of left, top, right and bottom.

#include <algorithm>
#include <array>
#include <cctype>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/conversion.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

#include "utils/bounding_boxes/corners.hpp"

namespace kerascpp::utils::bounding_boxes {
namespace {

/// What the four numbers of a format are.
struct Format {
  const char* name;
  bool middle;   // the first two: the middle, or left and top
  bool size;     // the last two: width and height, or right and bottom
  bool swapped;  // y before x
};

constexpr std::array<Format, 5> kFormats = {{{"xyxy", false, false, false},
                                             {"yxyx", false, false, true},
                                             {"xywh", false, true, false},
                                             {"center_xywh", true, true, false},
                                             {"center_yxhw", true, true, true}}};

struct GivenFormat {
  Format format;
  bool relative;
};

GivenFormat format_of(const std::string& given) {
  std::string name = given;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool relative = name.rfind("rel_", 0) == 0;
  for (const Format& format : kFormats)
    if (name == (relative ? "rel_" : "") + std::string(format.name) && name != "rel_center_yxhw")
      return {format, relative};
  throw ValueError(text_of(
      "[convert_format] a format must be one of \"xyxy\", \"yxyx\", \"xywh\", \"center_xywh\", \"center_yxhw\", "
      "\"rel_xyxy\", \"rel_yxyx\", \"rel_xywh\", \"rel_center_xywh\", received \"",
      given, "\""));
}

Corners to_corners(const Symbol& boxes, const Format& format) {
  Symbol a = coordinate(boxes, 0), b = coordinate(boxes, 1), c = coordinate(boxes, 2), d = coordinate(boxes, 3);
  if (format.swapped) {
    std::swap(a, b);
    std::swap(c, d);
  }
  if (format.middle) return {a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0};
  return format.size ? Corners(a, b, a + c, b + d) : Corners(a, b, c, d);
}

Symbol from_corners(const Corners& corners, const Format& format) {
  Symbol a = corners.left, b = corners.top, c = corners.right, d = corners.bottom;
  if (format.size) {
    c = c - a;
    d = d - b;
  }
  if (format.middle) {
    a = a + c / 2.0;
    b = b + d / 2.0;
  }
  return ops::concatenate(format.swapped ? SymbolList{b, a, d, c} : SymbolList{a, b, c, d}, -1);
}

}  // namespace

Symbol coordinate(const Symbol& boxes, std::int64_t i) {
  return ops::slice_axis(boxes, boxes.ndim() - 1, Slice(i, i + 1));
}

Symbol Corners::boxes() const { return ops::concatenate({left, top, right, bottom}, -1); }
Symbol Corners::area() const { return (right - left) * (bottom - top); }

Symbol convert_format(const Operand& boxes, const std::string& source, const std::string& target,
                      const ConvertFormatOptions& options) {
  const Symbol given = boxes.symbol();
  KCPP_CHECK(given.ndim() > 0 && given.shape().back() == 4, ShapeError,
             "[convert_format] expected boxes with a last axis of 4, received ", given.shape());
  const auto [from, from_relative] = format_of(source);
  const auto [to, to_relative] = format_of(target);
  KCPP_CHECK(!(from_relative || to_relative) || (options.height && options.width), ValueError,
             "[convert_format] needs the height and width of the image between \"", source, "\" and \"", target, "\"");
  const Symbol x = ops::cast(given, dtype_from_name(options.dtype));
  if (from_relative == to_relative && std::string_view(from.name) == to.name) return x;
  Corners corners = to_corners(x, from);
  if (from_relative != to_relative) {
    const auto wide = static_cast<double>(*options.width), high = static_cast<double>(*options.height);
    const auto scaled = [&](const Symbol& value, double length) {
      return from_relative ? value * length : value / length;
    };
    corners = {scaled(corners.left, wide), scaled(corners.top, high), scaled(corners.right, wide),
               scaled(corners.bottom, high)};
  }
  return from_corners(corners, to);
}

Tensor convert_format(const Tensor& boxes, const std::string& source, const std::string& target,
                      const ConvertFormatOptions& options) {
  return compute_now(convert_format(Operand(boxes), source, target, options));
}

}  // namespace kerascpp::utils::bounding_boxes
