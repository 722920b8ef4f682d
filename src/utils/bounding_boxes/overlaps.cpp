// How much bounding boxes have in common.

#include <numbers>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

#include "utils/bounding_boxes/corners.hpp"
#include "utils/bounding_boxes/image_shape.hpp"

namespace kerascpp::utils::bounding_boxes {
namespace {

/// The length that two spans share, at least 0.
Symbol common(const Symbol& from1, const Symbol& to1, const Symbol& from2, const Symbol& to2) {
  return ops::maximum(ops::minimum(to1, to2) - ops::maximum(from1, from2), 0.0);
}

/// (N, 1) as (1, N).
Symbol turned(const Symbol& column) { return ops::swapaxes(column, -1, -2); }

}  // namespace

Symbol compute_iou(const Operand& boxes1, const Operand& boxes2, const std::string& bounding_box_format,
                   const IouOptions& options) {
  for (const Symbol& boxes : {boxes1.symbol(), boxes2.symbol()})
    KCPP_CHECK(boxes.ndim() == 2 || boxes.ndim() == 3, ShapeError,
               "[compute_iou] expected boxes (N, 4) or (B, N, 4), received ", boxes.shape());
  const ConvertFormatOptions image = image_of(options.image_shape, "compute_iou");
  const Symbol first = convert_format(boxes1, bounding_box_format, "xyxy", image);
  const Symbol second = convert_format(boxes2, bounding_box_format, "xyxy", image);
  const Corners a(first), b(second);
  const Symbol both = common(a.left, a.right, turned(b.left), turned(b.right)) *
                      common(a.top, a.bottom, turned(b.top), turned(b.bottom));
  const Symbol iou = both / (a.area() + turned(b.area()) - both + epsilon());
  if (!options.use_masking) return iou;
  const auto is_missing = [](const Symbol& boxes) { return ops::max(boxes, -1, true) < 0.0; };
  return ops::where(ops::logical_or(is_missing(first), turned(is_missing(second))), options.mask_val, iou);
}

Tensor compute_iou(const Tensor& boxes1, const Tensor& boxes2, const std::string& bounding_box_format,
                   const IouOptions& options) {
  return compute_now(compute_iou(Operand(boxes1), Operand(boxes2), bounding_box_format, options));
}

Symbol compute_ciou(const Operand& boxes1, const Operand& boxes2, const std::string& bounding_box_format) {
  KCPP_CHECK(bounding_box_format.rfind("rel", 0) != 0, ValueError,
             "[compute_ciou] needs a format that is not relative, received \"", bounding_box_format, "\"");
  const Corners a(convert_format(boxes1, bounding_box_format, "xyxy"));
  const Corners b(convert_format(boxes2, bounding_box_format, "xyxy"));
  const double e = epsilon();
  const Symbol width_a = a.right - a.left, height_a = a.bottom - a.top + e;
  const Symbol width_b = b.right - b.left, height_b = b.bottom - b.top + e;
  const Symbol both = common(a.left, a.right, b.left, b.right) * common(a.top, a.bottom, b.top, b.bottom);
  const Symbol iou = both / (width_a * height_a + width_b * height_b - both + 2 * e);
  // of the box around both
  const Symbol width = ops::maximum(a.right, b.right) - ops::minimum(a.left, b.left);
  const Symbol height = ops::maximum(a.bottom, b.bottom) - ops::minimum(a.top, b.top);
  const Symbol diagonal = ops::square(width) + ops::square(height) + e;
  const Symbol distance = ops::square((a.left + a.right - b.left - b.right) / 2.0) +
                          ops::square((a.top + a.bottom - b.top - b.bottom) / 2.0);
  const double unit = 4 / (std::numbers::pi * std::numbers::pi);
  const Symbol shape = ops::square(ops::arctan(width_b / height_b) - ops::arctan(width_a / height_a)) * unit;
  const Symbol weight = shape / (shape - iou + (1 + e));
  return ops::squeeze(iou - (distance / diagonal + shape * weight), -1);
}

Tensor compute_ciou(const Tensor& boxes1, const Tensor& boxes2, const std::string& bounding_box_format) {
  return compute_now(compute_ciou(Operand(boxes1), Operand(boxes2), bounding_box_format));
}

}  // namespace kerascpp::utils::bounding_boxes
