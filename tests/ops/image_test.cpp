#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

constexpr double kTolerance = 1e-6;

Tensor random_images(const Shape& shape, DType dtype = DType::Float32) {
  return make_values({.shape = shape, .low = 0.05, .high = 0.95}, dtype, 3);
}

Tensor channels_first(const Tensor& x) { return ops::moveaxis(x, -1, x.ndim() - 3); }

std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual, expected, kTolerance);
}

}  // namespace

TEST_CASE("operations on images take channels first and single images", "[ops]") {
  const Tensor x = random_images({2, 5, 6, 3}), transform{1.1F, 0.1F, 0.3F, -0.2F, 0.9F, 0.2F, 0.0F, 0.0F};
  const Tensor corners{{0.0F, 0.0F}, {0.0F, 4.0F}, {5.0F, 0.0F}, {5.0F, 4.0F}}, moved = corners * Tensor(0.9F);
  const auto check = [&](const char* name, auto op) {
    INFO(name);
    const Tensor expected = op(x, std::string("channels_last"));
    CHECK(difference(op(channels_first(x), std::string("channels_first")), channels_first(expected)) == "");
    CHECK(difference(op(x[1], std::string("channels_last")), expected[1]) == "");
    CHECK(difference(op(channels_first(x)[1], std::string("channels_first")), channels_first(expected)[1]) == "");
  };
  for (const char* interpolation : {"bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"})
    check(interpolation, [&](const Tensor& images, const std::string& format) {
      return ops::resize(images, {3, 8}, {.interpolation = interpolation, .data_format = format});
    });
  check("crop_to_aspect_ratio", [](const Tensor& images, const std::string& format) {
    return ops::resize(images, {8, 3}, {.crop_to_aspect_ratio = true, .data_format = format});
  });
  check("pad_to_aspect_ratio", [](const Tensor& images, const std::string& format) {
    return ops::resize(images, {8, 3}, {.pad_to_aspect_ratio = true, .fill_value = 0.5, .data_format = format});
  });
  check("affine_transform", [&](const Tensor& images, const std::string& format) {
    return ops::affine_transform(images, transform, {.fill_mode = "wrap", .data_format = format});
  });
  check("perspective_transform", [&](const Tensor& images, const std::string& format) {
    return ops::perspective_transform(images, corners, moved, {.interpolation = "nearest", .data_format = format});
  });
  check("pad_images", [](const Tensor& images, const std::string& format) {
    return ops::pad_images(
        images, {.left_padding = 2, .bottom_padding = 1, .target_height = 9, .target_width = 9, .data_format = format});
  });
  check("crop_images", [](const Tensor& images, const std::string& format) {
    return ops::crop_images(
        images,
        {.bottom_cropping = 1, .right_cropping = 2, .target_height = 3, .target_width = 2, .data_format = format});
  });
  check("extract_patches", [](const Tensor& images, const std::string& format) {
    return ops::extract_patches(images, {2, 3}, {.strides = 1, .data_format = format});
  });
  check("rgb_to_grayscale",
        [](const Tensor& images, const std::string& format) { return ops::rgb_to_grayscale(images, format); });
  check("rgb_to_hsv", [](const Tensor& images, const std::string& format) { return ops::rgb_to_hsv(images, format); });
  check("hsv_to_rgb", [](const Tensor& images, const std::string& format) { return ops::hsv_to_rgb(images, format); });
  check("gaussian_blur", [](const Tensor& images, const std::string& format) {
    return ops::gaussian_blur(images, {.kernel_size = {5, 3}, .sigma = {0.7, 1.3}, .data_format = format});
  });
}

TEST_CASE("images of unknown size are resized as those of known size", "[ops]") {
  const Tensor x = random_images({2, 5, 6, 3});
  const Symbol unknown = placeholder({None, None, None, 3});
  for (const char* interpolation : {"bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"}) {
    INFO(interpolation);
    const ops::ResizeOptions options{.interpolation = interpolation, .antialias = true};
    const Symbol y = ops::resize(unknown, {3, 8}, options);
    CHECK(y.shape() == Shape{None, 3, 8, 3});
    const Tensor actual = Function({unknown}, y)({x});
    CHECK(first_difference(actual, ops::resize(x, {3, 8}, options), 1e-5) == "");
  }
}

