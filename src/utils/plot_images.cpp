#include <kerascpp/utils/plot_images.hpp>

#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "core/drawing/palette.hpp"
#include "core/drawing/picture_file.hpp"
#include "utils/image_grid.hpp"

namespace kerascpp::utils {
namespace {

using Range = std::optional<std::pair<double, double>>;
constexpr unsigned char kNoNumber[] = {40, 60, 220};

/// (N, H, W, C).
Tensor channels_last(const Tensor& images, const std::string& data_format, const char* owner) {
  KCPP_CHECK(images.defined() && images.ndim() == 4 && images.size() > 0, ShapeError, "[", owner,
             "] expected images of shape (N, H, W, C), received ",
             images.defined() ? to_string(images.shape()) : "an undefined tensor");
  const std::string format = data_format.empty() ? image_data_format() : data_format;
  KCPP_CHECK(format == "channels_last" || format == "channels_first", ValueError, "[", owner,
             "] data_format must be \"channels_last\" or \"channels_first\", received \"", format, "\"");
  const Tensor last = format == "channels_first" ? ops::transpose(images, {0, 2, 3, 1}) : images;
  const std::int64_t channels = last.dim(3);
  KCPP_CHECK(channels == 1 || channels == 3 || channels == 4, ShapeError, "[", owner,
             "] expected 1, 3 or 4 channels, received images of shape ", images.shape());
  return last;
}

/// An image (H, W, C) in 8 bits.
GridImage grid_image(const Tensor& image, const Range& given) {
  const std::int64_t channels = image.dim(2), shown = channels == 4 ? 3 : channels;
  const std::vector<double> values = image.to_vector<double>();
  double low = 0, high = 255;
  if (given) {
    std::tie(low, high) = *given;
  } else if (image.dtype() != DType::UInt8) {
    low = INFINITY;
    high = -INFINITY;
    for (std::int64_t i = 0; i < image.size(); ++i) {
      const double value = values[static_cast<std::size_t>(i)];
      if (i % channels >= shown || !std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!(high > low)) high = low + 1;  // one colour: black
  }
  GridImage result{image.dim(0), image.dim(1)};
  for (std::int64_t pixel = 0; pixel < image.dim(0) * image.dim(1); ++pixel)
    for (std::int64_t c = 0; c < 3; ++c) {
      const double value = values[static_cast<std::size_t>(pixel * channels + (shown == 1 ? 0 : c))];
      result.pixels.push_back(std::isfinite(value) ? static_cast<unsigned char>(std::lround(
                                                         255 * std::clamp((value - low) / (high - low), 0.0, 1.0)))
                                                   : kNoNumber[c]);
    }
  return result;
}

std::vector<GridImage> grid_images(const Tensor& images, const Range& range) {
  std::vector<GridImage> result;
  for (std::int64_t i = 0; i < images.dim(0); ++i) result.push_back(grid_image(images[i], range));
  return result;
}

void check_titles(const std::vector<std::string>& titles, std::int64_t count, const char* owner) {
  KCPP_CHECK(titles.empty() || static_cast<std::int64_t>(titles.size()) == count, ValueError, "[", owner, "] expected ",
             count, " titles, received ", titles.size());
}

/// The last layer whose output has places and channels.
Layer last_spatial_layer(const Model& model) {
  const std::vector<Layer> layers = model.layers();
  for (std::size_t i = layers.size(); i-- > 0;)
    if (layers[i].output().size() == 1 && layers[i].output()[0].ndim() == 4) return layers[i];
  throw ShapeError(text_of("[grad_cam] no layer of model \"", model.name(), "\" gives (B, H, W, C)"));
}

Tensor classes_of(const Model& model, const Tensor& x, const std::optional<std::int64_t>& index, std::int64_t classes) {
  if (!index) return ops::argmax(Tensor(model.predict(x, {.verbose = 0})), -1).astype(DType::Int32);
  KCPP_CHECK(*index >= 0 && *index < classes, ValueError, "[grad_cam] class ", *index, " is not there: the model has ",
             classes);
  return full({x.dim(0)}, static_cast<double>(*index), DType::Int32);
}

}  // namespace

void plot_images(const Tensor& images, const PlotImagesOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_images");
  const Tensor given = channels_last(images, options.data_format, "plot_images");
  check_titles(options.titles, given.dim(0), "plot_images");
  KCPP_CHECK(!options.value_range || options.value_range->first < options.value_range->second, ValueError,
             "[plot_images] expected a value_range {low, high}, received {", options.value_range->first, ", ",
             options.value_range->second, "}");
  KCPP_CHECK(options.columns >= 0, ValueError, "[plot_images] columns must not be negative, received ",
             options.columns);
  drawing::write_picture(
      image_grid(grid_images(given, options.value_range), options.columns, options.titles, options.title),
      options.to_file, "plot_images");
}

void plot_filters(const Model& model, const std::string& layer_name, const PlotFiltersOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_filters");
  KCPP_CHECK(options.max_filters >= 1 && options.max_channels >= 1, ValueError,
             "[plot_filters] max_filters and max_channels must be at least 1, received ", options.max_filters, " and ",
             options.max_channels);
  const Layer layer = model.get_layer(layer_name);
  const std::vector<Tensor> weights = layer.get_weights();
  KCPP_CHECK(!weights.empty() && (weights[0].ndim() == 4 || weights[0].ndim() == 3), ValueError,
             "[plot_filters] layer \"", layer_name, "\" (", layer->class_name(), ") has no kernel of filters");
  Tensor kernel = weights[0].astype(DType::Float32);
  if (kernel.ndim() == 3) kernel = kernel.reshape({1, kernel.dim(0), kernel.dim(1), kernel.dim(2)});
  const std::int64_t channels = kernel.dim(2), filters = std::min(kernel.dim(3), options.max_filters);
  const Tensor images = ops::transpose(kernel, {3, 0, 1, 2});  // (F, K_h, K_w, C)
  const std::string title = layer_name + ": " + std::to_string(filters) + " of " + std::to_string(kernel.dim(3)) +
                            " filters " + std::to_string(kernel.dim(0)) + " x " + std::to_string(kernel.dim(1));
  std::vector<GridImage> grid;
  if (channels == 1 || channels == 3) {
    grid = grid_images(images.rows(0, filters), {});
    return drawing::write_picture(image_grid(grid, 0, {}, title), options.to_file, "plot_filters");
  }
  const std::int64_t shown = std::min(channels, options.max_channels);
  const Tensor by_channel = ops::transpose(kernel, {3, 2, 0, 1});  // (F, C, K_h, K_w)
  for (std::int64_t f = 0; f < filters; ++f)
    for (std::int64_t c = 0; c < shown; ++c)
      grid.push_back(grid_image(by_channel[f][c].reshape({kernel.dim(0), kernel.dim(1), 1}), {}));
  drawing::write_picture(image_grid(grid, shown, {}, title), options.to_file, "plot_filters");
}

void plot_activations(const Model& model, const std::string& layer_name, const Tensor& x,
                      const PlotActivationsOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_activations");
  KCPP_CHECK(options.max_channels >= 1, ValueError, "[plot_activations] max_channels must be at least 1, received ",
             options.max_channels);
  KCPP_CHECK(x.defined() && x.ndim() > 0 && x.dim(0) > 0, ShapeError, "[plot_activations] received no sample");
  const Model inner(model.inputs(), model.get_layer(layer_name).output());
  const Tensor output = Tensor(inner.predict(x.rows(0, 1), {.verbose = 0}))[0].astype(DType::Float32);
  std::vector<GridImage> grid;
  if (output.ndim() == 3) {
    const bool first = image_data_format() == "channels_first";
    const Tensor channels = first ? output : ops::transpose(output, {2, 0, 1});
    for (std::int64_t c = 0; c < std::min(channels.dim(0), options.max_channels); ++c)
      grid.push_back(grid_image(channels[c].reshape({channels.dim(1), channels.dim(2), 1}), {}));
  } else if (output.ndim() == 2) {
    const Tensor rows = ops::transpose(output);
    grid.push_back(grid_image(rows.reshape({rows.dim(0), rows.dim(1), 1}), {}));
  } else {
    KCPP_CHECK(output.ndim() == 1, ShapeError, "[plot_activations] layer \"", layer_name, "\" gives ", output.shape(),
               " for a sample, expected up to three axes");
    grid.push_back(grid_image(output.reshape({1, output.size(), 1}), {}));
  }
  drawing::write_picture(image_grid(grid, 0, {}, layer_name), options.to_file, "plot_activations");
}

Tensor grad_cam(const Model& model, const Tensor& x, const GradCamOptions& options) {
  KCPP_CHECK(model.inputs().size() == 1 && model.outputs().size() == 1 && model.outputs()[0].ndim() == 2, ShapeError,
             "[grad_cam] model \"", model.name(), "\" must have one input and one output of shape (B, classes)");
  const Layer layer = options.layer_name.empty() ? last_spatial_layer(model) : model.get_layer(options.layer_name);
  const Symbol features = layer.output()[0], scores = model.outputs()[0];
  KCPP_CHECK(features.ndim() == 4, ShapeError, "[grad_cam] layer \"", layer.name(), "\" gives ", features.shape(),
             ", expected (B, H, W, C)");
  const std::int64_t classes = scores.shape().back();
  const Symbol score =
      ops::sum(scores * ops::one_hot(constant(classes_of(model, x, options.class_index, classes)), classes));
  const Symbol gradient = gradients(score, features)[0];
  const bool first = image_data_format() == "channels_first";
  const Axes places = first ? Axes{2, 3} : Axes{1, 2};
  const Symbol map = ops::relu(ops::sum(ops::mean(gradient, places, true) * features, first ? 1 : 3));
  const Function function(model.inputs(), map, {.givens = {{learning_phase(), false}}});
  Tensor maps = Tensor(function(TensorList{x.astype(model.inputs()[0].dtype())})).astype(DType::Float32).copy();
  const std::int64_t pixels = maps.size() / maps.dim(0);
  for (std::int64_t i = 0; i < maps.dim(0); ++i) {
    float* const values = maps.data<float>() + i * pixels;
    const float largest = *std::max_element(values, values + pixels);
    for (std::int64_t p = 0; largest > 0 && p < pixels; ++p) values[p] /= largest;
  }
  return maps;
}

void plot_grad_cam(const Tensor& images, const Tensor& heatmaps, const PlotGradCamOptions& options) {
  (void)drawing::picture_format(options.to_file, "plot_grad_cam");
  const Tensor given = channels_last(images, options.data_format, "plot_grad_cam");
  KCPP_CHECK(heatmaps.defined() && heatmaps.ndim() == 3 && heatmaps.dim(0) == given.dim(0), ShapeError,
             "[plot_grad_cam] expected ", given.dim(0), " heatmaps of shape (N, H, W), received ",
             heatmaps.defined() ? to_string(heatmaps.shape()) : "an undefined tensor");
  KCPP_CHECK(options.alpha >= 0 && options.alpha <= 1, ValueError,
             "[plot_grad_cam] alpha must lie between 0 and 1, received ", options.alpha);
  check_titles(options.titles, given.dim(0), "plot_grad_cam");
  std::vector<GridImage> grid = grid_images(given, {});
  const Tensor maps =
      ops::resize(heatmaps.astype(DType::Float32).reshape({heatmaps.dim(0), heatmaps.dim(1), heatmaps.dim(2), 1}),
                  {given.dim(1), given.dim(2)}, {.data_format = "channels_last"});
  const std::int64_t pixels = given.dim(1) * given.dim(2);
  for (std::size_t i = 0; i < grid.size(); ++i)
    for (std::int64_t p = 0; p < pixels; ++p) {
      const double share = std::clamp(maps.item<double>(static_cast<std::int64_t>(i) * pixels + p), 0.0, 1.0);
      const drawing::Color heat = drawing::heat_color(share);
      unsigned char* const pixel = grid[i].pixels.data() + p * 3;
      const auto mixed = [&](unsigned char old, std::uint8_t now) {
        return static_cast<unsigned char>(std::lround(old + options.alpha * (now - old)));
      };
      pixel[0] = mixed(pixel[0], heat.red);
      pixel[1] = mixed(pixel[1], heat.green);
      pixel[2] = mixed(pixel[2], heat.blue);
    }
  drawing::write_picture(image_grid(grid, 0, options.titles, ""), options.to_file, "plot_grad_cam");
}

}  // namespace kerascpp::utils
