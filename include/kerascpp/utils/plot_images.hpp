#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {
class Model;
}

namespace kerascpp::utils {

struct PlotImagesOptions {
  std::string to_file = "images.png";    ///< .png or .svg
  std::int64_t columns = 0;              ///< images side by side; 0: about as many as there are rows
  std::vector<std::string> titles = {};  ///< one above each image, or none
  /// What is black and what is white. Unless given, 0 and 255 for uint8, else the least and the largest value of each
  /// image.
  std::optional<std::pair<double, double>> value_range = {};
  std::string title = {};
  std::string data_format = {};  ///< empty: image_data_format()
};

/// Draws images side by side. The file is written whole or not at all.
///
/// images  (N, H, W, C), or (N, C, H, W) with channels first; C is 1 (grey), 3 (RGB) or 4 (RGBA, alpha left out). What
///         is not finite is drawn in blue.
///
/// Throws ShapeError for other shapes, ValueError for another number of titles, for a range without width and for a
/// file that does not end in .svg or .png; IoError.
KCPP_API void plot_images(const Tensor& images, const PlotImagesOptions& options = {});

struct PlotFiltersOptions {
  std::string to_file = "filters.png";
  std::int64_t max_filters = 64;
  std::int64_t max_channels = 16;
};

/// Draws the filters of a convolution: filters of one or three channels as images, others as one row of channels for
/// each filter.
///
/// layer_name  of a layer whose first weight is a kernel (K_h, K_w, C, F) or (K, C, F)
///
/// Throws LookupError for an unknown layer, ValueError for one without such a kernel; as `plot_images`.
KCPP_API void plot_filters(const Model& model, const std::string& layer_name, const PlotFiltersOptions& options = {});

struct PlotActivationsOptions {
  std::string to_file = "activations.png";
  std::int64_t max_channels = 64;
};

/// Draws what a layer gives for a sample, one image for each channel.
///
/// x  a batch of samples, of which the first is drawn; outputs (B, H, W, C) become images, (B, T, C) one image with a
///    row for each channel, (B, U) one row
///
/// Throws LookupError for an unknown layer, ShapeError for outputs of other ranks; as `plot_images`.
KCPP_API void plot_activations(const Model& model, const std::string& layer_name, const Tensor& x,
                               const PlotActivationsOptions& options = {});

struct GradCamOptions {
  std::string layer_name = {};                   ///< empty: the last layer that gives (B, H, W, C)
  std::optional<std::int64_t> class_index = {};  ///< empty: the class with the largest output, for each sample
};

/// Which places of an image speak for a class: gradient-weighted class activation maps.
///
/// x        (B, H, W, C), what the model takes
/// returns  (B, H', W') float32 from 0 to 1, in the resolution of the layer's output; zeros where nothing speaks for it
///
/// The model has one input and one output (B, classes). A softmax at its end hides how sure it is: logits give better
/// maps. Throws LookupError for an unknown layer, ShapeError for outputs of other ranks, ValueError for a class that is
/// not there. Source: Selvaraju et al., arXiv 1610.02391.
[[nodiscard]] KCPP_API Tensor grad_cam(const Model& model, const Tensor& x, const GradCamOptions& options = {});

struct PlotGradCamOptions {
  std::string to_file = "grad_cam.png";
  double alpha = 0.4;  ///< how much of the colours is seen, 0 to 1
  std::vector<std::string> titles = {};
  std::string data_format = {};
};

/// Lays the maps of `grad_cam` over images, dark red where they are 1.
///
/// images    as for `plot_images`, equally many
/// heatmaps  (N, H', W'), 0 to 1
KCPP_API void plot_grad_cam(const Tensor& images, const Tensor& heatmaps, const PlotGradCamOptions& options = {});

}  // namespace kerascpp::utils
