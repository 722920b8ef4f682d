#include <kerascpp/ops/patches.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/data_format.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

using Pair = std::vector<std::int64_t>;  // of rows and columns

struct Windows {
  Pair kernel, dilation, padding, stride;

  Windows(std::string_view op, const Sizes& kernel_size, const PatchOptions& options)
      : kernel(kernel_size.expand(2, op, "kernel_size")),
        dilation(options.dilation.expand(2, op, "dilation")),
        padding(options.padding.expand(2, op, "padding", 0)),
        stride(options.stride.expand(2, op, "stride")) {}

  // How many windows fit in `length` elements of axis i (0 rows, 1 columns).
  [[nodiscard]] std::int64_t count(std::size_t i, std::int64_t length) const {
    if (length == None) return None;
    const std::int64_t room = length + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
    return room < 0 ? 0 : room / stride[i] + 1;
  }
};

// (B, C, H, W) -> (B, C, K_h K_w, H', W'): one strided slice for each place in the window
Symbol window_columns(std::string_view op, const Symbol& x, const Windows& windows) {
  const Shape& shape = x.shape();
  const Pair counts{windows.count(0, shape[2]), windows.count(1, shape[3])};
  KCPP_CHECK(counts[0] != None && counts[1] != None, ShapeError, "[", op,
             "] expected an image of known height and width, received shape ", shape);
  KCPP_CHECK(counts[0] >= 1 && counts[1] >= 1, ShapeError, "[", op, "] a window of ", Shape(windows.kernel),
             " with dilation ", Shape(windows.dilation), " does not fit an image of shape ", shape, " with padding ",
             Shape(windows.padding));
  const Symbol padded =
      pad(x, {{0, 0}, {0, 0}, {windows.padding[0], windows.padding[0]}, {windows.padding[1], windows.padding[1]}});
  std::vector<Symbol> slices;
  for (std::int64_t row = 0; row < windows.kernel[0]; ++row)
    for (std::int64_t column = 0; column < windows.kernel[1]; ++column) {
      const auto range = [&](std::size_t i, std::int64_t place) {
        const std::int64_t first = place * windows.dilation[i];
        return Slice(first, first + (counts[i] - 1) * windows.stride[i] + 1, windows.stride[i]);
      };
      slices.push_back(slice_axis(slice_axis(padded, 2, range(0, row)), 3, range(1, column)));
    }
  return stack(SymbolList(slices), 2);
}

// (B, C, K, H', W') -> (B, C K, H' W')
Symbol as_columns(const Symbol& windows) { return merge_axes(merge_axes(windows, 3, 4), 1, 2); }

}  // namespace

Symbol unfold(const Operand& x, const Sizes& kernel_size, const PatchOptions& options) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() == 4, ShapeError, "[unfold] expected images (B, C, H, W), received shape ", x.shape());
  return as_columns(window_columns("unfold", x.symbol(), Windows("unfold", kernel_size, options)));
}

Symbol fold(const Operand& x, const Sizes& output_size, const Sizes& kernel_size, const PatchOptions& options) {
  const SiteGuard guard(x.site());
  const Windows windows("fold", kernel_size, options);
  const Pair size = output_size.expand(2, "fold", "output_size");
  const Symbol columns = x.symbol();
  const std::int64_t places = windows.kernel[0] * windows.kernel[1];
  KCPP_CHECK(columns.ndim() == 3 && columns.dim(1) != None && columns.dim(1) % places == 0 &&
                 may_equal(columns.dim(2), windows.count(0, size[0]) * windows.count(1, size[1])),
             ShapeError, "[fold] expected columns of shape (B, C * ", places, ", ",
             windows.count(0, size[0]) * windows.count(1, size[1]), "), received ", columns.shape());
  KCPP_CHECK(is_differentiable(columns.dtype()), DTypeError, "[fold] expected floating columns, received ",
             columns.spec());
  // The transpose of a linear map is its gradient. Of the image only the shape matters: (B, 1, 1, 1) + (1, C, H, W).
  const Symbol items = expand_dims(slice_axis(slice_axis(columns, 1, Slice(0, 1)), 2, Slice(0, 1)), 3);
  const Symbol image = items + zeros({1, columns.dim(1) / places, size[0], size[1]}, columns.dtype());
  return gradients_of({as_columns(window_columns("fold", image, windows))}, {columns}, {image}).front();
}

