#include <kerascpp/applications/mobilenet.hpp>

#include <vector>

#include <kerascpp/core/error.hpp>

#include "applications/mobilenet_support.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct Block {
  double expansion;
  std::int64_t filters;
  bool large_kernel;  // 5 x 5 unless minimalistic, else 3 x 3
  std::int64_t stride;
  bool squeeze;
  bool swish;
};

struct Variant {
  const char* class_name;
  const char* file;
  std::vector<Block> blocks;
  std::int64_t last_filters;
  /// Of the files for alpha 0.75, 1 and minimalistic, each with top and without.
  const char* hashes[3][2];
};

/// Keras's layers for one activation of the network.
class Style {
 public:
  explicit Style(bool minimalistic) : minimalistic_(minimalistic) {}
  [[nodiscard]] Symbol activated(const Symbol& x, bool swish) const {
    return swish && !minimalistic_ ? Activation("hard_swish")(x) : ReLU()(x);
  }
  [[nodiscard]] std::int64_t kernel_size(bool large) const { return large && !minimalistic_ ? 5 : 3; }
  [[nodiscard]] bool squeezes() const { return !minimalistic_; }

 private:
  bool minimalistic_;
};

Symbol normalized(const Symbol& x, const std::string& name) {
  return BatchNormalization({.axis = last_or_first_channel_axis(), .momentum = 0.999, .epsilon = 1e-3, .name = name})(
      x);
}

Symbol squeeze_and_excite(const Symbol& input, std::int64_t filters, const std::string& name) {
  Symbol x = GlobalAveragePooling2D({.keepdims = true, .name = name + "avg_pool"})(input);
  x = Conv2D(make_divisible(static_cast<double>(filters) * 0.25), 1, {.padding = "same", .name = name + "conv"})(x);
  x = ReLU({.name = name + "relu"})(x);
  x = Conv2D(filters, 1, {.padding = "same", .name = name + "conv_1"})(x);
  x = ReLU({.max_value = 6.0})(x + 3.0) * (1.0 / 6.0);  // hard sigmoid
  return Multiply({.name = name + "mul"})({input, x});
}

Symbol inverted_block(const Symbol& input, const Block& block, int number, double alpha, const Style& style) {
  const std::string name = number == 0 ? "expanded_conv_" : text_of("expanded_conv_", number, "_");
  const std::int64_t channels = channels_of(input), kernel = style.kernel_size(block.large_kernel);
  const std::int64_t expanded = make_divisible(static_cast<double>(channels) * block.expansion);
  const std::int64_t filters = make_divisible(static_cast<double>(block.filters) * alpha);
  Symbol x = input;
  if (number > 0) {
    x = Conv2D(expanded, 1, {.padding = "same", .use_bias = false, .name = name + "expand"})(x);
    x = style.activated(normalized(x, name + "expand_bn"), block.swish);
  }
  if (block.stride == 2) x = ZeroPadding2D(correct_pad(x, kernel), {.name = name + "depthwise_pad"})(x);
  x = DepthwiseConv2D(kernel, {.strides = block.stride,
                               .padding = block.stride == 1 ? "same" : "valid",
                               .use_bias = false,
                               .name = name + "depthwise"})(x);
  x = style.activated(normalized(x, name + "depthwise_bn"), block.swish);
  if (block.squeeze && style.squeezes()) x = squeeze_and_excite(x, expanded, name + "squeeze_excite_");
  x = Conv2D(filters, 1, {.padding = "same", .use_bias = false, .name = name + "project"})(x);
  x = normalized(x, name + "project_bn");
  return block.stride == 1 && channels == filters ? Add({.name = name + "add"})({input, x}) : SymbolList(x);
}

MobileNetV3SmallOptions with_shape_of_tensor(MobileNetV3SmallOptions options) {
  if (options.input_shape.empty() && options.input_tensor.defined() && options.input_tensor.ndim() == 4)
    options.input_shape = options.input_tensor.shape().slice(1, 4);
  return options;
}

