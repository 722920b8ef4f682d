#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

namespace {

std::pair<double, double> pair_of_numbers(A& a, std::string_view name, const std::pair<double, double>& fallback) {
  const Config* given = a.find(name);
  if (given == nullptr) return fallback;
  if (given->is_number()) return {given->as_double(), given->as_double()};
  KCPP_CHECK(given->is_list() && given->size() == 2, FormatError, "expected a number or two as ", name, ", received ",
             *given);
  return {given->as_list()[0].as_double(), given->as_list()[1].as_double()};
}

}  // namespace

const std::vector<KerasOperation>& image_operations() {
  static const std::vector<KerasOperation> table = {
      {"RGBToGrayscale",
       {"images"},
       [](A& a) { return S{ops::rgb_to_grayscale(a.operand("images"), a.text("data_format"))}; },
       "image"},
      {"RGBToHSV",
       {"images"},
       [](A& a) { return S{ops::rgb_to_hsv(a.operand("images"), a.text("data_format"))}; },
       "image"},
      {"HSVToRGB",
       {"images"},
       [](A& a) { return S{ops::hsv_to_rgb(a.operand("images"), a.text("data_format"))}; },
       "image"},
      {"Resize",
       {"images"},
       [](A& a) {
         return S{ops::resize(a.operand("images"), a.sizes("size"),
                              {.interpolation = a.text("interpolation", "bilinear"),
                               .antialias = a.flag("antialias"),
                               .crop_to_aspect_ratio = a.flag("crop_to_aspect_ratio"),
                               .pad_to_aspect_ratio = a.flag("pad_to_aspect_ratio"),
                               .fill_mode = a.text("fill_mode", "constant"),
                               .fill_value = a.number("fill_value", 0),
                               .data_format = a.text("data_format")})};
       },
       "image"},
      {"AffineTransform",
       {"images", "transform"},
       [](A& a) {
         return S{ops::affine_transform(a.operand("images"), a.operand("transform"),
                                        {.interpolation = a.text("interpolation", "bilinear"),
                                         .fill_mode = a.text("fill_mode", "constant"),
                                         .fill_value = a.number("fill_value", 0),
                                         .data_format = a.text("data_format")})};
       },
       "image"},
      {"PerspectiveTransform",
       {"images", "start_points", "end_points"},
       [](A& a) {
         return S{ops::perspective_transform(a.operand("images"), a.operand("start_points"), a.operand("end_points"),
                                             {.interpolation = a.text("interpolation", "bilinear"),
                                              .fill_value = a.number("fill_value", 0),
                                              .data_format = a.text("data_format")})};
       },
       "image"},
      {"ScaleAndTranslate",
       {"images", "output_shape", "scale", "translation"},
       [](A& a) {
         return S{ops::scale_and_translate(a.operand("images"), a.shape("output_shape"), a.operand("scale"),
                                           a.operand("translation"), a.axes("spatial_dims"), a.text("method"),
                                           a.flag("antialias", true))};
       },
       "image"},
      {"MapCoordinates",
       {"inputs", "coordinates"},
       [](A& a) {
         return S{ops::map_coordinates(a.operand("inputs"), a.operand("coordinates"),
                                       static_cast<int>(a.integer("order")), a.text("fill_mode", "constant"),
                                       a.number("fill_value", 0))};
       },
       "image"},
      {"ExtractPatches",
       {"images"},
       [](A& a) {
         return S{ops::extract_patches(a.operand("images"), a.sizes("size"),
                                       {.strides = a.sizes("strides"),
                                        .dilation_rate = a.sizes("dilation_rate", 1),
                                        .padding = a.text("padding", "valid"),
                                        .data_format = a.text("data_format")})};
       },
       "image"},
      {"PadImages",
       {"images"},
       [](A& a) {
         return S{ops::pad_images(a.operand("images"), {.top_padding = a.optional_integer("top_padding"),
                                                        .left_padding = a.optional_integer("left_padding"),
                                                        .bottom_padding = a.optional_integer("bottom_padding"),
                                                        .right_padding = a.optional_integer("right_padding"),
                                                        .target_height = a.optional_integer("target_height"),
                                                        .target_width = a.optional_integer("target_width"),
                                                        .data_format = a.text("data_format")})};
       },
       "image"},
      {"CropImages",
       {"images"},
       [](A& a) {
         return S{ops::crop_images(a.operand("images"), {.top_cropping = a.optional_integer("top_cropping"),
                                                         .left_cropping = a.optional_integer("left_cropping"),
                                                         .bottom_cropping = a.optional_integer("bottom_cropping"),
                                                         .right_cropping = a.optional_integer("right_cropping"),
                                                         .target_height = a.optional_integer("target_height"),
                                                         .target_width = a.optional_integer("target_width"),
                                                         .data_format = a.text("data_format")})};
       },
       "image"},
      {"GaussianBlur",
       {"images"},
       [](A& a) {
         return S{ops::gaussian_blur(a.operand("images"), {.kernel_size = a.sizes("kernel_size", 3),
                                                           .sigma = pair_of_numbers(a, "sigma", {1, 1}),
                                                           .data_format = a.text("data_format")})};
       },
       "image"},
      {"SobelEdges",
       {"images"},
       [](A& a) { return S{ops::sobel_edges(a.operand("images"), a.text("data_format"))}; },
       "image"},
      {"SSIM",
       {"image1", "image2"},
       [](A& a) {
         return S{ops::ssim(a.operand("image1"), a.operand("image2"), a.number("max_val", 1),
                            {.filter_size = a.integer("filter_size", 11),
                             .filter_sigma = a.number("filter_sigma", 1.5),
                             .k1 = a.number("k1", 0.01),
                             .k2 = a.number("k2", 0.03),
                             .data_format = a.text("data_format")})};
       },
       "image"},
  };
  return table;
}

}  // namespace kerascpp
