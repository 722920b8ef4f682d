#include <kerascpp/applications/efficientnet.hpp>

#include <algorithm>
#include <cmath>

#include "applications/efficientnet_blocks.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

/// Scaled versions of one network.
struct Variant {
  const char* class_name;
  const char* file;
  double width, depth;
  std::int64_t size;
  double dropout_rate;
  const char* hash;
  const char* hash_no_top;
};

/// Blocks in a row: the first has the stride.
struct Stage {
  std::int64_t kernel_size;
  int repeats;
  std::int64_t filters_in, filters_out, expansion, stride;
};

constexpr Stage kStages[] = {{3, 1, 32, 16, 1, 1},  {3, 2, 16, 24, 6, 2},   {5, 2, 24, 40, 6, 2},  {3, 3, 40, 80, 6, 2},
                             {5, 3, 80, 112, 6, 1}, {5, 4, 112, 192, 6, 2}, {3, 1, 192, 320, 6, 1}};
constexpr double kSqueezeRatio = 0.25, kDropConnectRate = 0.2;

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = channel_axis(), .name = name})(x);
}

Symbol normalized_swish(const Symbol& x, const std::string& name) {
  return Activation("swish", {.name = name + "activation"})(normalized(x, name + "bn"));
}

Symbol pointwise(const Symbol& x, std::int64_t filters, const std::string& name) {
  return Conv2D(
      filters, 1,
      {.padding = "same", .use_bias = false, .kernel_initializer = convolution_initializer(), .name = name})(x);
}

Symbol inverted_block(const Symbol& input, const Stage& stage, double drop_rate, const std::string& name) {
  Symbol x = input;
  if (stage.expansion != 1)
    x = normalized_swish(pointwise(x, stage.filters_in * stage.expansion, name + "expand_conv"), name + "expand_");
  const bool shrinks = stage.stride == 2;
  if (shrinks) x = ZeroPadding2D(correct_pad(x, stage.kernel_size), {.name = name + "dwconv_pad"})(x);
  x = DepthwiseConv2D(stage.kernel_size, {.strides = stage.stride,
                                          .padding = shrinks ? "valid" : "same",
                                          .use_bias = false,
                                          .depthwise_initializer = convolution_initializer(),
                                          .name = name + "dwconv"})(x);
  x = normalized_swish(x, name);
  const auto squeezed = static_cast<std::int64_t>(static_cast<double>(stage.filters_in) * kSqueezeRatio);
  x = excite_channels(x, std::max<std::int64_t>(1, squeezed), name);
  x = normalized(pointwise(x, stage.filters_out, name + "project_conv"), name + "project_bn");
  return !shrinks && stage.filters_in == stage.filters_out ? drop_and_add(x, input, drop_rate, name) : x;
}

Model build_efficientnet(const Variant& variant, const ImageModelOptions& options) {
  ImageModel model(variant.class_name, options, {.preferred_size = variant.size});
  const auto filters = [&](std::int64_t usual) { return make_divisible(static_cast<double>(usual) * variant.width); };

  Symbol x = Rescaling(1.0 / 255.0)(model.input());
  x = Normalization({.axis = channel_axis()})(x);
  if (model.imagenet())  // the weights were trained with this deviation from the paper
    x = Rescaling({1 / std::sqrt(0.229), 1 / std::sqrt(0.224), 1 / std::sqrt(0.225)})(x);
  x = ZeroPadding2D(correct_pad(x, 3), {.name = "stem_conv_pad"})(x);
  x = Conv2D(filters(32), 3,
             {.strides = 2,
              .padding = "valid",
              .use_bias = false,
              .kernel_initializer = convolution_initializer(),
              .name = "stem_conv"})(x);
  x = normalized_swish(x, "stem_");

  double blocks = 0, block = 0;
  for (const Stage& stage : kStages) blocks += round_repeats(stage.repeats, variant.depth);
  for (std::size_t i = 0; i < std::size(kStages); ++i) {
    Stage stage = kStages[i];
    stage.filters_in = filters(stage.filters_in);
    stage.filters_out = filters(stage.filters_out);
    for (int repeat = 0; repeat < round_repeats(kStages[i].repeats, variant.depth); ++repeat) {
      x = inverted_block(x, stage, kDropConnectRate * block++ / blocks, block_name(i, repeat));
      stage.stride = 1;
      stage.filters_in = stage.filters_out;
    }
  }
  x = normalized_swish(pointwise(x, filters(1280), "top_conv"), "top_");
  x = efficientnet_head(model, x, variant.dropout_rate, {.kernel_initializer = classifier_initializer()});
  const std::string url = text_of("https://storage.googleapis.com/keras-applications/", variant.file);
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model EfficientNetB0(const EfficientNetB0Options& options) {
  return build_efficientnet({"EfficientNetB0", "efficientnetb0", 1.0, 1.0, 224, 0.2, "902e53a9f72be733fc0bcb005b3ebbac",
                             "50bc09e76180e00e4465e1a485ddc09d"},
                            options);
}
Model EfficientNetB1(const EfficientNetB1Options& options) {
  return build_efficientnet({"EfficientNetB1", "efficientnetb1", 1.0, 1.1, 240, 0.2, "1d254153d4ab51201f1646940f018540",
                             "74c4e6b3e1f6a1eea24c589628592432"},
                            options);
}
Model EfficientNetB2(const EfficientNetB2Options& options) {
  return build_efficientnet({"EfficientNetB2", "efficientnetb2", 1.1, 1.2, 260, 0.3, "b15cce36ff4dcbd00b6dd88e7857a6ad",
                             "111f8e2ac8aa800a7a99e3239f7bfb39"},
                            options);
}
Model EfficientNetB3(const EfficientNetB3Options& options) {
  return build_efficientnet({"EfficientNetB3", "efficientnetb3", 1.2, 1.4, 300, 0.3, "ffd1fdc53d0ce67064dc6a9c7960ede0",
                             "af6d107764bb5b1abb91932881670226"},
                            options);
}
Model EfficientNetB4(const EfficientNetB4Options& options) {
  return build_efficientnet({"EfficientNetB4", "efficientnetb4", 1.4, 1.8, 380, 0.4, "18c95ad55216b8f92d7e70b3a046e2fc",
                             "ebc24e6d6c33eaebbd558eafbeedf1ba"},
                            options);
}
Model EfficientNetB5(const EfficientNetB5Options& options) {
  return build_efficientnet({"EfficientNetB5", "efficientnetb5", 1.6, 2.2, 456, 0.4, "ace28f2a6363774853a83a0b21b9421a",
                             "38879255a25d3c92d5e44e04ae6cec6f"},
                            options);
}
Model EfficientNetB6(const EfficientNetB6Options& options) {
  return build_efficientnet({"EfficientNetB6", "efficientnetb6", 1.8, 2.6, 528, 0.5, "165f6e37dce68623721b423839de8be5",
                             "9ecce42647a20130c1f39a5d4cb75743"},
                            options);
}
Model EfficientNetB7(const EfficientNetB7Options& options) {
  return build_efficientnet({"EfficientNetB7", "efficientnetb7", 2.0, 3.1, 600, 0.5, "8c03f828fec3ef71311cd463b6759d99",
                             "cbcfe4450ddf6f3ad90b1b398090fe4a"},
                            options);
}

}  // namespace kerascpp::applications
