#include <kerascpp/applications/mobilenet.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

#include <kerascpp/core/error.hpp>

#include "applications/mobilenet_support.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct Block {
  std::int64_t filters;
  std::int64_t stride = 1;
};

constexpr Block kBlocks[] = {{64},  {128, 2}, {128}, {256, 2}, {256},     {512, 2}, {512},
                             {512}, {512},    {512}, {512},    {1024, 2}, {1024}};

Symbol normalized_relu(const Symbol& input, const std::string& name) {
  const Symbol x = BatchNormalization({.axis = last_or_first_channel_axis(), .name = name + "_bn"})(input);
  return ReLU({.max_value = 6.0, .name = name + "_relu"})(x);
}

Symbol separable_block(const Symbol& input, const Block& block, int number, const MobileNetOptions& options) {
  Symbol x = input;
  if (block.stride != 1) x = ZeroPadding2D({{0, 1}, {0, 1}}, {.name = text_of("conv_pad_", number)})(x);
  const std::string depthwise = text_of("conv_dw_", number), pointwise = text_of("conv_pw_", number);
  x = DepthwiseConv2D({3, 3}, {.strides = {block.stride, block.stride},
                               .padding = block.stride == 1 ? "same" : "valid",
                               .depth_multiplier = options.depth_multiplier,
                               .use_bias = false,
                               .name = depthwise})(x);
  x = normalized_relu(x, depthwise);
  const auto filters = static_cast<std::int64_t>(static_cast<double>(block.filters) * options.alpha);
  x = Conv2D(filters, {1, 1}, {.padding = "same", .use_bias = false, .name = pointwise})(x);
  return normalized_relu(x, pointwise);
}

/// "1_0", "7_5", "5_0", "2_5"
std::string alpha_in_file_name(double alpha) {
  return alpha == 1.0 ? "1_0" : alpha == 0.75 ? "7_5" : alpha == 0.5 ? "5_0" : "2_5";
}

}  // namespace

Model MobileNet(const MobileNetOptions& options) {
  const std::vector<std::int64_t> sizes{128, 160, 192, 224};
  ImageModel model("MobileNet", options, {.preferred_size = preferred_size(options.input_shape, sizes), .name = ""});
  check_alpha(model, options.alpha, {0.25, 0.5, 0.75, 1.0});
  KCPP_CHECK(!model.imagenet() || options.depth_multiplier == 1, ValueError,
             "[MobileNet] with weights \"imagenet\" depth_multiplier must be 1, received ", options.depth_multiplier);
  const std::string size = size_in_name(model, sizes);
  model.set_default_name(text_of("mobilenet_", two_digits(options.alpha), "_", size));

  Symbol x = Conv2D(static_cast<std::int64_t>(32 * options.alpha), {3, 3},
                    {.strides = {2, 2}, .padding = "same", .use_bias = false, .name = "conv1"})(model.input());
  x = normalized_relu(x, "conv1");
  int number = 0;
  for (const Block& block : kBlocks) x = separable_block(x, block, ++number, options);
  if (model.include_top()) {
    x = GlobalAveragePooling2D({.keepdims = true})(x);
    x = Dropout(options.dropout, {.name = "dropout"})(x);
    x = Conv2D(options.classes, {1, 1}, {.padding = "same", .name = "conv_preds"})(x);
    x = Reshape({options.classes}, {.name = "reshape_2"})(x);
    x = Activation(options.classifier_activation, {.name = "predictions"})(x);
  } else {
    x = model.pooled(x);
  }
  const std::string url = text_of("https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/mobilenet_",
                                  alpha_in_file_name(options.alpha), "_", size, "_tf");
  return model.finish(x, {url + ".h5", ""}, {url + "_no_top.h5", ""});
}

}  // namespace kerascpp::applications
