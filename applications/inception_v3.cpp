#include <kerascpp/applications/inception.hpp>

#include "applications/inception_blocks.hpp"

namespace kerascpp::applications {
namespace {

using namespace layers;

/// Squares of 5 x 5, and of 3 x 3 twice.
InceptionBlock squares(const std::string& name, std::int64_t pool_filters) {
  return {name, {{{64, 1, 1}}, {{48, 1, 1}, {64, 5, 5}}, {{64, 1, 1}, {96, 3, 3}, {96, 3, 3}}}, pool_filters};
}

/// 7 x 7 as lines of 7, once and twice, with `f` filters inside.
InceptionBlock lines(const std::string& name, std::int64_t f) {
  return {
      name,
      {{{192, 1, 1}}, {{f, 1, 1}, {f, 1, 7}, {192, 7, 1}}, {{f, 1, 1}, {f, 7, 1}, {f, 1, 7}, {f, 7, 1}, {192, 1, 7}}},
      192};
}

/// Lines of 3 both ways from one place. name: empty for an automatic one.
Symbol both_ways(const Symbol& x, const std::string& name) {
  const Symbol row = convolve(x, {384, 1, 3}), column = convolve(x, {384, 3, 1});
  return Concatenate({.axis = channel_axis(), .name = name})({row, column});
}

Symbol wide_block(const Symbol& x, int i) {
  const Symbol direct = convolve(x, {320, 1, 1});
  const Symbol once = both_ways(convolve(x, Branch{{384, 1, 1}}), text_of("mixed9_", i));
  const Symbol twice = both_ways(convolve(x, Branch{{448, 1, 1}, {384, 3, 3}}), "");
  const Symbol average = AveragePooling2D({3, 3}, {.strides = {1, 1}, .padding = "same"})(x);
  const Symbol pooled = convolve(average, {192, 1, 1});
  return Concatenate({.axis = channel_axis(), .name = text_of("mixed", 9 + i)})({direct, once, twice, pooled});
}

}  // namespace

Model InceptionV3(const InceptionV3Options& options) {
  ImageModel model("InceptionV3", options, {.preferred_size = 299, .smallest_size = 75, .name = "inception_v3"});
  const std::vector<InceptionBlock> blocks{
      squares("mixed0", 32),
      squares("mixed1", 64),
      squares("mixed2", 64),
      {"mixed3", {{{384, 3, 3, 2}}, {{64, 1, 1}, {96, 3, 3}, {96, 3, 3, 2}}}},
      lines("mixed4", 128),
      lines("mixed5", 160),
      lines("mixed6", 160),
      lines("mixed7", 192),
      {"mixed8", {{{192, 1, 1}, {320, 3, 3, 2}}, {{192, 1, 1}, {192, 1, 7}, {192, 7, 1}, {192, 3, 3, 2}}}},
  };
  Symbol x = inception_stem(model.input());
  for (const InceptionBlock& block : blocks) x = apply_block(x, block);
  for (int i = 0; i < 2; ++i) x = wide_block(x, i);
  x = model.head(x, {.top = "avg_pool"});
  const std::string url =
      "https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/"
      "inception_v3_weights_tf_dim_ordering_tf_kernels";
  return model.finish(x, {url + ".h5", "9a0d58056eeedaa3f26cb7ebd46da564"},
                      {url + "_notop.h5", "bcbd6486424b2319ff4ef7d526e38f63"});
}

}  // namespace kerascpp::applications
