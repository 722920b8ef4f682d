// Two classic networks on one picture: how large they are, how long they take, what they see.
//
//   applications             weights from a random initializer, no network needed
//   applications imagenet    pretrained weights and names of classes, downloaded once (630 MB)
#include <chrono>
#include <cstdio>
#include <cstring>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;

/// A blurred disc on a coloured ground: pixels from 0 to 255, (1, size, size, 3).
static Tensor picture(std::int64_t size) {
  Tensor pixels = empty({1, size, size, 3});
  auto* value = pixels.data<float>();
  const float middle = 0.5f * static_cast<float>(size);
  for (std::int64_t row = 0; row < size; ++row)
    for (std::int64_t column = 0; column < size; ++column) {
      const float y = (static_cast<float>(row) - middle) / middle, x = (static_cast<float>(column) - middle) / middle;
      const float disc = 1 / (1 + 40 * (x * x + y * y) * (x * x + y * y));
      for (const float shade : {1.0f, 0.6f, 0.2f})
        *value++ = 255 * (0.2f + 0.6f * disc * shade + 0.2f * shade * (y + 1) / 2);
    }
  return pixels;
}

static double seconds_of(const Model& model, const Tensor& x) {
  static_cast<void>(model.predict(x, {.verbose = 0}));  // plans are made at the first time
  const auto start = std::chrono::steady_clock::now();
  static_cast<void>(model.predict(x, {.verbose = 0}));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

static void show(const Model& model, const Tensor& x, bool pretrained) {
  std::printf("%-13s %4zu layers %12lld parameters, input %s, %.0f ms for a picture\n", model.name().c_str(),
              model.layers().size(), static_cast<long long>(model.count_params()), to_string(x.shape()).c_str(),
              1000 * seconds_of(model, x));
  const Tensor scores = model.predict(x, {.verbose = 0});
  if (pretrained) {
    for (const auto& best : applications::vgg16::decode_predictions(scores, {.top = 3})[0])
      std::printf("  %5.1f %%  %s\n", 100 * static_cast<double>(best.score), best.description.c_str());
  } else {
    const auto best = ops::argmax(scores, -1).item<std::int64_t>();
    std::printf("  class %lld; scores sum up to %.4f\n", static_cast<long long>(best),
                static_cast<double>(ops::sum(scores).item<float>()));
  }
}

int main(int argc, char** argv) {
  const bool pretrained = argc > 1 && std::strcmp(argv[1], "imagenet") == 0;
  const std::string weights = pretrained ? "imagenet" : "none";
  set_random_seed(1);

  const Model vgg = applications::VGG16({.weights = weights});
  show(vgg, applications::vgg16::preprocess_input(picture(224)), pretrained);
  const Model inception = applications::InceptionV3({.weights = weights});
  show(inception, applications::inception_v3::preprocess_input(picture(299)), pretrained);

  // the start of a model of one's own: features of pictures of any size, and a new head
  const Model base =
      applications::VGG16({.include_top = false, .weights = weights, .input_shape = {64, 64, 3}, .pooling = "avg"});
  base.set_trainable(false);
  const Model mine(base.inputs(), layers::Dense(10, {.activation = "softmax"})(base.output()), {.name = "mine"});
  mine.summary({.layer_range = {"block5_conv1", "dense"}});
}
