#include "ops/image/image_axes.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/data_format.hpp"

namespace kerascpp::ops {

ImageAxes::ImageAxes(std::string_view op_name, const Shape& given, const std::string& data_format)
    : op(op_name), shape(given), batched(given.ndim() == 4) {
  channels_first = data_format_or_default(op, data_format) == "channels_first";
  KCPP_CHECK(given.ndim() == 3 || given.ndim() == 4, ShapeError, "[", op, "] expected images ",
             channels_first ? "(B, C, H, W) or one image (C, H, W)" : "(B, H, W, C) or one image (H, W, C)",
             ", received shape ", given);
  const int first = batched ? 1 : 0;
  channels = channels_first ? first : first + 2;
  height = channels_first ? first + 1 : first;
  width = height + 1;
}

std::pair<std::int64_t, std::int64_t> ImageAxes::known_size() const {
  const std::int64_t H = shape[height], W = shape[width];
  KCPP_CHECK(H != None && W != None, ShapeError, "[", op,
             "] expected images of known height and width, received shape ", shape);
  return {H, W};
}

Symbol to_batch(const Symbol& images, const ImageAxes& axes) {
  const Symbol batch = axes.batched ? images : expand_dims(images, 0);
  return axes.channels_first ? moveaxis(batch, 1, -1) : batch;
}

Symbol from_batch(const Symbol& batch, const ImageAxes& axes) {
  const Symbol images = axes.channels_first ? moveaxis(batch, -1, 1) : batch;
  return axes.batched ? images : squeeze(images, 0);
}

Symbol floating_images(std::string_view op, const Operand& images) {
  KCPP_CHECK(is_floating(images.dtype()), DTypeError, "[", op, "] expected images of a floating dtype, received ",
             images.dtype(), "; cast them to float32");
  return images.symbol();
}

}  // namespace kerascpp::ops
