#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/data_format.hpp"
#include "ops/shape_support.hpp"

// Blocks of images and volumes as channels, and back: any number of spatial axes, (B, D..., C).
namespace kerascpp::ops {
namespace {

using Lengths = std::vector<std::int64_t>;

/// How blocks lie along the spatial axes.
struct Blocks {
  std::string_view op;
  Lengths size, strides, dilation;
  bool same, channels_first;

  Blocks(std::string_view op_name, int rank, const Sizes& block, const Sizes& stride, const Sizes& dilation_rate,
         const std::string& padding, const std::string& data_format)
      : op(op_name),
        size(block.expand(rank, op_name, "size")),
        strides(stride.empty() ? size : stride.expand(rank, op_name, "strides")),
        dilation(dilation_rate.expand(rank, op_name, "dilation_rate")),
        same(padding == "same"),
        channels_first(data_format_or_default(op_name, data_format) == "channels_first") {
    KCPP_CHECK(same || padding == "valid", ValueError, "[", op, "] expected padding \"valid\" or \"same\", received \"",
               padding, "\"");
  }

  [[nodiscard]] int rank() const { return static_cast<int>(size.size()); }
  /// From the first element of a block to its last, and one more.
  [[nodiscard]] std::int64_t extent(std::size_t i) const { return dilation[i] * (size[i] - 1) + 1; }
  /// What "same" adds to `length` elements of axis i, the smaller half in front.
  [[nodiscard]] PadWidth::Pair padding(std::size_t i, std::int64_t length) const {
    if (!same) return {0, 0};
    const std::int64_t count = (length + strides[i] - 1) / strides[i];
    const std::int64_t total = std::max<std::int64_t>((count - 1) * strides[i] + extent(i) - length, 0);
    return {total / 2, total - total / 2};
  }
  [[nodiscard]] bool side_by_side() const {
    return strides == size && std::all_of(dilation.begin(), dilation.end(), [](auto d) { return d == 1; });
  }
};

// (D..., C) as a batch of one with channels last, and back.
Symbol to_last(const Symbol& x, const Blocks& blocks) {
  const Symbol batch = x.ndim() == blocks.rank() + 1 ? expand_dims(x, 0) : x;
  return blocks.channels_first ? moveaxis(batch, 1, -1) : batch;
}
Symbol from_last(const Symbol& x, const Blocks& blocks, bool batched) {
  const Symbol result = blocks.channels_first ? moveaxis(x, -1, 1) : x;
  return batched ? result : squeeze(result, 0);
}

void check_rank(const Shape& shape, const Blocks& blocks) {
  KCPP_CHECK(shape.ndim() == blocks.rank() + 1 || shape.ndim() == blocks.rank() + 2, ShapeError, "[", blocks.op,
             "] expected ", blocks.rank(),
             " spatial axes, one of channels, and perhaps one of the batch, received shape ", shape);
}

// Blocks side by side: (B, H' K_h, W' K_w, C) -> (B, H', W', K_h K_w C) by moving axes.
Symbol split_blocks(Symbol x, const Blocks& blocks) {
  const int rank = blocks.rank();
  std::vector<std::int64_t> order{0};
  for (int i = rank; i >= 1; --i) x = split_axis(x, i, {-1, blocks.size[static_cast<std::size_t>(i - 1)]});
  for (int i = 0; i < rank; ++i) order.push_back(1 + 2 * i);
  for (int i = 0; i < rank; ++i) order.push_back(2 + 2 * i);
  order.push_back(2 * rank + 1);
  return merge_axes(transpose(x, order), rank + 1, 2 * rank + 1);
}

// The way back.
Symbol join_blocks(const Symbol& x, const Blocks& blocks, std::int64_t channels) {
  const int rank = blocks.rank();
  Shape parts;
  for (const std::int64_t length : blocks.size) parts.push_back(length);
  parts.push_back(channels);
  std::vector<std::int64_t> order{0};
  for (int i = 0; i < rank; ++i) {
    order.push_back(1 + i);
    order.push_back(1 + rank + i);
  }
  order.push_back(2 * rank + 1);
  Symbol y = transpose(split_axis(x, rank + 1, parts), order);
  for (int i = 1; i <= rank; ++i) y = merge_axes(y, i, i + 1);
  return y;
}

// Any other blocks: one strided slice for each place in a block.
Symbol stack_slices(const Symbol& x, const Blocks& blocks, const Lengths& counts) {
  const int rank = blocks.rank();
  std::int64_t places = 1;
  for (const std::int64_t length : blocks.size) places *= length;
  std::vector<Symbol> slices;
  for (std::int64_t place = 0; place < places; ++place) {
    Symbol slice = x;
    std::int64_t rest = place;
    for (int i = rank - 1; i >= 0; --i) {
      const auto axis = static_cast<std::size_t>(i);
      const std::int64_t first = rest % blocks.size[axis] * blocks.dilation[axis];
      rest /= blocks.size[axis];
      slice = slice_axis(slice, i + 1,
                         Slice(first, first + (counts[axis] - 1) * blocks.strides[axis] + 1, blocks.strides[axis]));
    }
    slices.push_back(slice);
  }
  return merge_axes(stack(SymbolList(slices), rank + 1), rank + 1, rank + 2);
}

Symbol extracted(const Operand& images, const Blocks& blocks) {
  const SiteGuard guard(images.site());
  check_rank(images.shape(), blocks);
  const bool batched = images.shape().ndim() == blocks.rank() + 2;
  Symbol x = to_last(images.symbol(), blocks);
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(x.ndim()));
  Lengths counts;
  for (std::size_t i = 0; i < blocks.size.size(); ++i) {
    const std::int64_t length = x.dim(static_cast<std::int64_t>(i) + 1);
    KCPP_CHECK(length != None, ShapeError, "[", blocks.op, "] expected known spatial lengths, received shape ",
               images.shape());
    widths[i + 1] = blocks.padding(i, length);
    const std::int64_t room = length + widths[i + 1].first + widths[i + 1].second - blocks.extent(i);
    KCPP_CHECK(room >= 0, ShapeError, "[", blocks.op, "] a block of ", Shape(blocks.size), " with dilation ",
               Shape(blocks.dilation), " does not fit images of shape ", images.shape());
    counts.push_back(room / blocks.strides[i] + 1);
  }
  if (blocks.same) x = pad(x, widths);
  if (!blocks.side_by_side()) return from_last(stack_slices(x, blocks, counts), blocks, batched);
  for (std::size_t i = 0; i < counts.size(); ++i)
    x = slice_axis(x, static_cast<std::int64_t>(i) + 1, Slice(0, counts[i] * blocks.size[i]));
  return from_last(split_blocks(x, blocks), blocks, batched);
}

int rank_of(const Sizes& size, int otherwise) {
  return size.is_list() && !size.empty() ? static_cast<int>(size.values().size()) : otherwise;
}

}  // namespace

