// Random layers on images: what they may give, and that seeds repeat it. What is known of them is compared with Keras
// in conformance_test.cpp.

#include <kerascpp/layers/convolutional.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/image_augmentation.hpp>
#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/layers/spectrograms.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

// numpy: ((arange(48) ** 2) % 251).reshape(2, 3, 4, 2)
Tensor images() {
  std::vector<float> values;
  for (int i = 0; i < 48; ++i) values.push_back(static_cast<float>(i * i % 251));
  return Tensor(values).reshape({2, 3, 4, 2});
}

// in [0, 255], three channels
Tensor colors() {
  std::vector<float> values;
  for (int i = 0; i < 4 * 6 * 8 * 3; ++i) values.push_back(static_cast<float>(i * i % 251));
  return Tensor(values).reshape({4, 6, 8, 3});
}

Tensor trained(const Layer& layer, const Tensor& x) { return layer(x, {.training = 1}); }

double largest(const Tensor& x) { return ops::max(x).item<float>(); }
double least(const Tensor& x) { return ops::min(x).item<float>(); }

}  // namespace

TEST_CASE("Equalization gives what Keras gives", "[layers][image][keras]") {
  // keras.layers.Equalization()(x, training=True)
  const Tensor expected = Tensor{0,  0,   11,  11,  44,  44,  78,  78, 100, 89,  144, 155, 166, 177, 244, 244,
                                 22, 67,  111, 133, 188, 200, 255, 55, 122, 166, 211, 255, 67,  111, 177, 222,
                                 55, 100, 200, 233, 89,  144, 233, 22, 133, 188, 33,  122, 222, 33,  155, 211};
  CHECK(allclose(trained(Equalization(), images()).reshape({48}), expected));
  // keras.layers.Equalization(value_range=(0, 1), bins=16)(x / 251, training=True)
  const Tensor unit = Tensor{
      0,        0,        0,        0, 0,        0.141176, 0.211765, 0.239216, 0.262745, 0.286275, 0.47451,  0.619608,
      0.682353, 0.713726, 0.94902,  1, 0,        0.239216, 0.368627, 0.52549,  0.682353, 0.760784, 1,        0.141176,
      0.368627, 0.619608, 0.843137, 1, 0.105882, 0.427451, 0.682353, 0.858824, 0.105882, 0.427451, 0.737255, 1,
      0.211765, 0.52549,  0.94902,  0, 0.47451,  0.713726, 0,        0.427451, 0.843137, 0.141176, 0.52549,  0.858824};
  const Layer coarse = Equalization({.value_range = {0, 1}, .bins = 16});
  CHECK(allclose(trained(coarse, images() / 251.0F).reshape({48}), unit, 1e-5, 1e-5));
  CHECK(allclose(coarse(images()), images()));
}

TEST_CASE("images are mirrored or not, both directions together", "[layers][image]") {
  const Tensor x = images(), y = trained(RandomFlip({.seed = 1}), x);
  for (std::int64_t i = 0; i < 2; ++i) {
    const bool same = allclose(y[i], x[i]), mirrored = allclose(y[i], ops::flip(x[i], {0, 1}));
    CHECK(same != mirrored);
  }
}

