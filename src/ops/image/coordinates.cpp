#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/image/image_axes.hpp"
#include "ops/shape_support.hpp"

// Values between elements: map_coordinates, and the transforms that move the pixels of images.
namespace kerascpp::ops {
namespace {

struct Reading {
  std::string_view op;
  int order;
  std::string_view fill_mode;
  double fill_value;
  /// What the nearest element is halfway between two: the upper one, or the even one.
  bool half_up = false;

  void check() const {
    KCPP_CHECK(order == 0 || order == 1, ValueError, "[", op, "] expected order 0 or 1, received ", order);
    for (const char* mode : {"constant", "nearest", "wrap", "mirror", "reflect"})
      if (fill_mode == mode) return;
    throw ValueError(text_of("[", op,
                             "] expected fill_mode \"constant\", \"nearest\", \"wrap\", \"mirror\" or \"reflect\", "
                             "received \"",
                             fill_mode, "\""));
  }
};

int order_of(std::string_view op, const std::string& interpolation) {
  KCPP_CHECK(interpolation == "bilinear" || interpolation == "nearest", ValueError, "[", op,
             "] expected interpolation \"bilinear\" or \"nearest\", received \"", interpolation, "\"");
  return interpolation == "bilinear" ? 1 : 0;
}

// A triangular wave through the indices 0 .. length - 1: c b a b c d c b
Symbol mirrored(const Symbol& index, const Symbol& length) {
  const Symbol last = maximum(length - 1, 1);
  return minimum(abs(mod(index + last, 2 * last) - last), length - 1);
}

// One of the elements that a coordinate lies between, along one axis.
struct Neighbour {
  Symbol index;   // int32, in range
  Symbol weight;  // undefined for 1
  Symbol valid;   // undefined where all are
};

// `index` brought into [0, length).
Neighbour brought_in(const Symbol& index, const Symbol& weight, const Symbol& length, const Reading& reading) {
  const Symbol clipped = minimum(maximum(index, 0), length - 1);
  if (reading.fill_mode == "constant")
    return {clipped, weight, logical_and(greater_equal(index, 0), less(index, length))};
  if (reading.fill_mode == "nearest") return {clipped, weight, {}};
  if (reading.fill_mode == "wrap") return {mod(index, length), weight, {}};
  if (reading.fill_mode == "mirror") return {mirrored(index, length), weight, {}};
  // b a a b c d d c: the wave of twice as many places, of which each element holds two
  return {floor_divide(mirrored(2 * index + 1, 2 * length + 1) - 1, 2), weight, {}};
}

std::vector<Neighbour> neighbours(const Symbol& coordinate, const Symbol& length, const Reading& reading) {
  if (reading.order == 0) {
    const Symbol rounded = reading.half_up ? floor(coordinate + 0.5) : round(coordinate);
    return {brought_in(cast(rounded, DType::Int32), {}, length, reading)};
  }
  const Symbol lower = floor(coordinate), above = coordinate - lower, index = cast(lower, DType::Int32);
  return {brought_in(index, 1 - above, length, reading), brought_in(index + 1, above, length, reading)};
}

// The sum over all combinations of neighbours along the axes; `read` gives the elements at indices along all axes.
template <class Read>
Symbol interpolated(const std::vector<std::vector<Neighbour>>& axes, const Reading& reading, Read read) {
  Symbol total;
  const std::size_t choices = reading.order == 0 ? 1 : std::size_t{1} << axes.size();
  for (std::size_t choice = 0; choice < choices; ++choice) {
    std::vector<Symbol> indices;
    Symbol weight, valid;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      const Neighbour& neighbour = axes[axis][choice >> axis & 1];
      indices.push_back(neighbour.index);
      if (neighbour.weight.defined()) weight = weight.defined() ? weight * neighbour.weight : neighbour.weight;
      if (neighbour.valid.defined()) valid = valid.defined() ? logical_and(valid, neighbour.valid) : neighbour.valid;
    }
    const Symbol term = read(indices, weight, valid);
    total = total.defined() ? total + term : term;
  }
  return total;
}

// `values`, or fill_value where they are not valid, times the weight; both may lack the last axes of `values`.
Symbol weighted(const Symbol& values, Symbol weight, Symbol valid, const Reading& reading) {
  for (Symbol* each : {&weight, &valid})
    while (each->defined() && each->ndim() < values.ndim()) *each = expand_dims(*each, -1);
  const Symbol filled = valid.defined() ? where(valid, values, reading.fill_value) : values;
  return weight.defined() ? filled * weight : filled;
}

Symbol length_of(const Symbol& x, int axis) {
  const std::int64_t length = x.shape()[axis];
  return length != None ? Operand(length).symbol(DType::Int32) : cast(axis_size(x, axis), DType::Int32);
}

// Images (B, H, W, C) read at rows y and columns x, both (B, H', W') -> (B, H', W', C).
Symbol read_images(const Symbol& images, const Symbol& y, const Symbol& x, const Reading& reading) {
  const Symbol H = length_of(images, 1), W = length_of(images, 2);
  const Symbol pixels = merge_axes(images, 0, 2), item = iota_like(y, 0);
  return interpolated({neighbours(y, H, reading), neighbours(x, W, reading)}, reading,
                      [&](const std::vector<Symbol>& indices, const Symbol& weight, const Symbol& valid) {
                        const Symbol place = (item * H + indices[0]) * W + indices[1];
                        return weighted(take(pixels, place, 0), weight, valid, reading);
                      });
}

// Images as a batch of a dtype in which they can be weighted, moved by `move`, and put back as they were.
template <class Move>
Symbol moved(const Operand& images, const ImageAxes& axes, Move move) {
  const Symbol given = images.symbol();
  const DType dtype = given.dtype();
  const Symbol batch = to_batch(is_floating(dtype) ? given : cast(given, floatx()), axes);
  const Symbol result = from_batch(move(batch), axes);
  return is_floating(dtype) ? result : saturate_cast(round(result), dtype);
}

// transforms (B or 1, 8) -> rows and columns (B, H, W) of the images that each pixel is read at
Symbol projected(const Symbol& batch, const Symbol& transforms, const Reading& reading) {
  const auto number = [&](std::int64_t i) { return expand_dims(slice_axis(transforms, -1, Slice(i, i + 1)), -1); };
  const Symbol plane = squeeze(slice_axis(batch, 3, Slice(0, 1)), 3);  // (B, H, W), of which only the shape matters
  const DType dtype = transforms.dtype();
  const Symbol y = cast(iota_like(plane, 1), dtype), x = cast(iota_like(plane, 2), dtype);
  const Symbol k = number(6) * x + number(7) * y + 1;
  return read_images(batch, (number(3) * x + number(4) * y + number(5)) / k,
                     (number(0) * x + number(1) * y + number(2)) / k, reading);
}

// The eight numbers of the projection that takes each of four `end` points to its `start` point, both (B, 4, 2).
Symbol homography(const Symbol& start, const Symbol& end) {
  const auto column = [](const Symbol& points, std::int64_t i) { return slice_axis(points, -1, Slice(i, i + 1)); };
  const Symbol x = column(end, 0), y = column(end, 1), to_x = column(start, 0), to_y = column(start, 1);
  const Symbol one = ones_like(x), zero = zeros_like(x);
  const Symbol rows_x = concatenate({x, y, one, zero, zero, zero, negative(to_x * x), negative(to_x * y)}, -1);
  const Symbol rows_y = concatenate({zero, zero, zero, x, y, one, negative(to_y * x), negative(to_y * y)}, -1);
  return squeeze(solve(concatenate({rows_x, rows_y}, -2), concatenate({to_x, to_y}, -2)), -1);
}

DType floating_dtype(DType dtype) { return dtype == DType::Float64 ? dtype : DType::Float32; }

Symbol points_of(const Operand& points, std::string_view name) {
  const Shape shape = points.shape();
  KCPP_CHECK((shape.ndim() == 2 || shape.ndim() == 3) && may_equal(shape.dim(-2), 4) && may_equal(shape.dim(-1), 2),
             ShapeError, "[perspective_transform] expected ", name, " of shape (4, 2) or (B, 4, 2), received ", shape);
  const Symbol values = points.symbol(floating_dtype(points.dtype()));
  return shape.ndim() == 2 ? expand_dims(values, 0) : values;
}

}  // namespace

