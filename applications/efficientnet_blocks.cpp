#include "applications/efficientnet_blocks.hpp"

#include <cmath>

namespace kerascpp::applications {

using namespace layers;

Initializer convolution_initializer() {
  return initializers::VarianceScaling({.scale = 2.0, .mode = "fan_out", .distribution = "truncated_normal"});
}
Initializer classifier_initializer() {
  return initializers::VarianceScaling({.scale = 1.0 / 3.0, .mode = "fan_out", .distribution = "uniform"});
}

Symbol excite_channels(const Symbol& x, std::int64_t squeezed, const std::string& name) {
  const std::int64_t channels = channels_of(x);
  Symbol y = GlobalAveragePooling2D({.name = name + "se_squeeze"})(x);
  y = Reshape(channel_axis() == 1 ? Shape{channels, 1, 1} : Shape{1, 1, channels}, {.name = name + "se_reshape"})(y);
  y = Conv2D(squeezed, 1,
             {.padding = "same",
              .activation = "swish",
              .kernel_initializer = convolution_initializer(),
              .name = name + "se_reduce"})(y);
  y = Conv2D(channels, 1,
             {.padding = "same",
              .activation = "sigmoid",
              .kernel_initializer = convolution_initializer(),
              .name = name + "se_expand"})(y);
  return multiply({x, y}, {.name = name + "se_excite"});
}

Symbol drop_and_add(const Symbol& x, const Symbol& input, double rate, const std::string& name) {
  const Symbol kept = rate > 0 ? Symbol(Dropout(rate, {.noise_shape = {None, 1, 1, 1}, .name = name + "drop"})(x)) : x;
  return add({kept, input}, {.name = name + "add"});
}

Symbol efficientnet_head(const ImageModel& model, Symbol x, double dropout_rate, const DenseOptions& classifier) {
  if (!model.include_top()) return model.pooled(x, "avg_pool", "max_pool");
  x = GlobalAveragePooling2D({.name = "avg_pool"})(x);
  x = Dropout(dropout_rate, {.name = "top_dropout"})(x);
  return model.predictions(x, classifier);
}

int round_repeats(int repeats, double coefficient) { return static_cast<int>(std::ceil(coefficient * repeats)); }

std::string block_name(std::size_t block, int repeat) {
  return text_of("block", block + 1, static_cast<char>('a' + repeat), "_");
}

}  // namespace kerascpp::applications