TEST_CASE("equal seeds give equal images, and inference leaves them", "[layers][image]") {
  const std::vector<std::pair<const char*, Layer (*)(std::int64_t)>> makers = {
      {"RandomFlip", [](std::int64_t seed) { return RandomFlip({.seed = seed}); }},
      {"RandomTranslation", [](std::int64_t seed) { return RandomTranslation(0.4, 0.4, {.seed = seed}); }},
      {"RandomRotation", [](std::int64_t seed) { return RandomRotation(0.4, {.seed = seed}); }},
      {"RandomZoom", [](std::int64_t seed) { return RandomZoom(0.4, {.seed = seed}); }},
      {"RandomShear",
       [](std::int64_t seed) {
         return RandomShear({.x_factor = 0.4, .y_factor = {0.1, 0.4}, .seed = seed});
       }},
      {"RandomPerspective", [](std::int64_t seed) { return RandomPerspective({.scale = 0.4, .seed = seed}); }},
      {"RandomElasticTransform", [](std::int64_t seed) { return RandomElasticTransform({.seed = seed}); }},
      {"RandomGaussianBlur", [](std::int64_t seed) { return RandomGaussianBlur({.seed = seed}); }},
      {"RandomErasing", [](std::int64_t seed) { return RandomErasing({.seed = seed}); }},
      {"RandomBrightness", [](std::int64_t seed) { return RandomBrightness(0.4, {.seed = seed}); }},
      {"RandomContrast", [](std::int64_t seed) { return RandomContrast(0.4, {.seed = seed}); }},
      {"RandomHue", [](std::int64_t seed) { return RandomHue(0.4, {.seed = seed}); }},
      {"RandomSaturation",
       [](std::int64_t seed) {
         return RandomSaturation({0.3, 0.6}, {.seed = seed});
       }},
      {"RandomColorDegeneration", [](std::int64_t seed) { return RandomColorDegeneration(0.4, {.seed = seed}); }},
      {"RandomSharpness", [](std::int64_t seed) { return RandomSharpness(0.4, {.seed = seed}); }},
      {"RandomPosterization", [](std::int64_t seed) { return RandomPosterization(5, {.seed = seed}); }},
      {"RandomInvert",
       [](std::int64_t seed) {
         return RandomInvert({.factor = {0.5, 0.5}, .seed = seed});
       }},
      {"RandomColorJitter",
       [](std::int64_t seed) {
         return RandomColorJitter({.brightness_factor = 0.3, .hue_factor = 0.2, .seed = seed});
       }},
      {"Solarization",
       [](std::int64_t seed) {
         return Solarization({.threshold_factor = {0.2, 0.9}, .seed = seed});
       }},
      {"CutMix", [](std::int64_t seed) { return CutMix({.seed = seed}); }},
      {"MixUp", [](std::int64_t seed) { return MixUp({.alpha = 1, .seed = seed}); }},
      {"RandAugment", [](std::int64_t seed) { return RandAugment({.seed = seed}); }},
      {"AugMix", [](std::int64_t seed) { return AugMix({.seed = seed}); }},
  };
  const Tensor x = colors();
  for (const auto& [name, make] : makers) {
    INFO(name);
    const Tensor y = trained(make(3), x);
    CHECK(y.shape() == x.shape());
    CHECK(allclose(trained(make(3), x), y));
    CHECK(allclose(make(3)(x), x));
    // Keras holds the saturation within the range of colors, not within 1: a color may fall below 0
    if (std::string(name) != "RandomSaturation") CHECK(least(y) >= -1e-3);
    CHECK(largest(y) <= 255.001);
    bool changes = false;
    for (std::int64_t seed = 4; seed < 12 && !changes; ++seed) changes = !allclose(trained(make(seed), x), y);
    CHECK(changes);
  }
}

TEST_CASE("a random part is a part of the image", "[layers][image]") {
  const Tensor x = images(), y = trained(RandomCrop(2, 3, {.seed = 7}), x);
  REQUIRE(y.shape() == Shape{2, 2, 3, 2});
  bool found = false;
  for (std::int64_t top = 0; top < 2; ++top)
    for (std::int64_t left = 0; left < 2; ++left) {
      bool same = true;
      for (std::int64_t i = 0; i < 2; ++i)
        for (std::int64_t row = 0; row < 2; ++row)
          same = same && allclose(y[i][row], x[i][top + row].rows(left, left + 3));
      found = found || same;
    }
  CHECK(found);
  CHECK(RandomCrop(2, 3)(x).shape() == Shape{2, 2, 3, 2});
  CHECK(trained(RandomCrop(5, 3), x).shape() == Shape{2, 5, 3, 2});
}

TEST_CASE("one image is taken for a batch of one", "[layers][image]") {
  const Tensor x = colors();
  CHECK(allclose(trained(RandomBrightness({0.2, 0.2}), x[1]), trained(RandomBrightness({0.2, 0.2}), x)[1]));
  CHECK(Resizing(3, 5)(x[0]).shape() == Shape{3, 5, 3});
}