TEST_CASE("resize rounds integers and leaves images of the right size as they are", "[ops]") {
  const Tensor x{{{0}, {10}}, {{20}, {255}}};
  const Tensor bytes = x.astype(DType::UInt8);
  CHECK(identical(ops::resize(bytes, 2), bytes));
  const Tensor y = ops::resize(bytes, {2, 3});
  // 10 / 2 = 5, 275 / 2 = 137.5, to the even number
  CHECK(identical(y, Tensor{{{0}, {5}, {10}}, {{20}, {138}, {255}}}.astype(DType::UInt8)));
  // an overshoot of the cubic is cut off
  CHECK(ops::max(ops::resize(bytes, {5, 5}, {.interpolation = "bicubic"})).item<int>() == 255);
}

TEST_CASE("coordinates outside are filled as SciPy draws it", "[ops]") {
  // the table of extensions of scipy.ndimage: a b c d = 1 2 3 4, from -5 to 8
  const Tensor x{1.0F, 2.0F, 3.0F, 4.0F};
  Tensor at = Tensor::empty({1, 14}, DType::Float32);
  for (std::int64_t i = 0; i < 14; ++i) at.data<float>()[i] = static_cast<float>(i - 5);
  const std::pair<const char*, Tensor> modes[] = {
      {"constant", Tensor{9.F, 9.F, 9.F, 9.F, 9.F, 1.F, 2.F, 3.F, 4.F, 9.F, 9.F, 9.F, 9.F, 9.F}},
      {"nearest", Tensor{1.F, 1.F, 1.F, 1.F, 1.F, 1.F, 2.F, 3.F, 4.F, 4.F, 4.F, 4.F, 4.F, 4.F}},
      {"wrap", Tensor{4.F, 1.F, 2.F, 3.F, 4.F, 1.F, 2.F, 3.F, 4.F, 1.F, 2.F, 3.F, 4.F, 1.F}},
      {"mirror", Tensor{2.F, 3.F, 4.F, 3.F, 2.F, 1.F, 2.F, 3.F, 4.F, 3.F, 2.F, 1.F, 2.F, 3.F}},
      {"reflect", Tensor{4.F, 4.F, 3.F, 2.F, 1.F, 1.F, 2.F, 3.F, 4.F, 4.F, 3.F, 2.F, 1.F, 1.F}}};
  for (const auto& [mode, expected] : modes)
    for (const int order : {0, 1}) {
      INFO(mode << ", order " << order);
      CHECK(difference(ops::map_coordinates(x, at, order, mode, 9), expected) == "");
    }
  // halfway between them, and one element, which is its own mirror image
  CHECK(difference(ops::map_coordinates(x, Tensor{{-0.5F, 3.5F}}, 1, "wrap"), Tensor{2.5F, 2.5F}) == "");
  CHECK(difference(ops::map_coordinates(Tensor{7.0F}, Tensor{{-2.0F, 0.0F, 3.0F}}, 1, "mirror"),
                   Tensor{7.0F, 7.0F, 7.0F}) == "");
  CHECK(identical(ops::map_coordinates(Tensor{1, 2, 4}, Tensor{{0.5F, 1.75F}}, 1), Tensor{2, 4}));
}

TEST_CASE("affine_transform moves, turns and stretches pixels", "[ops]") {
  Tensor x = zeros({1, 4, 5, 1});
  x.data<float>()[1 * 5 + 2] = 1;  // row 1, column 2
  const auto brightest = [](const Tensor& images) { return ops::argmax(images).item<int>(); };
  // output (x, y) reads input (x + 1, y - 2): the pixel moves to row 3, column 1
  CHECK(brightest(ops::affine_transform(x, Tensor{1.0F, 0.0F, 1.0F, 0.0F, 1.0F, -2.0F, 0.0F, 0.0F})) == 3 * 5 + 1);
  // rows and columns exchanged
  CHECK(brightest(ops::affine_transform(x, Tensor{0.0F, 1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F, 0.0F})) == 2 * 5 + 1);
  const Tensor identity{1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F};
  CHECK(identical(ops::affine_transform(x, identity), x));
  // points that stay where they are
  const Tensor corners{{0.0F, 0.0F}, {0.0F, 3.0F}, {4.0F, 0.0F}, {4.0F, 3.0F}};
  CHECK(first_difference(ops::perspective_transform(x, corners, corners), x, 1e-5) == "");
}

