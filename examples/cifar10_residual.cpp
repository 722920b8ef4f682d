// A small residual network on the pictures of CIFAR-10, flipped and moved at random while it trains, after He et al.,
// arXiv 1512.03385.
//
//   cifar10_residual               the official batches of the cache of data sets
//   cifar10_residual FOLDER        pictures in FOLDER/train and FOLDER/test, a subfolder for each class
//   cifar10_residual FOLDER quick  two passes
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

static Symbol convolved(const Symbol& x, std::int64_t filters, std::int64_t stride, std::int64_t size = 3) {
  const Symbol y = Conv2D(
      filters, size, {.strides = stride, .padding = "same", .use_bias = false, .kernel_initializer = "he_normal"})(x);
  return BatchNormalization()(y);
}

/// Two convolutions and what goes past them.
static Symbol residual_block(const Symbol& x, std::int64_t filters, std::int64_t stride) {
  const Symbol y = convolved(ReLU()(convolved(x, filters, stride)), filters, 1);
  const Symbol past = stride == 1 && x.shape().back() == filters ? x : convolved(x, filters, stride, 1);
  return ReLU()(Add()({y, past}));
}

static Model network() {
  const auto pictures = Input({32, 32, 3});
  Symbol x = RandomTranslation(0.125, 0.125, {.fill_mode = "reflect"})(RandomFlip({.mode = "horizontal"})(pictures));
  x = ReLU()(convolved(x, 16, 1));
  for (const std::int64_t filters : {16, 32, 64})
    for (int block = 0; block < 2; ++block) x = residual_block(x, filters, block == 0 && filters > 16 ? 2 : 1);
  return {pictures, Dense(10, {.activation = "softmax"})(GlobalAveragePooling2D()(x))};
}

/// All pictures of a folder, from 0 to 1.
static datasets::Split split_of(const std::string& folder) {
  std::vector<Tensor> x, y;
  for (const data::Element& batch : utils::image_dataset_from_directory(
           folder, {.image_size = {32, 32}, .shuffle = false, .interpolation = "nearest"})) {
    x.push_back(batch.x[0]);
    y.push_back(batch.y[0]);
  }
  return {ops::concatenate(TensorList(x)) / 255.0f, ops::concatenate(TensorList(y))};
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 2;
  const std::string folder = argc > 1 ? argv[1] : "";
  const auto [train, test] =
      folder.empty() ? datasets::cifar10() : datasets::Dataset{split_of(folder + "/train"), split_of(folder + "/test")};
  const std::int64_t epochs = quick ? 2 : 15, batch = 64, steps = epochs * ((train.x.dim(0) + batch - 1) / batch);
  const Model model = network();
  model.summary();
  model.compile({.optimizer = optimizers::Adam({.learning_rate = optimizers::schedules::CosineDecay(3e-3, steps)}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(train.x, train.y, {.batch_size = batch, .epochs = epochs, .verbose = 2});
  std::printf("accuracy %.4f, guessing %.4f\n", model.evaluate(test.x, test.y, {.verbose = 0}).at("accuracy"), 0.1);
}