Symbol extract_patches(const Operand& images, const Sizes& size, const ExtractPatchesOptions& options) {
  if (rank_of(size, 2) == 3) return extract_patches_3d(images, size, options);
  return extracted(images, Blocks("extract_patches", 2, size, options.strides, options.dilation_rate, options.padding,
                                  options.data_format));
}

Symbol extract_patches_3d(const Operand& volumes, const Sizes& size, const ExtractPatchesOptions& options) {
  return extracted(volumes, Blocks("extract_patches_3d", 3, size, options.strides, options.dilation_rate,
                                   options.padding, options.data_format));
}

Symbol reconstruct_patches(const Operand& patches, const Sizes& size, const ReconstructPatchesOptions& options) {
  const SiteGuard guard(patches.site());
  const int rank = rank_of(size, options.output_size.is_list() ? rank_of(options.output_size, 2) : 2);
  const Blocks blocks("reconstruct_patches", rank, size, options.strides, 1, options.padding, options.data_format);
  KCPP_CHECK(blocks.side_by_side(), ValueError,
             "[reconstruct_patches] expected blocks side by side, that is strides equal to the size ",
             Shape(blocks.size), ", received strides ", Shape(blocks.strides));
  check_rank(patches.shape(), blocks);
  KCPP_CHECK(!blocks.same || !options.output_size.empty(), ValueError,
             "[reconstruct_patches] with padding \"same\" output_size is needed, to take off what was padded");
  const Symbol x = to_last(patches.symbol(), blocks);
  std::int64_t places = 1;
  for (const std::int64_t length : blocks.size) places *= length;
  const std::int64_t depth = x.dim(-1);
  KCPP_CHECK(depth != None && depth % places == 0, ShapeError, "[reconstruct_patches] expected ", places,
             " times as many channels as the images have, received shape ", patches.shape());
  Symbol images = join_blocks(x, blocks, depth / places);
  if (!options.output_size.empty()) {
    const Lengths target = options.output_size.expand(rank, "reconstruct_patches", "output_size");
    for (std::size_t i = 0; i < target.size(); ++i) {
      const std::int64_t axis = static_cast<std::int64_t>(i) + 1;
      const auto [front, back] = blocks.padding(i, target[i]);
      KCPP_CHECK(may_equal(images.dim(axis), target[i] + front + back), ShapeError,
                 "[reconstruct_patches] blocks of shape ", patches.shape(), " do not make images of size ",
                 Shape(target));
      images = slice_axis(images, axis, Slice(front, front + target[i]));
    }
  }
  return from_last(images, blocks, patches.shape().ndim() == rank + 2);
}

Tensor extract_patches(const Tensor& images, const Sizes& size, const ExtractPatchesOptions& options) {
  return compute_now(extract_patches(immediate(images), size, options));
}
Tensor extract_patches_3d(const Tensor& volumes, const Sizes& size, const ExtractPatchesOptions& options) {
  return compute_now(extract_patches_3d(immediate(volumes), size, options));
}
Tensor reconstruct_patches(const Tensor& patches, const Sizes& size, const ReconstructPatchesOptions& options) {
  return compute_now(reconstruct_patches(immediate(patches), size, options));
}

}  // namespace kerascpp::ops