TEST_CASE("reconstruct_patches gives back what extract_patches took", "[ops]") {
  const Tensor x = random_images({2, 6, 8, 3}), odd = random_images({2, 5, 7, 3}),
               volume = random_images({2, 4, 6, 2, 3});
  CHECK(identical(ops::reconstruct_patches(ops::extract_patches(x, {3, 2}), {3, 2}), x));
  CHECK(identical(ops::reconstruct_patches(ops::extract_patches(odd, {3, 2}, {.padding = "same"}), {3, 2},
                                           {.output_size = {5, 7}, .padding = "same"}),
                  odd));
  const Tensor first = channels_first(x);
  CHECK(identical(ops::reconstruct_patches(ops::extract_patches(first, {3, 2}, {.data_format = "channels_first"}),
                                           {3, 2}, {.data_format = "channels_first"}),
                  first));
  CHECK(identical(ops::reconstruct_patches(ops::extract_patches_3d(volume, {2, 3, 1}), {2, 3, 1}), volume));
  CHECK(identical(ops::extract_patches(volume, {2, 3, 1}), ops::extract_patches_3d(volume, {2, 3, 1})));
  // blocks that lie side by side, and the same ones by slices
  CHECK(identical(ops::extract_patches(x, {3, 2}),
                  ops::extract_patches(x, {3, 2}, {.strides = {3, 2}, .dilation_rate = 1})));
}

TEST_CASE("elastic_transform moves pixels smoothly, in the same way for the same seed", "[ops]") {
  const Tensor x = random_images({2, 8, 9, 3});
  const ops::ElasticTransformOptions options{.alpha = 5, .sigma = 1, .seed = 7};
  const Tensor y = ops::elastic_transform(x, options);
  CHECK(y.shape() == x.shape());
  CHECK(identical(ops::elastic_transform(x, options), y));
  CHECK_FALSE(identical(ops::elastic_transform(x, {.alpha = 5, .sigma = 1, .seed = 8}), y));
  CHECK_FALSE(identical(y, x));
  CHECK(difference(ops::elastic_transform(x, {.alpha = 0, .seed = 7}), x) == "");
  CHECK(difference(ops::elastic_transform(channels_first(x),
                                          {.alpha = 5, .sigma = 1, .seed = 7, .data_format = "channels_first"}),
                   channels_first(y)) == "");
  const Tensor flat = ops::ones_like(x);
  CHECK(difference(ops::elastic_transform(flat, options), flat) == "");
}

TEST_CASE("colors survive the way to hue and back", "[ops]") {
  const Tensor x = random_images({2, 5, 6, 3});
  CHECK(difference(ops::hsv_to_rgb(ops::rgb_to_hsv(x)), x) == "");
  // colorsys.rgb_to_hsv
  CHECK(difference(ops::rgb_to_hsv(Tensor{{{0.2F, 0.4F, 0.4F}}}), Tensor{{{0.5F, 0.5F, 0.4F}}}) == "");
  CHECK(difference(ops::rgb_to_hsv(Tensor{{{0.0F, 0.0F, 0.0F}}}), Tensor{{{0.0F, 0.0F, 0.0F}}}) == "");
  // cut off, as Keras casts: 0.2989 * 255 = 76.2
  CHECK(identical(ops::rgb_to_grayscale(Tensor{{{255, 0, 0}}}), Tensor{{{76}}}));
  CHECK(identical(ops::rgb_to_grayscale(Tensor{{{7}}}), Tensor{{{7}}}));
}

TEST_CASE("ssim of equal images is 1, and a scalar for one pair", "[ops]") {
  const Tensor x = random_images({2, 13, 12, 3});
  CHECK(difference(ops::ssim(x, x), Tensor{1.0F, 1.0F}) == "");
  const Tensor noisy = ops::clip(x + random_images({2, 13, 12, 3}) * Tensor(0.1F), 0, 1);
  const Tensor similarity = ops::ssim(x, noisy);
  CHECK(ops::ssim(x[0], noisy[0]).shape() == Shape{});
  CHECK(difference(ops::ssim(x[0], noisy[0]), similarity[0]) == "");
  CHECK(difference(ops::ssim(channels_first(x), channels_first(noisy), 1, {.data_format = "channels_first"}),
                   similarity) == "");
}

TEST_CASE("the names of keras.ops.image are those of ops", "[ops]") {
  const Tensor x = random_images({5, 6, 3});
  CHECK(identical(ops::image::resize(x, 3), ops::resize(x, 3)));
  CHECK(identical(ops::image::sobel_edges(x), ops::sobel_edges(x)));
}

}  // namespace kerascpp::test
