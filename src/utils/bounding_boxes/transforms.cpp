// Bounding boxes in images that are cut, padded, turned or moved.

#include <numbers>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/conversion.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

#include "utils/bounding_boxes/corners.hpp"

namespace kerascpp::utils::bounding_boxes {
namespace {

Corners clipped(const Corners& boxes, double height, double width) {
  return {ops::clip(boxes.left, 0.0, width), ops::clip(boxes.top, 0.0, height), ops::clip(boxes.right, 0.0, width),
          ops::clip(boxes.bottom, 0.0, height)};
}

Corners moved(const Corners& boxes, double down, double right) {
  return {boxes.left + right, boxes.top + down, boxes.right + right, boxes.bottom + down};
}

LabeledBoxes<Tensor> now(const LabeledBoxes<Symbol>& boxes) {
  if (!boxes.labels.defined()) return {compute_now(boxes.boxes), {}};
  const std::vector<Tensor> values = compute_now(std::vector<Symbol>{boxes.boxes, boxes.labels});
  return {values[0], values[1]};
}

/// Numbers of images as (B, 1, 1); one number stays as it is.
Symbol of_images(const Operand& number, DType dtype) {
  const Symbol x = number.symbol(dtype);
  return x.ndim() == 0 ? x : ops::reshape(x, {None, 1, 1});
}

}  // namespace

LabeledBoxes<Symbol> clip_to_image_size(const LabeledBoxes<Symbol>& bounding_boxes, const ClipOptions& options) {
  const bool relative = options.bounding_box_format == "rel_xyxy";
  KCPP_CHECK(relative || options.bounding_box_format == "xyxy", ValueError,
             "[clip_to_image_size] bounding_box_format must be \"xyxy\" or \"rel_xyxy\", received \"",
             options.bounding_box_format, "\"");
  KCPP_CHECK(relative || (options.height && options.width), ValueError,
             "[clip_to_image_size] needs the height and width of the image for \"xyxy\"");
  const auto length = [&](const std::optional<std::int64_t>& given) {
    return relative ? 1.0 : static_cast<double>(*given);
  };
  const Corners corners = clipped(Corners(bounding_boxes.boxes), length(options.height), length(options.width));
  LabeledBoxes<Symbol> result{corners.boxes(), bounding_boxes.labels};
  if (result.labels.defined()) result.labels = ops::where(ops::squeeze(corners.area(), -1) > 0.0, result.labels, -1);
  return result;
}

LabeledBoxes<Tensor> clip_to_image_size(const LabeledBoxes<Tensor>& bounding_boxes, const ClipOptions& options) {
  const Symbol labels = bounding_boxes.labels.defined() ? constant(bounding_boxes.labels) : Symbol();
  return now(clip_to_image_size(LabeledBoxes<Symbol>{constant(bounding_boxes.boxes), labels}, options));
}

Symbol affine_transform(const Operand& boxes, const AffineMap<Operand>& map, std::int64_t height, std::int64_t width,
                        const AffineTransformOptions& options) {
  const Symbol given = boxes.symbol();
  KCPP_CHECK(given.ndim() == 3 && given.shape().back() == 4, ShapeError,
             "[affine_transform] expected boxes (B, N, 4), received ", given.shape());
  const DType dtype = is_floating(given.dtype()) ? given.dtype() : DType::Float32;
  const Symbol x = ops::cast(given, dtype);
  const auto in_radians = [&](const Operand& degrees) { return of_images(degrees, dtype) * (-std::numbers::pi / 180); };
  const double across = static_cast<double>(width - 1), down = static_cast<double>(height - 1);
  const double middle_x = options.center_x * across, middle_y = options.center_y * down;
  const Symbol turn = in_radians(map.angle), shear_x = in_radians(map.shear_x), shear_y = in_radians(map.shear_y);
  const Symbol scale = of_images(map.scale, dtype);
  const Symbol start_x = middle_x - of_images(map.translate_x, dtype) * across;
  const Symbol start_y = middle_y - of_images(map.translate_y, dtype) * down;

  // turn and shear as one matrix ((a, b), (c, d)), and the inverse of it as Keras has it
  const Symbol a = ops::cos(turn - shear_y) / ops::cos(shear_y), c = -ops::sin(turn - shear_y) / ops::cos(shear_y);
  const Symbol b = a * ops::tan(shear_x) + ops::sin(turn), d = ops::cos(turn) - c * ops::tan(shear_x);
  const Symbol xx = d * scale, xy = -b * scale, yx = -c * scale, yy = a * scale;

  const Corners corners(x);
  const Symbol xs = ops::concatenate({corners.left, corners.right, corners.right, corners.left}, -1);
  const Symbol ys = ops::concatenate({corners.top, corners.top, corners.bottom, corners.bottom}, -1);
  const Symbol to_x = xx * (xs - start_x) + xy * (ys - start_y) + middle_x;
  const Symbol to_y = yx * (xs - start_x) + yy * (ys - start_y) + middle_y;
  return Corners(ops::min(to_x, -1, true), ops::min(to_y, -1, true), ops::max(to_x, -1, true), ops::max(to_y, -1, true))
      .boxes();
}

Tensor affine_transform(const Tensor& boxes, const AffineMap<Tensor>& map, std::int64_t height, std::int64_t width,
                        const AffineTransformOptions& options) {
  const AffineMap<Operand> symbols{map.angle, map.translate_x, map.translate_y, map.scale, map.shear_x, map.shear_y};
  return compute_now(affine_transform(Operand(boxes), symbols, height, width, options));
}

Symbol crop(const Operand& boxes, std::int64_t top, std::int64_t left, std::int64_t height, std::int64_t width) {
  const Corners shifted = moved(Corners(boxes.symbol()), static_cast<double>(-top), static_cast<double>(-left));
  return clipped(shifted, static_cast<double>(height), static_cast<double>(width)).boxes();
}
Tensor crop(const Tensor& boxes, std::int64_t top, std::int64_t left, std::int64_t height, std::int64_t width) {
  return compute_now(crop(Operand(boxes), top, left, height, width));
}

Symbol pad(const Operand& boxes, std::int64_t top, std::int64_t left) {
  return moved(Corners(boxes.symbol()), static_cast<double>(top), static_cast<double>(left)).boxes();
}
Tensor pad(const Tensor& boxes, std::int64_t top, std::int64_t left) {
  return compute_now(pad(Operand(boxes), top, left));
}

}  // namespace kerascpp::utils::bounding_boxes
