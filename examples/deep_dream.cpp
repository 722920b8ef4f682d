// Changes a picture until a layer of a network sees more in it: DeepDream (Mordvintsev et al., 2015).
//
//   deep_dream                   a network that is trained on drawn shapes first
//   deep_dream PICTURE imagenet  VGG16 with pretrained weights, downloaded once
//   deep_dream quick             fewer steps
#include "drawn_pictures.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;
namespace K = kerascpp::backend;

/// A network that knows the drawn shapes, for pictures of any size.
static Model shapes_network(bool quick) {
  RandomStream random(4);
  std::vector<Tensor> pictures;
  std::vector<int> labels;
  for (int i = 0; i < (quick ? 600 : 1800); ++i) {
    labels.push_back(i % static_cast<int>(drawn::kShapes.size()));
    pictures.push_back(drawn::picture(static_cast<std::size_t>(labels.back()), 32, random));
  }
  const auto input = Input({None, None, 3});
  auto x = Conv2D(16, 3, {.padding = "same", .activation = "relu"})(Rescaling(1.0 / 255)(input));
  x = Conv2D(32, 3, {.padding = "same", .activation = "relu"})(MaxPooling2D(2)(x));
  x = Conv2D(48, 3, {.padding = "same", .activation = "relu", .name = "dream"})(MaxPooling2D(2)(x));
  const auto scores =
      Dense(static_cast<std::int64_t>(drawn::kShapes.size()), {.activation = "softmax"})(GlobalMaxPooling2D()(x));
  const Model model(input, scores);
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 2e-3}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(ops::stack(TensorList(pictures)), Tensor(labels), {.epochs = quick ? 5 : 10, .verbose = 2});
  return model;
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  const bool pretrained = argc > 2 && std::string(argv[2]) == "imagenet";
  Tensor picture;
  if (argc > 1 && !quick) {
    picture = utils::img_to_array(utils::load_img(argv[1]));
  } else {
    RandomStream random(8);
    picture = drawn::picture(4, quick ? 96 : 192, random);
  }
  const Model model = pretrained ? applications::VGG16({.include_top = false}) : shapes_network(quick);
  const Symbol seen = model.get_layer(pretrained ? "block4_conv2" : "dream").output();

  // a step up the gradient of what the layer sees
  const Symbol input = model.inputs()[0];
  const Symbol strength = K::mean(K::square(seen));
  const Symbol gradient = K::gradients(strength, input)[0];
  const Symbol step = gradient / (K::mean(K::abs(gradient)) + 1e-8f);
  const Function climb =
      K::function(input, {strength, K::clip(input + 1.5f * step, 0, 255)}, {.givens = {{K::learning_phase(), false}}});

  // coarse patterns first: the picture grows from octave to octave
  const std::int64_t height = picture.dim(0), width = picture.dim(1), steps = quick ? 10 : 25;
  Tensor dream = picture.reshape({1, height, width, 3});
  const auto strength_of = [&](const Tensor& x) { return climb(x)[0].item<double>(); };
  const double before = strength_of(dream);
  for (const double scale : {0.5, 0.7, 1.0}) {
    const auto rows = static_cast<std::int64_t>(static_cast<double>(height) * scale);
    const auto columns = static_cast<std::int64_t>(static_cast<double>(width) * scale);
    std::printf("octave of %lld x %lld pixels\n", static_cast<long long>(rows), static_cast<long long>(columns));
    dream = ops::resize(dream, {rows, columns});
    utils::Progbar bar(steps);
    for (std::int64_t i = 0; i < steps; ++i) {
      const TensorList climbed = climb(dream);
      dream = climbed[1].copy();
      bar.update(i + 1, {{"strength", climbed[0].item<double>()}});
    }
  }
  utils::save_img("deep_dream.png", dream[0], {.scale = false});
  const Tensor noise = random_normal(dream.shape(), 0, 1) * ops::std(dream - picture);
  const double by_noise = strength_of(ops::clip(picture.reshape(dream.shape()) + noise, 0, 255));
  std::printf("strength %.4g, before %.4g, with noise of that size %.4g\n", strength_of(dream), before, by_noise);
}
