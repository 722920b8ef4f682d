#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/image.hpp>

#include "support/op_families.hpp"

// Values against Keras are in tests/ops/conformance, options that it has no case of in image_test.cpp.
namespace kerascpp::test {
namespace {

using Symbols = std::vector<Symbol>;

const Shape kImages{2, 5, 6, 3};

// A row of the primitive that the operation comes down to.
OpCase row(const char* primitive, const std::string& label, decltype(OpCase::build) build,
           std::vector<OpInput> inputs = {{.shape = kImages, .low = 0.1, .high = 0.9}}) {
  return {.op = primitive,
          .build = std::move(build),
          .inputs = std::move(inputs),
          .dtypes = {DType::Float32, DType::Float64},
          .second_gradient = false,
          .accumulation_length = 40,
          .label = label};
}

OpCase of_known_size(OpCase item) {
  item.unknown_dimensions = false;
  return item;
}

Symbol x_of(const Shape& shape, DType dtype = DType::Float32) { return placeholder(shape, dtype); }

void add_resizing(std::vector<OpCase>& rows) {
  for (const char* interpolation : {"bilinear", "bicubic", "lanczos3", "lanczos5"})
    for (const bool antialias : {false, true}) {
      // weights of unknown lengths are computed in float32
      rows.push_back(
          of_known_size(row("matmul", std::string("resize, ") + interpolation, unary([=](const Symbol& x) {
                              return ops::resize(x, {3, 8}, {.interpolation = interpolation, .antialias = antialias});
                            }))));
    }
  rows.push_back(row("take", "resize, nearest", unary([](const Symbol& x) {
                       return ops::resize(x, {3, 8}, {.interpolation = "nearest"});
                     })));
  rows.push_back(of_known_size(
      row("matmul", "scale_and_translate",
          [](const Symbols& x) {
            return Symbols{ops::scale_and_translate(x[0], {2, 7, 4, 3}, x[1], x[2], {1, 2}, "cubic")};
          },
          {{.shape = kImages}, {.shape = {2}, .low = 1.1, .high = 1.3}, {.shape = {2}, .low = 0.1, .high = 0.3}})));
  rows.back().errors = {
      {[] {
         (void)ops::resize(x_of({5, 6}), 3);
       },
       "[resize] expected images (B, H, W, C) or one image (H, W, C), received shape (5, 6)"},
      {[] {
         (void)ops::resize(x_of({5, 6, 3}), 3, {.interpolation = "area"});
       },
       "[resize] expected interpolation \"bilinear\", \"nearest\", \"bicubic\", \"lanczos3\" or \"lanczos5\", received "
       "\"area\""},
      {[] {
         (void)ops::resize(x_of({5, 6, 3}), 3, {.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true});
       },
       "[resize] images are either cropped or padded to the aspect ratio"},
      {[] {
         (void)ops::resize(x_of({None, 6, 3}), 3, {.crop_to_aspect_ratio = true});
       },
       "[resize] expected images of known height and width, received shape (None, 6, 3)"},
      {[] {
         (void)ops::resize(x_of({5, 6, 3}), 3, {.fill_mode = "nearest"});
       },
       "[resize] expected fill_mode \"constant\", received \"nearest\""},
      {[] {
         (void)ops::scale_and_translate(x_of({5, 6, 3}), {5, 6, 3}, x_of({2}), x_of({2}), {0, 1}, "nearest");
       },
       "[scale_and_translate] expected the method \"linear\", \"cubic\", \"lanczos3\" or \"lanczos5\""},
      {[] {
         (void)ops::scale_and_translate(x_of({5, 6, 3}), {5, 6, 3}, x_of({3}), x_of({2}), {0, 1}, "linear");
       },
       "[scale_and_translate] expected scale and translation of shape (2,)"}};
}

void add_coordinates(std::vector<OpCase>& rows) {
  for (const char* mode : {"constant", "nearest", "wrap", "mirror", "reflect"})
    rows.push_back(row("take", std::string("map_coordinates, ") + mode, binary([=](const Symbol& x, const Symbol& at) {
                         return ops::map_coordinates(x, at, 1, mode, 0.3);
                       }),
                       {{.shape = {4, 5}},
                        {.shape = {2, 3, 7},
                         .low = -6.4,
                         .high = 9.6,
                         .kinks = {-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}));
  OpInput transform{.shape = {2, 8},
                    .values = Tensor{{0.9, 0.1, 0.33, -0.2, 1.1, 0.21, 0.01, -0.01},
                                     {1.12, 0.03, -0.47, 0.11, 0.83, 0.4, 0.0, 0.02}}};
  rows.push_back(
      row("take", "affine_transform of few pixels",
          binary([](const Symbol& x, const Symbol& t) { return ops::affine_transform(x, t); }),
          {{.shape = {1, 2, 2, 3}}, {.shape = {8}, .values = Tensor{0.5, 0.02, 0.25, 0.03, 0.5, 0.22, 0.01, -0.01}}}));
  // the derivative jumps where a coordinate crosses a pixel
  transform.gradient = false;
  rows.push_back(row("take", "affine_transform", binary([](const Symbol& x, const Symbol& t) {
                       return ops::affine_transform(x, t, {.fill_mode = "reflect"});
                     }),
                     {{.shape = kImages}, transform}));
  rows.push_back(row("take", "affine_transform of one image", unary([](const Symbol& x) {
                       return ops::affine_transform(x, Tensor{1.1, 0.1, 0.3, -0.2, 0.9, 0.2, 0.0, 0.0},
                                                    {.fill_value = 0.4, .data_format = "channels_first"});
                     }),
                     {{.shape = {3, 5, 6}}}));
  const Tensor corners{{0.0, 0.0}, {0.0, 4.0}, {5.0, 0.0}, {5.0, 4.0}};
  rows.push_back(row("solve", "perspective_transform", binary([=](const Symbol& x, const Symbol& end) {
                       return ops::perspective_transform(x, corners, end, {.fill_value = 0.2});
                     }),
                     {{.shape = kImages},
                      {.shape = {4, 2}, .values = Tensor{{0.51, 0.33}, {0.21, 3.52}, {4.63, 0.42}, {4.81, 3.24}}}}));
  rows.back().errors = {
      {[] {
         (void)ops::map_coordinates(x_of({4, 5}), x_of({3, 7}), 1);
       },
       "[map_coordinates] expected coordinates (2, ...) for inputs of shape (4, 5), received shape (3, 7)"},
      {[] {
         (void)ops::map_coordinates(x_of({4, 5}), x_of({2, 7}), 3);
       },
       "[map_coordinates] expected order 0 or 1, received 3"},
      {[] {
         (void)ops::map_coordinates(x_of({4, 5}), x_of({2, 7}), 1, "edge");
       },
       "[map_coordinates] expected fill_mode \"constant\", \"nearest\", \"wrap\", \"mirror\" or \"reflect\", received "
       "\"edge\""},
      {[] {
         (void)ops::affine_transform(x_of({5, 6, 3}), x_of({6}));
       },
       "[affine_transform] expected a transform of shape (8,) or (B, 8), received (6,)"},
      {[] {
         (void)ops::affine_transform(x_of({5, 6, 3}), x_of({8}), {.interpolation = "bicubic"});
       },
       "[affine_transform] expected interpolation \"bilinear\" or \"nearest\", received \"bicubic\""},
      {[] {
         (void)ops::perspective_transform(x_of({5, 6, 3}), x_of({4, 2}), x_of({3, 2}));
       },
       "[perspective_transform] expected end_points of shape (4, 2) or (B, 4, 2), received (3, 2)"}};
}

void add_frames_and_colors(std::vector<OpCase>& rows) {
  rows.push_back(row("pad", "pad_images", unary([](const Symbol& x) {
                       return ops::pad_images(
                           x, {.top_padding = 1, .left_padding = 2, .bottom_padding = 3, .right_padding = 0});
                     })));
  rows.back().errors = {
      {[] {
         (void)ops::pad_images(x_of({5, 6, 3}), {.top_padding = 1, .left_padding = 2, .right_padding = 0});
       },
       "[pad_images] expected two of top_padding, bottom_padding and target_height, received 1"},
      {[] {
         (void)ops::pad_images(x_of({5, 6, 3}),
                               {.top_padding = 1, .left_padding = 2, .right_padding = 0, .target_height = 5});
       },
       "[pad_images] bottom_padding would be -1; it must be at least 0"}};
  rows.push_back(row("slice", "crop_images", unary([](const Symbol& x) {
                       return ops::crop_images(
                           x, {.top_cropping = 1, .left_cropping = 2, .bottom_cropping = 1, .target_width = 3});
                     })));
  rows.back().errors = {{[] {
                           (void)ops::crop_images(
                               x_of({5, 6, 3}),
                               {.top_cropping = 3, .left_cropping = 2, .right_cropping = 0, .target_height = 4});
                         },
                         "[crop_images] bottom_cropping would be -2; it must be at least 0"}};
  // the number of channels must be known
  rows.push_back(
      of_known_size(row("add", "rgb_to_grayscale", unary([](const Symbol& x) { return ops::rgb_to_grayscale(x); }))));
  OpInput distinct{.shape = {2, 3, 4, 3}, .low = 0.1, .high = 0.9, .distinct = true};
  rows.push_back(
      row("concatenate", "rgb_to_hsv", unary([](const Symbol& x) {
            // each channel is the largest in some row
            return ops::rgb_to_hsv(0.2 * x + Tensor{{{0.1F, 0.7F, 0.4F}}, {{0.7F, 0.4F, 0.1F}}, {{0.4F, 0.1F, 0.7F}}});
          }),
          {distinct}));
  rows.back().errors = {{[] {
                           (void)ops::rgb_to_hsv(x_of({5, 6, 4}));
                         },
                         "[rgb_to_hsv] expected images with 3 channels, received shape (5, 6, 4)"},
                        {[] {
                           (void)ops::hsv_to_rgb(x_of({5, 6, 3}, DType::UInt8));
                         },
                         "[hsv_to_rgb] expected images of a floating dtype, received uint8; cast them to float32"},
                        {[] {
                           (void)ops::rgb_to_grayscale(x_of({5, 6, 2}));
                         },
                         "[rgb_to_grayscale] expected images with 1 or 3 channels, received shape (5, 6, 2)"}};
  distinct.kinks = {1.0 / 6, 2.0 / 6, 3.0 / 6, 4.0 / 6, 5.0 / 6};
  rows.push_back(
      row("concatenate", "hsv_to_rgb", unary([](const Symbol& x) { return ops::hsv_to_rgb(x); }), {distinct}));
}

void add_filters(std::vector<OpCase>& rows) {
  rows.push_back(of_known_size(row("conv", "gaussian_blur", unary([](const Symbol& x) {
                                     return ops::gaussian_blur(x, {.kernel_size = {3, 5}, .sigma = {0.8, 1.2}});
                                   }))));
  rows.push_back(row("concatenate", "sobel_edges", unary([](const Symbol& x) { return ops::sobel_edges(x); })));
  rows.push_back(of_known_size(row(
      "conv", "ssim", binary([](const Symbol& a, const Symbol& b) { return ops::ssim(a, b, 1, {.filter_size = 3}); }),
      {{.shape = kImages, .low = 0.1, .high = 0.9}, {.shape = kImages, .low = 0.1, .high = 0.9}})));
  rows.back().errors = {{[] {
                           (void)ops::ssim(x_of({5, 6, 3}), x_of({5, 6, 3}));
                         },
                         "[ssim] a filter of 11 pixels does not fit images of shape (5, 6, 3)"},
                        {[] {
                           (void)ops::gaussian_blur(x_of({5, 6, 3}), {.sigma = {0.0, 1.0}});
                         },
                         "[gaussian_blur] expected positive sigma, received 0 and 1"}};
  const auto patches = [&](const char* label, const Sizes& size, const ops::ExtractPatchesOptions& options,
                           const char* primitive) {
    rows.push_back(of_known_size(row(primitive, std::string("extract_patches, ") + label,
                                     unary([=](const Symbol& x) { return ops::extract_patches(x, size, options); }))));
  };
  patches("side by side", {2, 3}, {}, "transpose");
  patches("overlapping", {3, 2}, {.strides = {2, 1}, .padding = "same"}, "concatenate");
  rows.push_back(
      of_known_size(row("transpose", "reconstruct_patches", unary([](const Symbol& x) {
                          return ops::reconstruct_patches(x, {2, 3}, {.output_size = {9, 17}, .padding = "same"});
                        }),
                        {{.shape = {2, 5, 6, 12}}})));
  rows.back().errors = {
      {[] {
         (void)ops::extract_patches(x_of({5, 6, 3}), {6, 2});
       },
       "[extract_patches] a block of (6, 2) with dilation (1, 1) does not fit images of shape (5, 6, 3)"},
      {[] {
         (void)ops::reconstruct_patches(x_of({2, 5, 6, 12}), 2, {.strides = 1});
       },
       "[reconstruct_patches] expected blocks side by side"},
      {[] {
         (void)ops::reconstruct_patches(x_of({2, 5, 6, 12}), 2, {.padding = "same"});
       },
       "output_size is needed"},
      {[] {
         (void)ops::reconstruct_patches(x_of({2, 5, 6, 12}), 2, {.output_size = {9, 12}});
       },
       "do not make images of size (9, 12)"},
      {[] {
         (void)ops::reconstruct_patches(x_of({2, 5, 6, 11}), 2);
       },
       "[reconstruct_patches] expected 4 times as many channels"}};
}

}  // namespace

std::vector<OpCase> image_cases() {
  std::vector<OpCase> rows;
  add_resizing(rows);
  add_coordinates(rows);
  add_frames_and_colors(rows);
  add_filters(rows);
  return rows;
}

}  // namespace kerascpp::test
