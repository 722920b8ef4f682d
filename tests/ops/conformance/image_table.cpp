#include <kerascpp/ops/image.hpp>

#include "support/op_fixtures.hpp"

/// Operations on images, called as in keras.ops.image.
namespace kerascpp::test {
namespace {

std::optional<std::int64_t> margin(const FixtureArguments& a, std::size_t position, std::string_view name) {
  return a.has(position, name) ? std::optional(a.integer(position, name, 0)) : std::nullopt;
}

std::string format_of(const FixtureArguments& a) { return a.text(99, "data_format", "channels_last"); }

ops::ResizeOptions resize_options(const FixtureArguments& a) {
  return {.interpolation = a.text(2, "interpolation", "bilinear"),
          .antialias = a.flag(3, "antialias", false),
          .crop_to_aspect_ratio = a.flag(4, "crop_to_aspect_ratio", false),
          .pad_to_aspect_ratio = a.flag(5, "pad_to_aspect_ratio", false),
          .fill_value = a.number(7, "fill_value", 0),
          .data_format = format_of(a)};
}

ops::ExtractPatchesOptions patch_options(const FixtureArguments& a) {
  return {.strides = a.sizes(2, "strides"),
          .dilation_rate = a.sizes(3, "dilation_rate", 1),
          .padding = a.text(4, "padding", "valid"),
          .data_format = format_of(a)};
}

ops::GaussianBlurOptions blur_options(const FixtureArguments& a) {
  const std::vector<double> sigma = a.value(2, "sigma").to_vector<double>();
  return {.kernel_size = a.sizes(1, "kernel_size", 3), .sigma = {sigma[0], sigma[1]}, .data_format = format_of(a)};
}

template <class T>
FixtureOps<T> geometric_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto images = [](const Arguments& a) { return a.tensor(0, "images"); };
  return {
      {"resize",
       [=](const Arguments& a) { return Results{ops::resize(images(a), a.sizes(1, "size"), resize_options(a))}; }},
      {"map_coordinates",
       [](const Arguments& a) {
         return Results{ops::map_coordinates(a.tensor(0, "inputs"), a.tensor(1, "coordinates"),
                                             static_cast<int>(a.integer(2, "order", 0)),
                                             a.text(3, "fill_mode", "constant"), a.number(4, "fill_value", 0))};
       }},
      {"affine_transform",
       [=](const Arguments& a) {
         return Results{ops::affine_transform(images(a), a.tensor(1, "transform"),
                                              {.interpolation = a.text(2, "interpolation", "bilinear"),
                                               .fill_mode = a.text(3, "fill_mode", "constant"),
                                               .fill_value = a.number(4, "fill_value", 0),
                                               .data_format = format_of(a)})};
       }},
      {"perspective_transform",
       [=](const Arguments& a) {
         return Results{ops::perspective_transform(images(a), a.tensor(1, "start_points"), a.tensor(2, "end_points"),
                                                   {.data_format = format_of(a)})};
       }},
      {"scale_and_translate",
       [=](const Arguments& a) {
         return Results{ops::scale_and_translate(images(a), Shape(a.integers(1, "output_shape")), a.tensor(2, "scale"),
                                                 a.tensor(3, "translation"), a.axes(4, "spatial_dims"),
                                                 a.text(5, "method", ""), a.flag(6, "antialias", true))};
       }},
      {"pad_images",
       [=](const Arguments& a) {
         return Results{ops::pad_images(images(a), {.top_padding = margin(a, 1, "top_padding"),
                                                    .left_padding = margin(a, 2, "left_padding"),
                                                    .bottom_padding = margin(a, 3, "bottom_padding"),
                                                    .right_padding = margin(a, 4, "right_padding"),
                                                    .target_height = margin(a, 5, "target_height"),
                                                    .target_width = margin(a, 6, "target_width"),
                                                    .data_format = format_of(a)})};
       }},
      {"crop_images",
       [=](const Arguments& a) {
         return Results{ops::crop_images(images(a), {.top_cropping = margin(a, 1, "top_cropping"),
                                                     .left_cropping = margin(a, 2, "left_cropping"),
                                                     .bottom_cropping = margin(a, 3, "bottom_cropping"),
                                                     .right_cropping = margin(a, 4, "right_cropping"),
                                                     .target_height = margin(a, 5, "target_height"),
                                                     .target_width = margin(a, 6, "target_width"),
                                                     .data_format = format_of(a)})};
       }},
  };
}

template <class T>
FixtureOps<T> filter_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto images = [](const Arguments& a) { return a.tensor(0, "images"); };
  return {
      {"extract_patches",
       [=](const Arguments& a) {
         return Results{ops::extract_patches(images(a), a.sizes(1, "size"), patch_options(a))};
       }},
      {"extract_patches_3d",
       [](const Arguments& a) {
         return Results{ops::extract_patches_3d(a.tensor(0, "volumes"), a.sizes(1, "size"), patch_options(a))};
       }},
      {"rgb_to_grayscale", [=](const Arguments& a) { return Results{ops::rgb_to_grayscale(images(a), format_of(a))}; }},
      {"rgb_to_hsv", [=](const Arguments& a) { return Results{ops::rgb_to_hsv(images(a), format_of(a))}; }},
      {"hsv_to_rgb", [=](const Arguments& a) { return Results{ops::hsv_to_rgb(images(a), format_of(a))}; }},
      {"gaussian_blur", [=](const Arguments& a) { return Results{ops::gaussian_blur(images(a), blur_options(a))}; }},
      {"sobel_edges", [=](const Arguments& a) { return Results{ops::sobel_edges(images(a), format_of(a))}; }},
      {"ssim",
       [](const Arguments& a) {
         return Results{ops::ssim(a.tensor(0, "image1"), a.tensor(1, "image2"), a.number(2, "max_val", 1),
                                  {.data_format = format_of(a)})};
       }},
  };
}

template <class T>
FixtureOps<T> table_of() {
  FixtureOps<T> table = geometric_ops<T>();
  table.merge(filter_ops<T>());
  return table;
}

}  // namespace

FixtureTable image_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
