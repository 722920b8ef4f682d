#include <kerascpp/applications/efficientnet.hpp>

#include <algorithm>
#include <vector>

#include "applications/efficientnet_blocks.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

/// Blocks in a row: the first has the stride. Fused ones have a 3 x 3 convolution in place of a pointwise and a
/// depthwise one, and no squeeze-and-excite.
struct Stage {
  int repeats;
  std::int64_t filters_in, filters_out, expansion, stride;
  bool fused;
};

struct Variant {
  const char* class_name;
  const char* file;
  double width, depth;
  std::int64_t size;
  const char* hash;
  const char* hash_no_top;
  bool normalizes;  // the B series: by the mean and deviation of ImageNet
  std::vector<Stage> stages;
};

constexpr double kSqueezeRatio = 0.25, kDropConnectRate = 0.2, kDropoutRate = 0.2, kMomentum = 0.9;
constexpr bool kFused = true, kDepthwise = false;

const std::vector<Stage>& stages_of_b() {
  static const std::vector<Stage> stages{{1, 32, 16, 1, 1, kFused},      {2, 16, 32, 4, 2, kFused},
                                         {2, 32, 48, 4, 2, kFused},      {3, 48, 96, 4, 2, kDepthwise},
                                         {5, 96, 112, 6, 1, kDepthwise}, {8, 112, 192, 6, 2, kDepthwise}};
  return stages;
}

/// The nearest multiple of 8, at least 8.
std::int64_t round_filters(std::int64_t filters, double width) {
  const double scaled = static_cast<double>(filters) * width;
  return std::max<std::int64_t>(8, static_cast<std::int64_t>(scaled + 4) / 8 * 8);
}

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = channel_axis(), .momentum = kMomentum, .name = name})(x);
}

Symbol swish(const Symbol& x, const std::string& name) { return Activation("swish", {.name = name})(x); }

Symbol convolve(const Symbol& x, std::int64_t filters, std::int64_t kernel_size, std::int64_t stride,
                const std::string& name) {
  return Conv2D(filters, kernel_size,
                {.strides = stride,
                 .padding = "same",
                 .use_bias = false,
                 .kernel_initializer = convolution_initializer(),
                 .name = name})(x);
}

Symbol depthwise_block(const Symbol& input, const Stage& stage, const std::string& name) {
  Symbol x = input;
  if (stage.expansion != 1) {
    x = convolve(x, stage.filters_in * stage.expansion, 1, 1, name + "expand_conv");
    x = swish(normalized(x, name + "expand_bn"), name + "expand_activation");
  }
  x = DepthwiseConv2D(3, {.strides = stage.stride,
                          .padding = "same",
                          .use_bias = false,
                          .depthwise_initializer = convolution_initializer(),
                          .name = name + "dwconv2"})(x);
  x = swish(normalized(x, name + "bn"), name + "activation");
  const auto squeezed = static_cast<std::int64_t>(static_cast<double>(stage.filters_in) * kSqueezeRatio);
  x = excite_channels(x, std::max<std::int64_t>(1, squeezed), name);
  return normalized(convolve(x, stage.filters_out, 1, 1, name + "project_conv"), name + "project_bn");
}

Symbol fused_block(const Symbol& input, const Stage& stage, const std::string& name) {
  if (stage.expansion == 1) {
    const Symbol x = convolve(input, stage.filters_out, 3, stage.stride, name + "project_conv");
    return swish(normalized(x, name + "project_bn"), name + "project_activation");
  }
  Symbol x = convolve(input, stage.filters_in * stage.expansion, 3, stage.stride, name + "expand_conv");
  x = swish(normalized(x, name + "expand_bn"), name + "expand_activation");
  return normalized(convolve(x, stage.filters_out, 1, 1, name + "project_conv"), name + "project_bn");
}

Symbol apply_block(const Symbol& input, const Stage& stage, double drop_rate, const std::string& name) {
  const Symbol x = stage.fused ? fused_block(input, stage, name) : depthwise_block(input, stage, name);
  return stage.stride == 1 && stage.filters_in == stage.filters_out ? drop_and_add(x, input, drop_rate, name) : x;
}

Symbol preprocessed(const Symbol& x, bool normalizes) {
  if (!normalizes || channels_of(x) != 3) return Rescaling(1.0 / 128.0, {.offset = -1.0})(x);
  return Normalization({.axis = channel_axis(),
                        .mean = {0.485, 0.456, 0.406},
                        .variance = {0.229 * 0.229, 0.224 * 0.224, 0.225 * 0.225}})(Rescaling(1.0 / 255)(x));
}

