#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/image/image_axes.hpp"
#include "ops/shape_support.hpp"

// Frames around images, and parts of them.
namespace kerascpp::ops {
namespace {

using Optional = std::optional<std::int64_t>;

/// What is given along one axis: two of the margins before and behind, and the length of the result.
struct Margins {
  std::string_view op;
  const char *before_name, *after_name, *target_name;
  Optional before, after, target;

  void check() const {
    const int given = int{before.has_value()} + int{after.has_value()} + int{target.has_value()};
    KCPP_CHECK(given == 2, ValueError, "[", op, "] expected two of ", before_name, ", ", after_name, " and ",
               target_name, ", received ", given);
    for (const auto& [name, value] : {std::pair{before_name, before}, {after_name, after}, {target_name, target}})
      KCPP_CHECK(!value || *value >= 0, ValueError, "[", op, "] expected ", name, " of at least 0, received ", *value);
  }
  /// The third of them, which `length` and the others make; throws where it is negative.
  [[nodiscard]] std::int64_t missing(const char* name, std::int64_t value) const {
    KCPP_CHECK(value >= 0, ValueError, "[", op, "] ", name, " would be ", value, "; it must be at least 0");
    return value;
  }
};

PadWidth::Pair padding(const Margins& margins, std::int64_t length) {
  margins.check();
  if (!margins.target) return {*margins.before, *margins.after};
  KCPP_CHECK(length != None, ShapeError, "[", margins.op, "] ", margins.target_name,
             " needs images of known size; give the paddings instead");
  if (margins.before)
    return {*margins.before, margins.missing(margins.after_name, *margins.target - *margins.before - length)};
  return {margins.missing(margins.before_name, *margins.target - *margins.after - length), *margins.after};
}

Slice part(const Margins& margins, std::int64_t length) {
  margins.check();
  if (!margins.target) {
    if (length != None) (void)margins.missing(margins.target_name, length - *margins.before - *margins.after);
    return Slice(*margins.before, *margins.after == 0 ? kSliceEnd : -*margins.after);
  }
  if (margins.before) {
    if (length != None) (void)margins.missing(margins.after_name, length - *margins.before - *margins.target);
    return Slice(*margins.before, *margins.before + *margins.target);
  }
  KCPP_CHECK(length != None, ShapeError, "[", margins.op, "] ", margins.target_name, " with ", margins.after_name,
             " needs images of known size; give ", margins.before_name, " instead");
  const std::int64_t before = margins.missing(margins.before_name, length - *margins.after - *margins.target);
  return Slice(before, before + *margins.target);
}

}  // namespace

Symbol pad_images(const Operand& images, const PadImagesOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("pad_images", images.shape(), options.data_format);
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(axes.shape.ndim()));
  widths[static_cast<std::size_t>(axes.height)] =
      padding({"pad_images", "top_padding", "bottom_padding", "target_height", options.top_padding,
               options.bottom_padding, options.target_height},
              axes.shape[axes.height]);
  widths[static_cast<std::size_t>(axes.width)] =
      padding({"pad_images", "left_padding", "right_padding", "target_width", options.left_padding,
               options.right_padding, options.target_width},
              axes.shape[axes.width]);
  return pad(images, widths);
}

Symbol crop_images(const Operand& images, const CropImagesOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("crop_images", images.shape(), options.data_format);
  const Slice rows = part({"crop_images", "top_cropping", "bottom_cropping", "target_height", options.top_cropping,
                           options.bottom_cropping, options.target_height},
                          axes.shape[axes.height]);
  const Slice columns = part({"crop_images", "left_cropping", "right_cropping", "target_width", options.left_cropping,
                              options.right_cropping, options.target_width},
                             axes.shape[axes.width]);
  return slice_axis(slice_axis(images, axes.height, rows), axes.width, columns);
}

Tensor pad_images(const Tensor& images, const PadImagesOptions& options) {
  return compute_now(pad_images(immediate(images), options));
}
Tensor crop_images(const Tensor& images, const CropImagesOptions& options) {
  return compute_now(crop_images(immediate(images), options));
}

}  // namespace kerascpp::ops
