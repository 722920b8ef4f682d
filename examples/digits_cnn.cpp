// Trains a small convolutional network on digits that are drawn at run time, and shows some of its answers.
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

/// A picture in characters, with what the network says of it.
void show(const Tensor& picture, std::int64_t label, const Tensor& scores) {
  const char shades[] = " .:-=+*#%@";
  const float* pixel = picture.data<float>();
  for (int row = 2; row < 26; row += 2) {
    for (int column = 0; column < 28; ++column) {
      const float value = (pixel[row * 28 + column] + pixel[(row + 1) * 28 + column]) / 2;
      std::putchar(shades[static_cast<int>(value * 9.0F)]);
    }
    std::putchar('\n');
  }
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < scores.size(); ++i)
    if (scores.item<float>(i) > scores.item<float>(best)) best = i;
  std::printf("label %lld, predicted %lld (%.1f %%)\n\n", static_cast<long long>(label), static_cast<long long>(best),
              100 * scores.item<double>(best));
}

}  // namespace

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::digits();
  Sequential model{Input({28, 28, 1}), Conv2D(32, 3, {.activation = "relu"}), MaxPooling2D(2), Flatten(),
                   Dropout(0.5),       Dense(10, {.activation = "softmax"})};
  model.summary();
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-3}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(train.x, train.y, {.batch_size = 128, .epochs = 5, .validation_split = 0.1});
  const Logs result = model.evaluate(test.x, test.y, {.verbose = 0});
  const Tensor scores = model.predict(test.x.rows(0, 3), {.verbose = 0});
  for (std::int64_t i = 0; i < 3; ++i) show(test.x[i], test.y.item<std::int64_t>(i), scores[i]);
  std::printf("test accuracy: %.4f\n", result.at("accuracy"));
  return result.at("accuracy") > 0.95 ? 0 : 1;
}
