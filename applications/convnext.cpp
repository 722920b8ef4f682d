#include <kerascpp/applications/convnext.hpp>

#include "applications/image_model.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

struct Variant {
  const char* class_name;
  const char* name;
  int depths[4];
  std::int64_t widths[4];
  const char* hash;
  const char* hash_no_top;
};

constexpr double kEpsilon = 1e-6, kLayerScale = 1e-6;

Layer normalization(const std::string& name) { return LayerNormalization({.epsilon = kEpsilon, .name = name}); }

Symbol block(const Symbol& input, std::int64_t width, const std::string& name) {
  Symbol x = Conv2D(width, 7, {.padding = "same", .groups = width, .name = name + "_depthwise_conv"})(input);
  x = normalization(name + "_layernorm")(x);
  x = Dense(4 * width, {.name = name + "_pointwise_conv_1"})(x);
  x = Activation("gelu", {.name = name + "_gelu"})(x);
  x = Dense(width, {.name = name + "_pointwise_conv_2"})(x);
  x = LayerScale(kLayerScale, width, {.name = name + "_layer_scale"})(x);
  x = Activation("linear", {.name = name + "_identity"})(x);  // where a training would drop paths
  return input + x;
}

/// What is before the first stage: a convolution over patches.
Layer stem(std::int64_t width, const std::string& name) {
  return Sequential(
      {Conv2D(width, 4, {.strides = 4, .name = name + "_stem_conv"}), normalization(name + "_stem_layernorm")},
      {.name = name + "_stem"});
}

/// What is before stage `i` > 0: half the size.
Layer downsampling(std::int64_t width, int i, const std::string& name) {
  const std::string number = std::to_string(i - 1);
  return Sequential({normalization(name + "_downsampling_layernorm_" + number),
                     Conv2D(width, 2, {.strides = 2, .name = name + "_downsampling_conv_" + number})},
                    {.name = name + "_downsampling_block_" + number});
}

Model build_convnext(const Variant& variant, const ConvNeXtTinyOptions& options) {
  ImageModel model(variant.class_name, options, {.channels_first = false, .name = variant.name});
  const std::string& name = model.options().name;
  KCPP_CHECK(!model.imagenet() || name.find(variant.name) != std::string::npos, ValueError, "[", variant.class_name,
             "] with weights \"imagenet\" the name must contain \"", variant.name, "\", received \"", name, "\"");

  Symbol x = model.input();
  if (options.include_preprocessing && channels_of(x) == 3)
    x = Normalization(
        {.mean = {0.485 * 255, 0.456 * 255, 0.406 * 255},
         .variance = {(0.229 * 255) * (0.229 * 255), (0.224 * 255) * (0.224 * 255), (0.225 * 255) * (0.225 * 255)},
         .name = name + "_prestem_normalization"})(x);
  for (int stage = 0; stage < 4; ++stage) {
    const std::int64_t width = variant.widths[stage];
    x = (stage == 0 ? stem(width, name) : downsampling(width, stage, name))(x);
    for (int i = 0; i < variant.depths[stage]; ++i) x = block(x, width, text_of(name, "_stage_", stage, "_block_", i));
  }
  if (model.include_top()) {
    x = GlobalAveragePooling2D({.name = name + "_head_gap"})(x);
    x = normalization(name + "_head_layernorm")(x);
    x = model.predictions(x, {.name = name + "_head_dense"});
  } else {
    x = normalization("")(model.pooled(x));
  }
  const std::string url =
      text_of("https://storage.googleapis.com/tensorflow/keras-applications/convnext/", variant.name);
  return model.finish(x, {url + ".h5", variant.hash}, {url + "_notop.h5", variant.hash_no_top});
}

}  // namespace

Model ConvNeXtTiny(const ConvNeXtTinyOptions& options) {
  return build_convnext({"ConvNeXtTiny",
                         "convnext_tiny",
                         {3, 3, 9, 3},
                         {96, 192, 384, 768},
                         "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
                         "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1"},
                        options);
}
Model ConvNeXtSmall(const ConvNeXtSmallOptions& options) {
  return build_convnext({"ConvNeXtSmall",
                         "convnext_small",
                         {3, 3, 27, 3},
                         {96, 192, 384, 768},
                         "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
                         "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab"},
                        options);
}
Model ConvNeXtBase(const ConvNeXtBaseOptions& options) {
  return build_convnext({"ConvNeXtBase",
                         "convnext_base",
                         {3, 3, 27, 3},
                         {128, 256, 512, 1024},
                         "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
                         "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45"},
                        options);
}
Model ConvNeXtLarge(const ConvNeXtLargeOptions& options) {
  return build_convnext({"ConvNeXtLarge",
                         "convnext_large",
                         {3, 3, 27, 3},
                         {192, 384, 768, 1536},
                         "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
                         "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd"},
                        options);
}
Model ConvNeXtXLarge(const ConvNeXtXLargeOptions& options) {
  return build_convnext({"ConvNeXtXLarge",
                         "convnext_xlarge",
                         {3, 3, 27, 3},
                         {256, 512, 1024, 2048},
                         "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
                         "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05"},
                        options);
}

}  // namespace kerascpp::applications
