#include <kerascpp/applications/mobilenet.hpp>

#include "applications/mobilenet_support.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

/// Blocks in a row: the first has the stride.
struct Stage {
  std::int64_t filters;
  int blocks;
  std::int64_t stride;
};

constexpr Stage kStages[] = {{16, 1, 1}, {24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1}};
constexpr std::int64_t kExpansion = 6;

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = last_or_first_channel_axis(), .momentum = 0.999, .epsilon = 1e-3, .name = name})(
      x);
}

Symbol relu6(const Symbol& x, const std::string& name) { return ReLU({.max_value = 6.0, .name = name})(x); }

Symbol inverted_block(const Symbol& input, std::int64_t filters, std::int64_t stride, int number) {
  const std::string name = number == 0 ? "expanded_conv_" : text_of("block_", number, "_");
  const std::int64_t channels = channels_of(input);
  Symbol x = input;
  if (number > 0) {
    x = Conv2D(kExpansion * channels, 1, {.padding = "same", .use_bias = false, .name = name + "expand"})(x);
    x = relu6(normalized(x, name + "expand_BN"), name + "expand_relu");
  }
  if (stride == 2) x = ZeroPadding2D(correct_pad(x, 3), {.name = name + "pad"})(x);
  x = DepthwiseConv2D(
      3,
      {.strides = stride, .padding = stride == 1 ? "same" : "valid", .use_bias = false, .name = name + "depthwise"})(x);
  x = relu6(normalized(x, name + "depthwise_BN"), name + "depthwise_relu");
  x = Conv2D(filters, 1, {.padding = "same", .use_bias = false, .name = name + "project"})(x);
  x = normalized(x, name + "project_BN");
  return channels == filters && stride == 1 ? Add({.name = name + "add"})({input, x}) : SymbolList(x);
}

/// "1.0", "0.35": as Python writes it
std::string short_number(double alpha) {
  const std::string text = two_digits(alpha);
  return text.back() == '0' ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

Model MobileNetV2(const MobileNetV2Options& options) {
  check_input_width("MobileNetV2", options.input_shape, options.input_tensor);
  const std::vector<std::int64_t> sizes{96, 128, 160, 192, 224};
  Shape size_from = options.input_shape;
  if (size_from.empty() && options.input_tensor.defined() && options.input_tensor.ndim() == 4)
    size_from = options.input_tensor.shape().slice(1, 4);
  ImageModel model("MobileNetV2", options, {.preferred_size = preferred_size(size_from, sizes), .name = ""});
  check_alpha(model, options.alpha, {0.35, 0.5, 0.75, 1.0, 1.3, 1.4});
  const std::string size = size_in_name(model, sizes);
  model.set_default_name(text_of("mobilenetv2_", two_digits(options.alpha), "_", size));

  Symbol x = Conv2D(make_divisible(32 * options.alpha), 3,
                    {.strides = {2, 2}, .padding = "same", .use_bias = false, .name = "Conv1"})(model.input());
  x = relu6(normalized(x, "bn_Conv1"), "Conv1_relu");
  int number = 0;
  for (const Stage& stage : kStages) {
    const auto filters = static_cast<std::int64_t>(static_cast<double>(stage.filters) * options.alpha);
    for (int i = 0; i < stage.blocks; ++i)
      x = inverted_block(x, make_divisible(static_cast<double>(filters)), i == 0 ? stage.stride : 1, number++);
  }
  const std::int64_t last = options.alpha > 1 ? make_divisible(1280 * options.alpha) : 1280;
  x = Conv2D(last, 1, {.use_bias = false, .name = "Conv_1"})(x);
  x = relu6(normalized(x, "Conv_1_bn"), "out_relu");
  x = model.head(x, {});
  const std::string url = text_of(
      "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
      "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_",
      short_number(options.alpha), "_", size);
  return model.finish(x, {url + ".h5", ""}, {url + "_no_top.h5", ""});
}

}  // namespace kerascpp::applications