Symbol depth_to_space(const Operand& x, std::int64_t block_size, const std::string& data_format) {
  const SiteGuard guard(x.site());
  const bool channels_first = data_format_or_default("depth_to_space", data_format) == "channels_first";
  const Symbol image = x.symbol();
  const std::int64_t square = block_size * block_size;
  KCPP_CHECK(block_size >= 1, ValueError, "[depth_to_space] expected a block size of at least 1, received ",
             block_size);
  KCPP_CHECK(image.ndim() == 4, ShapeError, "[depth_to_space] expected four dimensions, received shape ",
             image.shape());
  const std::int64_t channels = image.dim(channels_first ? 1 : 3);
  KCPP_CHECK(channels != None && channels % square == 0, ShapeError, "[depth_to_space] the number of channels (",
             channels, ") must be known and divisible by ", square, "; input shape ", image.shape());
  const Shape parts{block_size, block_size, channels / square};
  // (B, b, b, C', H, W) or (B, H, W, b, b, C'): each b goes behind its axis of the image
  const Symbol blocks = channels_first ? transpose(split_axis(image, 1, parts), {0, 3, 4, 1, 5, 2})
                                       : transpose(split_axis(image, 3, parts), {0, 1, 3, 2, 4, 5});
  return channels_first ? merge_axes(merge_axes(blocks, 4, 5), 2, 3) : merge_axes(merge_axes(blocks, 3, 4), 1, 2);
}

Symbol space_to_depth(const Operand& x, std::int64_t block_size, const std::string& data_format) {
  const SiteGuard guard(x.site());
  const bool channels_first = data_format_or_default("space_to_depth", data_format) == "channels_first";
  const Symbol image = x.symbol();
  KCPP_CHECK(block_size >= 1, ValueError, "[space_to_depth] expected a block size of at least 1, received ",
             block_size);
  KCPP_CHECK(image.ndim() == 4, ShapeError, "[space_to_depth] expected four dimensions, received shape ",
             image.shape());
  const int rows = channels_first ? 2 : 1;
  const auto divisible = [&](std::int64_t length) { return length == None || length % block_size == 0; };
  KCPP_CHECK(divisible(image.dim(rows)) && divisible(image.dim(rows + 1)), ShapeError,
             "[space_to_depth] height and width must be divisible by ", block_size, "; input shape ", image.shape());
  // (B, H', b, W', b, C) or (B, C, H', b, W', b)
  const Symbol blocks = split_axis(split_axis(image, rows + 1, {-1, block_size}), rows, {-1, block_size});
  if (channels_first) return merge_axes(transpose(blocks, {0, 3, 5, 1, 2, 4}), 1, 3);
  return merge_axes(transpose(blocks, {0, 1, 3, 2, 4, 5}), 3, 5);
}

Tensor unfold(const Tensor& x, const Sizes& kernel_size, const PatchOptions& options) {
  return compute_now(unfold(immediate(x), kernel_size, options));
}
Tensor fold(const Tensor& x, const Sizes& output_size, const Sizes& kernel_size, const PatchOptions& options) {
  return compute_now(fold(immediate(x), output_size, kernel_size, options));
}
Tensor depth_to_space(const Tensor& x, std::int64_t block_size, const std::string& data_format) {
  return compute_now(depth_to_space(immediate(x), block_size, data_format));
}
Tensor space_to_depth(const Tensor& x, std::int64_t block_size, const std::string& data_format) {
  return compute_now(space_to_depth(immediate(x), block_size, data_format));
}

}  // namespace kerascpp::ops
