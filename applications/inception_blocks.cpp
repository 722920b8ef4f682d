#include "applications/inception_blocks.hpp"

namespace kerascpp::applications {

using namespace layers;

Symbol convolve(const Symbol& input, const BranchConvolution& convolution, const std::string& padding,
                const std::string& name) {
  const bool named = !name.empty();
  Symbol x = Conv2D(convolution.filters, {convolution.rows, convolution.columns},
                    {.strides = convolution.stride, .padding = padding, .use_bias = false, .name = name})(input);
  x = BatchNormalization({.axis = channel_axis(), .scale = false, .name = named ? name + "_bn" : ""})(x);
  return Activation("relu", {.name = named ? name + "_ac" : ""})(x);
}

Symbol convolve(Symbol x, const Branch& branch) {
  for (const BranchConvolution& convolution : branch)
    x = convolve(x, convolution, convolution.stride == 1 ? "same" : "valid");
  return x;
}

Symbol apply_block(const Symbol& x, const InceptionBlock& block) {
  std::vector<Symbol> results;
  for (const Branch& branch : block.branches) results.push_back(convolve(x, branch));
  if (block.pool_filters > 0) {
    const Symbol pooled = AveragePooling2D({3, 3}, {.strides = {1, 1}, .padding = "same"})(x);
    results.push_back(convolve(pooled, {block.pool_filters, 1, 1}));
  } else {
    results.push_back(MaxPooling2D({3, 3}, {.strides = {2, 2}})(x));
  }
  return Concatenate({.axis = channel_axis(), .name = block.name})(results);
}

Symbol inception_stem(Symbol x) {
  x = convolve(x, {32, 3, 3, 2}, "valid");
  x = convolve(x, {32, 3, 3}, "valid");
  x = convolve(x, {64, 3, 3});
  x = MaxPooling2D({3, 3}, {.strides = {2, 2}})(x);
  x = convolve(x, {80, 1, 1}, "valid");
  x = convolve(x, {192, 3, 3}, "valid");
  return MaxPooling2D({3, 3}, {.strides = {2, 2}})(x);
}

}  // namespace kerascpp::applications
