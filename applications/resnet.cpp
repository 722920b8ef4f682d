#include <kerascpp/applications/resnet.hpp>

#include <vector>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct ResNetVariant {
  const char* class_name;
  std::vector<int> blocks;  // of each stack
  bool preactivation;       // version 2
  const char* file;
  const char* hash;
  const char* hash_no_top;
};

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = channel_axis(), .epsilon = 1.001e-5, .name = name})(x);
}

Symbol relu(const Symbol& x, const std::string& name) { return Activation("relu", {.name = name})(x); }

Symbol normalized_relu(const Symbol& x, const std::string& name) {
  return relu(normalized(x, name + "_bn"), name + "_relu");
}

/// Three convolutions 1x1, 3x3, 1x1, each normalized, beside the input.
Symbol block_v1(const Symbol& input, std::int64_t filters, int stride, bool convolve_shortcut,
                const std::string& name) {
  Symbol shortcut = input;
  if (convolve_shortcut) {
    shortcut = Conv2D(4 * filters, 1, {.strides = stride, .name = name + "_0_conv"})(input);
    shortcut = normalized(shortcut, name + "_0_bn");
  }
  Symbol x = Conv2D(filters, 1, {.strides = stride, .name = name + "_1_conv"})(input);
  x = normalized_relu(x, name + "_1");
  x = Conv2D(filters, 3, {.padding = "same", .name = name + "_2_conv"})(x);
  x = normalized_relu(x, name + "_2");
  x = Conv2D(4 * filters, 1, {.name = name + "_3_conv"})(x);
  x = normalized(x, name + "_3_bn");
  x = Add({.name = name + "_add"})({shortcut, x});
  return relu(x, name + "_out");
}

/// The same with normalization and activation before the convolutions.
Symbol block_v2(const Symbol& input, std::int64_t filters, int stride, bool convolve_shortcut,
                const std::string& name) {
  const Symbol preactivated = normalized_relu(input, name + "_preact");
  Symbol shortcut = input;
  if (convolve_shortcut)
    shortcut = Conv2D(4 * filters, 1, {.strides = stride, .name = name + "_0_conv"})(preactivated);
  else if (stride > 1)
    shortcut = MaxPooling2D(1, {.strides = stride})(input);
  Symbol x = Conv2D(filters, 1, {.strides = 1, .use_bias = false, .name = name + "_1_conv"})(preactivated);
  x = normalized_relu(x, name + "_1");
  x = ZeroPadding2D({{1, 1}, {1, 1}}, {.name = name + "_2_pad"})(x);
  x = Conv2D(filters, 3, {.strides = stride, .use_bias = false, .name = name + "_2_conv"})(x);
  x = normalized_relu(x, name + "_2");
  x = Conv2D(4 * filters, 1, {.name = name + "_3_conv"})(x);
  return Add({.name = name + "_out"})({shortcut, x});
}

/// Blocks of one width: the first of version 1 and the last of version 2 have the stride.
Symbol stack(Symbol x, const ResNetVariant& variant, std::int64_t filters, int blocks, int stride,
             const std::string& name) {
  for (int i = 1; i <= blocks; ++i) {
    const std::string block = text_of(name, "_block", i);
    if (variant.preactivation)
      x = block_v2(x, filters, i == blocks ? stride : 1, i == 1, block);
    else
      x = block_v1(x, filters, i == 1 ? stride : 1, i == 1, block);
  }
  return x;
}

Model build_resnet(const ResNetVariant& variant, const ImageModelOptions& options) {
  ImageModel model(variant.class_name, options, {});
  Symbol x = ZeroPadding2D({{3, 3}, {3, 3}}, {.name = "conv1_pad"})(model.input());
  x = Conv2D(64, 7, {.strides = 2, .name = "conv1_conv"})(x);
  if (!variant.preactivation) x = normalized_relu(x, "conv1");
  x = ZeroPadding2D({{1, 1}, {1, 1}}, {.name = "pool1_pad"})(x);
  x = MaxPooling2D(3, {.strides = 2, .name = "pool1_pool"})(x);
  for (int i = 0; i < 4; ++i) {
    const bool keeps_size = variant.preactivation ? i == 3 : i == 0;
    x = stack(x, variant, 64 << i, variant.blocks[static_cast<std::size_t>(i)], keeps_size ? 1 : 2,
              text_of("conv", i + 2));
  }
  if (variant.preactivation) x = normalized_relu(x, "post");
  x = model.head(x, {"avg_pool", "avg_pool", "max_pool"});
  const std::string url = text_of("https://storage.googleapis.com/tensorflow/keras-applications/resnet/", variant.file,
                                  "_weights_tf_dim_ordering_tf_kernels");
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model ResNet50(const ResNet50Options& options) {
  return build_resnet({"ResNet50",
                       {3, 4, 6, 3},
                       false,
                       "resnet50",
                       "2cb95161c43110f7111970584f804107",
                       "4d473c1dd8becc155b73f8504c6f6626"},
                      options);
}
Model ResNet101(const ResNet101Options& options) {
  return build_resnet({"ResNet101",
                       {3, 4, 23, 3},
                       false,
                       "resnet101",
                       "f1aeb4b969a6efcfb50fad2f0c20cfc5",
                       "88cf7a10940856eca736dc7b7e228a21"},
                      options);
}
Model ResNet152(const ResNet152Options& options) {
  return build_resnet({"ResNet152",
                       {3, 8, 36, 3},
                       false,
                       "resnet152",
                       "100835be76be38e30d865e96f2aaae62",
                       "ee4c566cf9a93f14d82f913c2dc6dd0c"},
                      options);
}
Model ResNet50V2(const ResNet50V2Options& options) {
  return build_resnet({"ResNet50V2",
                       {3, 4, 6, 3},
                       true,
                       "resnet50v2",
                       "3ef43a0b657b3be2300d5770ece849e0",
                       "fac2f116257151a9d068a22e544a4917"},
                      options);
}
Model ResNet101V2(const ResNet101V2Options& options) {
  return build_resnet({"ResNet101V2",
                       {3, 4, 23, 3},
                       true,
                       "resnet101v2",
                       "6343647c601c52e1368623803854d971",
                       "c0ed64b8031c3730f411d2eb4eea35b5"},
                      options);
}
Model ResNet152V2(const ResNet152V2Options& options) {
  return build_resnet({"ResNet152V2",
                       {3, 8, 36, 3},
                       true,
                       "resnet152v2",
                       "a49b44d1979771252814e80f8ec446f9",
                       "ed17cf2e0169df9d443503ef94b23b33"},
                      options);
}

}  // namespace kerascpp::applications
