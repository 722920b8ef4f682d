// Takes noise out of pictures of digits: an autoencoder that sees noisy pictures and is asked for clean ones.
//
//   autoencoder          10,000 pictures
//   autoencoder quick    fewer
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  auto [train, test] = datasets::digits({.train_samples = quick ? 4000 : 10000, .test_samples = 500});
  const auto noisy = [](const Tensor& x) { return ops::clip(x + random_normal(x.shape(), 0, 0.5), 0, 1); };

  const auto input = Input({28, 28, 1});
  auto x = Conv2D(16, 3, {.strides = 2, .padding = "same", .activation = "relu"})(input);
  x = Conv2D(16, 3, {.strides = 2, .padding = "same", .activation = "relu"})(x);
  const auto code = Dense(32, {.name = "code"})(Flatten()(x));
  x = Reshape({7, 7, 16})(Dense(7 * 7 * 16, {.activation = "relu"})(code));
  x = Conv2DTranspose(16, 3, {.strides = 2, .padding = "same", .activation = "relu"})(x);
  x = Conv2DTranspose(16, 3, {.strides = 2, .padding = "same", .activation = "relu"})(x);
  const auto output = Conv2D(1, 3, {.padding = "same", .activation = "sigmoid"})(x);
  const Model model(input, output, {.name = "autoencoder"});
  model.summary();
  model.compile(
      {.optimizer = optimizers::Adam({.learning_rate = 3e-3}), .loss = "binary_crossentropy", .metrics = {"mse"}});

  const Tensor seen = noisy(test.x);
  model.fit(noisy(train.x), train.x,
            {.batch_size = 64, .epochs = quick ? 10 : 15, .verbose = 2, .validation_data = {seen, test.x}});
  const Tensor cleaned = model.predict(seen, {.verbose = 0});
  utils::plot_images(ops::concatenate({seen.rows(0, 10), cleaned.rows(0, 10), test.x.rows(0, 10)}, 0),
                     {.to_file = "autoencoder.png",
                      .columns = 10,
                      .value_range = std::pair{0.0, 1.0},
                      .title = "noisy, cleaned, as they were"});
  const Tensor clean = test.x;
  const auto error = [&](const Tensor& guess) { return ops::mean(ops::square(guess - clean)).item<double>(); };
  std::printf("squared error %.4f, of the noisy pictures %.4f, of the mean picture %.4f\n", error(cleaned), error(seen),
              error(ops::mean(train.x, {0}, true)));
}
