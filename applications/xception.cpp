#include <kerascpp/applications/xception.hpp>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = last_or_first_channel_axis(), .name = name})(x);
}

Symbol relu(const Symbol& x, const std::string& name) { return Activation("relu", {.name = name})(x); }

/// name: "block2_sepconv1"
Symbol separable(const Symbol& x, std::int64_t filters, const std::string& name) {
  return normalized(SeparableConv2D(filters, {3, 3}, {.padding = "same", .use_bias = false, .name = name})(x),
                    name + "_bn");
}

/// Two separable convolutions and a maximum that halves the size, beside one convolution that does.
Symbol shrinking_block(const Symbol& input, int number, std::int64_t first, std::int64_t second, bool relu_first) {
  const std::string name = text_of("block", number, "_");
  Symbol residual = Conv2D(second, {1, 1}, {.strides = {2, 2}, .padding = "same", .use_bias = false})(input);
  residual = normalized(residual, "");
  Symbol x = relu_first ? relu(input, name + "sepconv1_act") : input;
  x = separable(x, first, name + "sepconv1");
  x = relu(x, name + "sepconv2_act");
  x = separable(x, second, name + "sepconv2");
  x = MaxPooling2D({3, 3}, {.strides = {2, 2}, .padding = "same", .name = name + "pool"})(x);
  return add({x, residual});
}

/// Three separable convolutions of one width beside the input.
Symbol middle_block(const Symbol& input, int number) {
  Symbol x = input;
  for (int i = 1; i <= 3; ++i) {
    const std::string name = text_of("block", number, "_sepconv", i);
    x = relu(x, name + "_act");
    x = separable(x, 728, name);
  }
  return add({x, input});
}

}  // namespace

Model Xception(const XceptionOptions& options) {
  ImageModel model("Xception", options, {.preferred_size = 299, .smallest_size = 71});
  Symbol x = Conv2D(32, {3, 3}, {.strides = {2, 2}, .use_bias = false, .name = "block1_conv1"})(model.input());
  x = relu(normalized(x, "block1_conv1_bn"), "block1_conv1_act");
  x = Conv2D(64, {3, 3}, {.use_bias = false, .name = "block1_conv2"})(x);
  x = relu(normalized(x, "block1_conv2_bn"), "block1_conv2_act");
  x = shrinking_block(x, 2, 128, 128, false);
  x = shrinking_block(x, 3, 256, 256, true);
  x = shrinking_block(x, 4, 728, 728, true);
  for (int number = 5; number <= 12; ++number) x = middle_block(x, number);
  x = shrinking_block(x, 13, 728, 1024, true);
  x = relu(separable(x, 1536, "block14_sepconv1"), "block14_sepconv1_act");
  x = relu(separable(x, 2048, "block14_sepconv2"), "block14_sepconv2_act");
  x = model.head(x, {.top = "avg_pool"});
  const std::string url =
      "https://storage.googleapis.com/tensorflow/keras-applications/xception/"
      "xception_weights_tf_dim_ordering_tf_kernels";
  return model.finish(x, {url + ".h5", "0a58e3b7378bc2990ea3b43d5981f1f6"},
                      {url + "_notop.h5", "b0042744bf5b25fce3cb969f33bebb97"});
}

}  // namespace kerascpp::applications
