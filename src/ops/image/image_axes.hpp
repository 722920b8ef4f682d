#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// Where the axes of images are.
struct ImageAxes {
  /// Of one image or a batch of them, in `data_format` (empty: the one that is set). Throws ShapeError for other ranks.
  ImageAxes(std::string_view op, const Shape& shape, const std::string& data_format);

  /// The length of height and width. Throws ShapeError naming the op when one is not known.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> known_size() const;

  std::string_view op;
  Shape shape;
  bool batched, channels_first;
  int height, width, channels;  // axes
};

/// One image as a batch of one, and channels last.
[[nodiscard]] Symbol to_batch(const Symbol& images, const ImageAxes& axes);
/// The way back of `to_batch`.
[[nodiscard]] Symbol from_batch(const Symbol& batch, const ImageAxes& axes);
/// The symbol; throws DTypeError unless it is floating.
[[nodiscard]] Symbol floating_images(std::string_view op, const Operand& images);

}  // namespace kerascpp::ops
