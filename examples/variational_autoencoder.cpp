// Learns to draw digits from two numbers: a variational autoencoder, and a map of what it draws.
//
//   variational_autoencoder          10,000 pictures
//   variational_autoencoder quick    fewer
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

/// Draws around the mean, and adds to the loss how far the draws are from a standard normal distribution.
class Sampling : public LayerBase {
 public:
  std::string class_name() const override { return "Sampling"; }
  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol mean = inputs[0], log_variance = inputs[1];
    const Symbol apart = ops::square(mean) + ops::exp(log_variance) - log_variance - 1.0f;
    add_loss(ops::mean(ops::sum(apart, -1)) * 0.5f / 784.0f);  // as the other loss is a mean over pixels
    const Symbol noise = ops::random::normal_like(mean, {.seed = noise_});
    return mean + ops::where(context.training, ops::exp(log_variance * 0.5f) * noise, ops::zeros_like(mean));
  }

 private:
  random::SeedGenerator& noise_ = add_seed_generator(4);
};

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  auto [train, test] = datasets::digits({.train_samples = quick ? 4000 : 10000, .test_samples = 500});

  const auto picture = Input({28, 28, 1});
  const auto hidden = Dense(256, {.activation = "relu"})(Flatten()(picture));
  const auto mean = Dense(2, {.name = "mean"})(hidden), log_variance = Dense(2)(hidden);
  const Model encoder(picture, mean);
  const auto point = Input({2});
  const auto drawn = Dense(784, {.activation = "sigmoid"})(Dense(256, {.activation = "relu"})(point));
  const Model decoder(point, Reshape({28, 28, 1})(drawn), {.name = "decoder"});
  const Model model(picture, decoder(make_layer<Sampling>()({mean, log_variance})));
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 2e-3}), .loss = "binary_crossentropy"});
  model.fit(train.x, train.x,
            {.batch_size = 64, .epochs = quick ? 20 : 40, .verbose = 2, .validation_data = {test.x, test.x}});

  // pictures for a grid of points
  constexpr std::int64_t kSide = 12;
  Tensor grid = empty({kSide * kSide, 2});
  for (std::int64_t i = 0; i < kSide * kSide; ++i) {
    grid.data<float>()[2 * i] = -2 + 4.0f * static_cast<float>(i % kSide) / (kSide - 1);
    grid.data<float>()[2 * i + 1] = 2 - 4.0f * static_cast<float>(i / kSide) / (kSide - 1);
  }
  utils::plot_images(
      decoder.predict(grid, {.verbose = 0}),
      {.to_file = "variational_autoencoder_map.png", .columns = kSide, .value_range = std::pair{0.0, 1.0}});
  utils::plot_scatter(encoder.predict(test.x, {.verbose = 0}), test.y,
                      {.to_file = "variational_autoencoder_points.svg", .title = "where digits lie"});

  const Tensor clean = test.x;
  const auto entropy = [&](const Tensor& guess) {
    return ops::mean(ops::binary_crossentropy(clean, guess)).item<double>();
  };
  const Tensor mean_picture = ops::broadcast_to(ops::mean(train.x, {0}, true), test.x.shape());
  std::printf("cross entropy %.4f, of the mean picture %.4f\n", entropy(model.predict(test.x, {.verbose = 0})),
              entropy(mean_picture));
}