Model build_mobilenet_v3(const Variant& variant, const MobileNetV3SmallOptions& options) {
  check_input_width(variant.class_name, options.input_shape, options.input_tensor);
  ImageModel model(variant.class_name, with_shape_of_tensor(options), {.any_size = true, .name = variant.class_name});
  KCPP_CHECK(options.dropout_rate >= 0 && options.dropout_rate < 1, ValueError, "[", variant.class_name,
             "] dropout_rate must be at least 0 and below 1, received ", options.dropout_rate);
  check_alpha(model, options.alpha, options.minimalistic ? std::vector<double>{1.0} : std::vector<double>{0.75, 1.0});
  if (model.imagenet()) static_cast<void>(size_in_name(model, {224}));  // warns of other sizes

  const Style style(options.minimalistic);
  Symbol x = model.input();
  if (options.include_preprocessing) x = Rescaling(1.0 / 127.5, {.offset = -1.0})(x);
  x = Conv2D(16, 3, {.strides = {2, 2}, .padding = "same", .use_bias = false, .name = "conv"})(x);
  x = style.activated(normalized(x, "conv_bn"), true);
  int number = 0;
  for (const Block& block : variant.blocks) x = inverted_block(x, block, number++, options.alpha, style);
  x = Conv2D(make_divisible(static_cast<double>(channels_of(x)) * 6), 1,
             {.padding = "same", .use_bias = false, .name = "conv_1"})(x);
  x = style.activated(normalized(x, "conv_1_bn"), true);
  if (options.include_top) {
    const std::int64_t last = options.alpha > 1
                                  ? make_divisible(static_cast<double>(variant.last_filters) * options.alpha)
                                  : variant.last_filters;
    x = GlobalAveragePooling2D({.keepdims = true})(x);
    x = Conv2D(last, 1, {.padding = "same", .name = "conv_2"})(x);
    x = style.activated(x, true);
    if (options.dropout_rate > 0) x = Dropout(options.dropout_rate)(x);
    x = Conv2D(options.classes, 1, {.padding = "same", .name = "logits"})(x);
    x = Flatten()(x);
    x = Activation(options.classifier_activation, {.name = "predictions"})(x);
  } else {
    x = model.pooled(x, "avg_pool", "max_pool");
  }
  const char* const* const hashes = variant.hashes[options.minimalistic ? 2 : options.alpha == 1 ? 1 : 0];
  const std::string url = text_of(
      "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v3/weights_mobilenet_v3_", variant.file,
      options.minimalistic ? "_minimalistic" : "", "_224_", options.alpha == 1 ? "1.0" : "0.75", "_float");
  return model.finish(x, {url + ".h5", hashes[0]}, {url + "_no_top_v2.h5", hashes[1]});
}

constexpr bool k3 = false, k5 = true, kRelu = false, kSwish = true, kPlain = false, kSqueeze = true;

}  // namespace

Model MobileNetV3Small(const MobileNetV3SmallOptions& options) {
  return build_mobilenet_v3({"MobileNetV3Small",
                             "small",
                             {{1, 16, k3, 2, kSqueeze, kRelu},
                              {72.0 / 16, 24, k3, 2, kPlain, kRelu},
                              {88.0 / 24, 24, k3, 1, kPlain, kRelu},
                              {4, 40, k5, 2, kSqueeze, kSwish},
                              {6, 40, k5, 1, kSqueeze, kSwish},
                              {6, 40, k5, 1, kSqueeze, kSwish},
                              {3, 48, k5, 1, kSqueeze, kSwish},
                              {3, 48, k5, 1, kSqueeze, kSwish},
                              {6, 96, k5, 2, kSqueeze, kSwish},
                              {6, 96, k5, 1, kSqueeze, kSwish},
                              {6, 96, k5, 1, kSqueeze, kSwish}},
                             1024,
                             {{"cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"},
                              {"8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"},
                              {"99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"}}},
                            options);
}

Model MobileNetV3Large(const MobileNetV3LargeOptions& options) {
  return build_mobilenet_v3({"MobileNetV3Large",
                             "large",
                             {{1, 16, k3, 1, kPlain, kRelu},
                              {4, 24, k3, 2, kPlain, kRelu},
                              {3, 24, k3, 1, kPlain, kRelu},
                              {3, 40, k5, 2, kSqueeze, kRelu},
                              {3, 40, k5, 1, kSqueeze, kRelu},
                              {3, 40, k5, 1, kSqueeze, kRelu},
                              {6, 80, k3, 2, kPlain, kSwish},
                              {2.5, 80, k3, 1, kPlain, kSwish},
                              {2.3, 80, k3, 1, kPlain, kSwish},
                              {2.3, 80, k3, 1, kPlain, kSwish},
                              {6, 112, k3, 1, kSqueeze, kSwish},
                              {6, 112, k3, 1, kSqueeze, kSwish},
                              {6, 160, k5, 2, kSqueeze, kSwish},
                              {6, 160, k5, 1, kSqueeze, kSwish},
                              {6, 160, k5, 1, kSqueeze, kSwish}},
                             1280,
                             {{"765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"},
                              {"59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"},
                              {"675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"}}},
                            options);
}

}  // namespace kerascpp::applications