TEST_CASE("a model trains behind random layers, which draw anew in every step", "[layers][image][training]") {
  const Sequential model{Input({6, 8, 3}),
                         RandomFlip({.seed = 1}),
                         RandomTranslation(0.2, 0.2, {.seed = 2}),
                         RandomContrast(0.3, {.seed = 3}),
                         Conv2D(2, 3),
                         GlobalAveragePooling2D()};
  model.compile({.loss = "mse"});
  const auto history = model.fit(colors(), zeros({4, 2}), {.epochs = 2, .verbose = 0});
  CHECK(history["loss"].size() == 2);
}

TEST_CASE("options stand in the order of Keras, and come back from configs", "[layers][image]") {
  const std::vector<double> unit{0, 1};
  const std::string first = "channels_first", name = "it", dtype = "float64";
  const std::vector<Layer> made = {
      AutoContrast({.value_range = unit, .data_format = first, .name = name, .dtype = dtype, .trainable = false}),
      Equalization({.value_range = unit, .bins = 9, .data_format = first, .name = name, .dtype = dtype}),
      ContrastLimitedAdaptiveHistogramEqualization(
          {.value_range = unit, .clip_limit = 2, .tile_grid_size = {2, 3}, .data_format = first, .name = name}),
      RandomBrightness(0.2, {.value_range = unit, .seed = 3, .data_format = first, .name = name, .dtype = dtype}),
      RandomContrast(0.2, {.value_range = unit, .seed = 3, .data_format = first, .name = name, .dtype = dtype}),
      RandomHue(0.2, {.value_range = unit, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandomSaturation(0.2, {.value_range = unit, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandomColorDegeneration(0.2,
                              {.value_range = unit, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandomSharpness(0.2, {.value_range = unit, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandomPosterization(5, {.value_range = unit, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandomGrayscale({.factor = 0.2, .data_format = first, .name = name, .dtype = dtype}),
      RandomInvert({.factor = 0.2, .value_range = unit, .seed = 3, .data_format = first, .name = name}),
      RandomColorJitter({.value_range = unit,
                         .brightness_factor = 0.1,
                         .contrast_factor = 0.2,
                         .saturation_factor = {{0.3, 0.4}},
                         .hue_factor = 0.5,
                         .seed = 3,
                         .data_format = first,
                         .name = name}),
      RandomFlip({.mode = "vertical", .seed = 3, .data_format = first, .name = name, .dtype = dtype}),
      RandomCrop(2, 3, {.seed = 3, .data_format = first, .name = name, .dtype = dtype}),
      RandomTranslation(0.1, {0.2, 0.3},
                        {.fill_mode = "wrap",
                         .interpolation = "nearest",
                         .seed = 3,
                         .fill_value = 2,
                         .data_format = first,
                         .name = name}),
      RandomRotation({0.1, 0.2}, {.fill_mode = "wrap",
                                  .interpolation = "nearest",
                                  .seed = 3,
                                  .fill_value = 2,
                                  .data_format = first,
                                  .name = name}),
      RandomZoom(0.1, {.width_factor = {{0.2, 0.3}},
                       .fill_mode = "wrap",
                       .interpolation = "nearest",
                       .seed = 3,
                       .fill_value = 2,
                       .data_format = first,
                       .name = name}),
      RandomShear({.x_factor = 0.1,
                   .y_factor = {0.2, 0.3},
                   .interpolation = "nearest",
                   .fill_mode = "wrap",
                   .fill_value = 2,
                   .data_format = first,
                   .seed = 3,
                   .name = name}),
      RandomPerspective({.factor = 0.1,
                         .scale = 0.2,
                         .interpolation = "nearest",
                         .fill_value = 2,
                         .seed = 3,
                         .data_format = first,
                         .name = name}),
      RandomElasticTransform({.factor = 0.1,
                              .scale = 0.2,
                              .interpolation = "nearest",
                              .fill_mode = "wrap",
                              .fill_value = 2,
                              .value_range = unit,
                              .seed = 3,
                              .data_format = first,
                              .name = name}),
      RandomGaussianBlur({.factor = 0.1,
                          .kernel_size = {3, 5},
                          .sigma = 0.2,
                          .value_range = unit,
                          .data_format = first,
                          .seed = 3,
                          .name = name}),
      RandomErasing({.factor = 0.1,
                     .scale = 0.2,
                     .fill_value = {1, 2, 3},
                     .value_range = unit,
                     .seed = 3,
                     .data_format = first,
                     .name = name}),
      CutMix({.factor = 0.1, .seed = 3, .data_format = first, .name = name, .dtype = dtype}),
      MixUp({.alpha = 0.1, .data_format = first, .seed = 3, .name = name, .dtype = dtype}),
      RandAugment({.value_range = unit,
                   .num_ops = 3,
                   .factor = 0.1,
                   .interpolation = "nearest",
                   .seed = 3,
                   .data_format = first,
                   .name = name}),
      AugMix({.value_range = unit,
              .num_chains = 2,
              .chain_depth = 4,
              .factor = 0.1,
              .alpha = 2,
              .all_ops = false,
              .interpolation = "nearest",
              .seed = 3,
              .data_format = first,
              .name = name}),
      MaxNumBoundingBoxes(3, {.fill_value = -1, .data_format = first, .name = name}),
      Pipeline({Dense(3), Rescaling(2)}, {.name = name}),
  };
  for (const Layer& layer : made) {
    INFO(layer->class_name());
    CHECK(layer.name() == name);
    const auto again = std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", layer->serialize()));
    REQUIRE(again != nullptr);
    CHECK(again->get_config() == layer.get_config());
  }
}

TEST_CASE("random layers on images say what is wrong", "[layers][image][errors]") {
  CHECK_THROWS_WITH(RandomBrightness(1.5), ContainsSubstring("factor must be a number, or two, from -1 to 1"));
  CHECK_THROWS_WITH(RandomContrast({-0.5, 0.5}), ContainsSubstring("from 0 to 1, received (-0.5, 0.5)"));
  CHECK_THROWS_WITH(RandomBrightness(0.1, {.value_range = {1}}), ContainsSubstring("value_range must be two numbers"));
  CHECK_THROWS_WITH(RandomFlip({.mode = "diagonal"}), ContainsSubstring("mode must be one of"));
  CHECK_THROWS_WITH(RandomRotation(0.1, {.fill_mode = "mirror"}), ContainsSubstring("fill_mode must be one of"));
  CHECK_THROWS_WITH(RandomZoom(-1.0), ContainsSubstring("must be above -1"));
  CHECK_THROWS_WITH(RandomShear({.x_factor = -0.5}), ContainsSubstring("must be from 0 to 1"));
  CHECK_THROWS_WITH(RandomPerspective({.scale = 2}), ContainsSubstring("scale must be from 0 to 1"));
  CHECK_THROWS_WITH(RandomGaussianBlur({.kernel_size = 4}), ContainsSubstring("kernel_size must be odd"));
  CHECK_THROWS_WITH(RandomErasing({.fill_value = {1, 2}}), ContainsSubstring("one number or three"));
  CHECK_THROWS_WITH(RandomGrayscale({.factor = 2}), ContainsSubstring("factor must be from 0 to 1"));
  CHECK_THROWS_WITH(RandomCrop(0, 3), ContainsSubstring("height and width must be positive"));
  CHECK_THROWS_WITH(CenterCrop(0, 3), ContainsSubstring("height and width must be positive"));
  CHECK_THROWS_WITH(Resizing(0, 3), ContainsSubstring("height and width must be positive"));
  CHECK_THROWS_WITH(MixUp({.alpha = 0}), ContainsSubstring("alpha must be above 0"));
  CHECK_THROWS_WITH(Pipeline({}), ContainsSubstring("needs at least one layer"));
  CHECK_THROWS_WITH(RandomFlip()(zeros({3, 4})), ContainsSubstring("with 3 or 4 axes, received (3, 4)"));
  CHECK_THROWS_WITH(STFTSpectrogram({.mode = "power"}), ContainsSubstring("mode must be one of"));
  CHECK_THROWS_WITH(MelSpectrogram({.fft_length = 8, .sequence_length = 16}),
                    ContainsSubstring("sequence_length must not be above fft_length"));
  CHECK_THROWS_WITH(ConvLSTM2D(0, 3), ContainsSubstring("filters must be a positive integer"));
  CHECK_THROWS_WITH(ConvLSTM2D(2, 3)(Input({None, None, 4, 3})), ContainsSubstring("needs to know axis"));
}

}  // namespace kerascpp::test