Symbol map_coordinates(const Operand& inputs, const Operand& coordinates, int order, std::string_view fill_mode,
                       double fill_value) {
  const SiteGuard guard(inputs.site());
  const Reading reading{"map_coordinates", order, fill_mode, fill_value};
  reading.check();
  const Symbol given = inputs.symbol();
  const int ndim = given.ndim();
  KCPP_CHECK(coordinates.shape().ndim() >= 2 && may_equal(coordinates.shape()[0], ndim) && ndim >= 1, ShapeError,
             "[map_coordinates] expected coordinates (", ndim, ", ...) for inputs of shape ", given.shape(),
             ", received shape ", coordinates.shape());
  const DType common = result_type(std::vector<Operand>{inputs, coordinates});
  const DType dtype = is_floating(common) ? common : floatx();
  const Symbol places = coordinates.symbol(dtype), flat = ravel(cast(given, dtype));
  std::vector<Symbol> lengths;
  std::vector<std::vector<Neighbour>> axes;
  for (int axis = 0; axis < ndim; ++axis) {
    lengths.push_back(length_of(given, axis));
    axes.push_back(neighbours(squeeze(slice_axis(places, 0, Slice(axis, axis + 1)), 0), lengths.back(), reading));
  }
  const Symbol result =
      interpolated(axes, reading, [&](const std::vector<Symbol>& indices, const Symbol& weight, const Symbol& valid) {
        Symbol place = indices[0];
        for (std::size_t axis = 1; axis < indices.size(); ++axis) place = place * lengths[axis] + indices[axis];
        return weighted(take(flat, place, 0), weight, valid, reading);
      });
  if (is_floating(given.dtype())) return cast(result, given.dtype());
  return saturate_cast(round(result), given.dtype());
}