Model build_efficientnet_v2(const Variant& variant, const EfficientNetV2B0Options& options) {
  ImageModel model(variant.class_name, options, {.preferred_size = variant.size, .name = variant.file});
  const auto filters = [&](std::int64_t usual) { return round_filters(usual, variant.width); };

  Symbol x = model.input();
  if (options.include_preprocessing) x = preprocessed(x, variant.normalizes);
  x = convolve(x, filters(variant.stages.front().filters_in), 3, 2, "stem_conv");
  x = swish(normalized(x, "stem_bn"), "stem_activation");

  // the rates grow as if no depth coefficient made more blocks, as they do in Keras
  double blocks = 0, block = 0;
  for (const Stage& stage : variant.stages) blocks += stage.repeats;
  for (std::size_t i = 0; i < variant.stages.size(); ++i) {
    Stage stage = variant.stages[i];
    stage.filters_in = filters(stage.filters_in);
    stage.filters_out = filters(stage.filters_out);
    for (int repeat = 0; repeat < round_repeats(variant.stages[i].repeats, variant.depth); ++repeat) {
      x = apply_block(x, stage, kDropConnectRate * block++ / blocks, block_name(i, repeat));
      stage.stride = 1;
      stage.filters_in = stage.filters_out;
    }
  }
  x = swish(normalized(convolve(x, filters(1280), 1, 1, "top_conv"), "top_bn"), "top_activation");
  x = efficientnet_head(
      model, x, kDropoutRate,
      {.kernel_initializer = classifier_initializer(), .bias_initializer = initializers::Constant(0)});
  const std::string url =
      text_of("https://storage.googleapis.com/tensorflow/keras-applications/efficientnet_v2/", variant.file);
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model EfficientNetV2B0(const EfficientNetV2B0Options& options) {
  return build_efficientnet_v2(
      {"EfficientNetV2B0", "efficientnetv2-b0", 1.0, 1.0, 224, "21ecbf6da12460d5c40bb2f29ceb2188",
       "893217f2bb855e2983157299931e43ff", true, stages_of_b()},
      options);
}
Model EfficientNetV2B1(const EfficientNetV2B1Options& options) {
  return build_efficientnet_v2(
      {"EfficientNetV2B1", "efficientnetv2-b1", 1.0, 1.1, 240, "069f0534ff22adf035c89e2d9547a9dc",
       "0e80663031ca32d657f9caa404b6ec37", true, stages_of_b()},
      options);
}
Model EfficientNetV2B2(const EfficientNetV2B2Options& options) {
  return build_efficientnet_v2(
      {"EfficientNetV2B2", "efficientnetv2-b2", 1.1, 1.2, 260, "424e49f28180edbde1e94797771950a7",
       "1dfe2e7a5d45b6632553a8961ea609eb", true, stages_of_b()},
      options);
}
Model EfficientNetV2B3(const EfficientNetV2B3Options& options) {
  return build_efficientnet_v2(
      {"EfficientNetV2B3", "efficientnetv2-b3", 1.2, 1.4, 300, "1f1fc43bd98a6e4fd8fdfd551e02c7a0",
       "f6abf7b5849ac99a89b50dd3fd532856", true, stages_of_b()},
      options);
}
Model EfficientNetV2S(const EfficientNetV2SOptions& options) {
  return build_efficientnet_v2({"EfficientNetV2S",
                                "efficientnetv2-s",
                                1.0,
                                1.0,
                                384,
                                "e1d88a8495beba45748fedd0cecbe016",
                                "af0682fb74e8c54910f2d4393339c070",
                                false,
                                {{2, 24, 24, 1, 1, kFused},
                                 {4, 24, 48, 4, 2, kFused},
                                 {4, 48, 64, 4, 2, kFused},
                                 {6, 64, 128, 4, 2, kDepthwise},
                                 {9, 128, 160, 6, 1, kDepthwise},
                                 {15, 160, 256, 6, 2, kDepthwise}}},
                               options);
}
Model EfficientNetV2M(const EfficientNetV2MOptions& options) {
  return build_efficientnet_v2({"EfficientNetV2M",
                                "efficientnetv2-m",
                                1.0,
                                1.0,
                                480,
                                "a3bf6aa3276309f4fc6a34aa114c95cd",
                                "1b8dc055df72dde80d614482840fe342",
                                false,
                                {{3, 24, 24, 1, 1, kFused},
                                 {5, 24, 48, 4, 2, kFused},
                                 {5, 48, 80, 4, 2, kFused},
                                 {7, 80, 160, 4, 2, kDepthwise},
                                 {14, 160, 176, 6, 1, kDepthwise},
                                 {18, 176, 304, 6, 2, kDepthwise},
                                 {5, 304, 512, 6, 1, kDepthwise}}},
                               options);
}
Model EfficientNetV2L(const EfficientNetV2LOptions& options) {
  return build_efficientnet_v2({"EfficientNetV2L",
                                "efficientnetv2-l",
                                1.0,
                                1.0,
                                480,
                                "27e6d408b53c7ebc868fefa357689935",
                                "b0b66b5c863aef5b46e8608fe1711615",
                                false,
                                {{4, 32, 32, 1, 1, kFused},
                                 {7, 32, 64, 4, 2, kFused},
                                 {7, 64, 96, 4, 2, kFused},
                                 {10, 96, 192, 4, 2, kDepthwise},
                                 {19, 192, 224, 6, 1, kDepthwise},
                                 {25, 224, 384, 6, 2, kDepthwise},
                                 {7, 384, 640, 6, 1, kDepthwise}}},
                               options);
}

}  // namespace kerascpp::applications
