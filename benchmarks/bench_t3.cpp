#include "training.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

Symbol convolve(const Symbol& x, std::int64_t filters, std::int64_t strides, bool relu) {
  const Symbol y = BatchNormalization()(Conv2D(filters, 3, {.strides = strides, .padding = "same"})(x));
  return relu ? Symbol(ReLU()(y)) : y;
}

Model resnet20() {
  const Symbol image = Input({32, 32, 3});
  Symbol x = convolve(image, 16, 1, true);
  for (std::int64_t filters : {16, 32, 64})
    for (int block = 0; block < 3; ++block) {
      const std::int64_t strides = filters > 16 && block == 0 ? 2 : 1;
      const Symbol y = convolve(convolve(x, filters, strides, true), filters, 1, false);
      if (strides == 2) x = Conv2D(filters, 1, {.strides = 2, .padding = "same"})(x);
      x = ReLU()(Add()({x, y}));
    }
  return Model(image, Dense(10, {.activation = "softmax"})(GlobalAveragePooling2D()(x)));
}

}  // namespace

int main(int argc, char** argv) {
  bench::train_images(bench::parse(argc, argv, "T3"), resnet20(), {32, 32, 3},
                      optimizers::Adam({.learning_rate = 1e-3}), 8);
}