Symbol affine_transform(const Operand& images, const Operand& transform, const AffineTransformOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("affine_transform", images.shape(), options.data_format);
  const Reading reading{"affine_transform", order_of("affine_transform", options.interpolation), options.fill_mode,
                        options.fill_value, true};
  reading.check();
  const Shape shape = transform.shape();
  KCPP_CHECK((shape.ndim() == 1 || shape.ndim() == 2) && may_equal(shape.back(), 8), ShapeError,
             "[affine_transform] expected a transform of shape (8,) or (B, 8), received ", shape);
  const Symbol values = transform.symbol(floating_dtype(transform.dtype()));
  const Symbol transforms = shape.ndim() == 1 ? expand_dims(values, 0) : values;
  return moved(images, axes,
               [&](const Symbol& batch) { return cast(projected(batch, transforms, reading), batch.dtype()); });
}

Symbol perspective_transform(const Operand& images, const Operand& start_points, const Operand& end_points,
                             const PerspectiveTransformOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("perspective_transform", images.shape(), options.data_format);
  const Reading reading{"perspective_transform", order_of("perspective_transform", options.interpolation), "constant",
                        options.fill_value, true};
  const Symbol start = points_of(start_points, "start_points"), end = points_of(end_points, "end_points");
  const DType dtype = result_type(std::vector<Operand>{start, end});
  return moved(images, axes, [&](const Symbol& batch) {
    return cast(projected(batch, homography(cast(start, dtype), cast(end, dtype)), reading), batch.dtype());
  });
}

Symbol elastic_transform(const Operand& images, const ElasticTransformOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("elastic_transform", images.shape(), options.data_format);
  const Reading reading{"elastic_transform", order_of("elastic_transform", options.interpolation), options.fill_mode,
                        options.fill_value};
  reading.check();
  KCPP_CHECK(options.sigma > 0, ValueError, "[elastic_transform] expected a positive sigma, received ", options.sigma);
  const std::int64_t kernel_size = static_cast<std::int64_t>(6 * options.sigma) | 1;
  return moved(images, axes, [&](const Symbol& batch) {
    // the two displacements are the channels of one image
    const Symbol plane = slice_axis(batch, 3, Slice(0, 1)), pair = concatenate({plane, plane}, 3);
    const Symbol noise = random::normal_like(pair, {.stddev = options.sigma, .seed = options.seed});
    const Symbol smooth = options.alpha * gaussian_blur(noise, {.kernel_size = kernel_size,
                                                                .sigma = {options.sigma, options.sigma},
                                                                .data_format = "channels_last"});
    const auto displacement = [&](std::int64_t i) { return squeeze(slice_axis(smooth, 3, Slice(i, i + 1)), 3); };
    const Symbol x = displacement(0), y = displacement(1);
    return read_images(batch, cast(iota_like(y, 1), y.dtype()) + y, cast(iota_like(x, 2), x.dtype()) + x, reading);
  });
}

Tensor map_coordinates(const Tensor& inputs, const Tensor& coordinates, int order, std::string_view fill_mode,
                       double fill_value) {
  return compute_now(map_coordinates(immediate(inputs), immediate(coordinates), order, fill_mode, fill_value));
}
Tensor affine_transform(const Tensor& images, const Tensor& transform, const AffineTransformOptions& options) {
  return compute_now(affine_transform(immediate(images), immediate(transform), options));
}
Tensor perspective_transform(const Tensor& images, const Tensor& start_points, const Tensor& end_points,
                             const PerspectiveTransformOptions& options) {
  return compute_now(perspective_transform(immediate(images), immediate(start_points), immediate(end_points), options));
}
Tensor elastic_transform(const Tensor& images, const ElasticTransformOptions& options) {
  return compute_now(elastic_transform(immediate(images), options));
}

}  // namespace kerascpp::ops
