#include <kerascpp/applications/densenet.hpp>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct DenseNetVariant {
  const char* class_name;
  int blocks[4];
  const char* hash;
  const char* hash_no_top;
};

constexpr std::int64_t kGrowthRate = 32;

Symbol normalized_relu(const Symbol& input, const std::string& bn_name, const std::string& relu_name) {
  const Symbol x = BatchNormalization({.axis = channel_axis(), .epsilon = 1.001e-5, .name = bn_name})(input);
  return Activation("relu", {.name = relu_name})(x);
}

/// The input with kGrowthRate channels more.
Symbol dense_layer(const Symbol& input, const std::string& name) {
  Symbol x = normalized_relu(input, name + "_0_bn", name + "_0_relu");
  x = Conv2D(4 * kGrowthRate, 1, {.use_bias = false, .name = name + "_1_conv"})(x);
  x = normalized_relu(x, name + "_1_bn", name + "_1_relu");
  x = Conv2D(kGrowthRate, 3, {.padding = "same", .use_bias = false, .name = name + "_2_conv"})(x);
  return Concatenate({.axis = channel_axis(), .name = name + "_concat"})({input, x});
}

/// Half of the channels, half of the size.
Symbol transition(const Symbol& input, const std::string& name) {
  Symbol x = normalized_relu(input, name + "_bn", name + "_relu");
  x = Conv2D(channels_of(x) / 2, 1, {.use_bias = false, .name = name + "_conv"})(x);
  return AveragePooling2D(2, {.strides = 2, .name = name + "_pool"})(x);
}

Model build_densenet(const DenseNetVariant& variant, const ImageModelOptions& options) {
  ImageModel model(variant.class_name, options, {.channels_first = false});
  Symbol x = ZeroPadding2D({{3, 3}, {3, 3}})(model.input());
  x = Conv2D(64, 7, {.strides = 2, .use_bias = false, .name = "conv1_conv"})(x);
  x = normalized_relu(x, "conv1_bn", "conv1_relu");
  x = ZeroPadding2D({{1, 1}, {1, 1}})(x);
  x = MaxPooling2D(3, {.strides = 2, .name = "pool1"})(x);
  for (int block = 0; block < 4; ++block) {
    for (int i = 1; i <= variant.blocks[block]; ++i) x = dense_layer(x, text_of("conv", block + 2, "_block", i));
    if (block < 3) x = transition(x, text_of("pool", block + 2));
  }
  x = normalized_relu(x, "bn", "relu");
  x = model.head(x, {"avg_pool", "avg_pool", "max_pool"});
  int depth = 5;  // the first convolution, three transitions, the classifier
  for (const int layers : variant.blocks) depth += 2 * layers;
  const std::string url = text_of("https://storage.googleapis.com/tensorflow/keras-applications/densenet/densenet",
                                  depth, "_weights_tf_dim_ordering_tf_kernels");
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model DenseNet121(const DenseNet121Options& options) {
  return build_densenet(
      {"DenseNet121", {6, 12, 24, 16}, "9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"},
      options);
}
Model DenseNet169(const DenseNet169Options& options) {
  return build_densenet(
      {"DenseNet169", {6, 12, 32, 32}, "d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"},
      options);
}
Model DenseNet201(const DenseNet201Options& options) {
  return build_densenet(
      {"DenseNet201", {6, 12, 48, 32}, "1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"},
      options);
}

}  // namespace kerascpp::applications
