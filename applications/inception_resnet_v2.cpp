#include <kerascpp/applications/inception.hpp>

#include "applications/inception_blocks.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

/// Blocks whose branches are added to their input, scaled.
struct ResidualStage {
  std::string name;
  int blocks;
  double scale;
  std::vector<Branch> branches;
};

Symbol residual_block(const Symbol& x, const ResidualStage& stage, double scale, bool activated,
                      const std::string& name) {
  std::vector<Symbol> results;
  for (const Branch& branch : stage.branches) results.push_back(convolve(x, branch));
  const Symbol mixed = Concatenate({.axis = channel_axis(), .name = name + "_mixed"})(results);
  const Symbol up = Conv2D(channels_of(x), 1, {.padding = "same", .name = name + "_conv"})(mixed);
  const Symbol sum = CustomScaleLayer(scale)({x, up});
  return activated ? Activation("relu", {.name = name + "_ac"})(sum) : SymbolList(sum);
}

Symbol apply_stage(Symbol x, const ResidualStage& stage) {
  for (int i = 1; i <= stage.blocks; ++i) x = residual_block(x, stage, stage.scale, true, text_of(stage.name, "_", i));
  return x;
}

}  // namespace

Model InceptionResNetV2(const InceptionResNetV2Options& options) {
  ImageModel model("InceptionResNetV2", options,
                   {.preferred_size = 299, .smallest_size = 75, .name = "inception_resnet_v2"});
  const ResidualStage block35{
      "block35", 10, 0.17, {{{32, 1, 1}}, {{32, 1, 1}, {32, 3, 3}}, {{32, 1, 1}, {48, 3, 3}, {64, 3, 3}}}};
  const ResidualStage block17{"block17", 20, 0.1, {{{192, 1, 1}}, {{128, 1, 1}, {160, 1, 7}, {192, 7, 1}}}};
  const ResidualStage block8{"block8", 9, 0.2, {{{192, 1, 1}}, {{192, 1, 1}, {224, 1, 3}, {256, 3, 1}}}};

  Symbol x = inception_stem(model.input());
  x = apply_block(x, {"mixed_5b", {{{96, 1, 1}}, {{48, 1, 1}, {64, 5, 5}}, {{64, 1, 1}, {96, 3, 3}, {96, 3, 3}}}, 64});
  x = apply_stage(x, block35);
  x = apply_block(x, {"mixed_6a", {{{384, 3, 3, 2}}, {{256, 1, 1}, {256, 3, 3}, {384, 3, 3, 2}}}});
  x = apply_stage(x, block17);
  x = apply_block(
      x, {"mixed_7a",
          {{{256, 1, 1}, {384, 3, 3, 2}}, {{256, 1, 1}, {288, 3, 3, 2}}, {{256, 1, 1}, {288, 3, 3}, {320, 3, 3, 2}}}});
  x = apply_stage(x, block8);
  x = residual_block(x, block8, 1, false, "block8_10");
  x = convolve(x, {1536, 1, 1}, "same", "conv_7b");
  x = model.head(x, {.top = "avg_pool"});
  const std::string url =
      "https://storage.googleapis.com/tensorflow/keras-applications/inception_resnet_v2/"
      "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels";
  return model.finish(x, {url + ".h5", "e693bd0210a403b3192acc6073ad2e96"},
                      {url + "_notop.h5", "d19885ff4a710c122648d3b5c3b684e4"});
}

}  // namespace kerascpp::applications
