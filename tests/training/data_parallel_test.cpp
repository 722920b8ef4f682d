#include <kerascpp/distribution.hpp>
#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

/// Training on several devices that share the host's memory. On GPUs: backends/cuda/several_gpus_test.cpp.
using namespace kerascpp;
using namespace kerascpp::layers;
using kerascpp::test::message_of;

namespace {

Model compiled_model() {
  set_random_seed(3);
  Sequential model{Input({6}), Dense(8, {.activation = "tanh"}), BatchNormalization(),
                   Dense(3, {.activation = "softmax", .kernel_regularizer = "l2"})};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

Model without_statistics() {
  set_random_seed(3);
  Sequential model{Input({6}), Dense(8, {.activation = "tanh"}),
                   Dense(3, {.activation = "softmax", .kernel_regularizer = "l2"})};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

const Tensor& samples() {
  static const Tensor x = RandomStream(1).normal({44, 6}, 0, 1);
  return x;
}
const Tensor& classes() {
  static const Tensor y = RandomStream(2).randint(0, 3, {44});
  return y;
}

}  // namespace

TEST_CASE("a model trained on several devices is the one that a single device trains on whole batches", "[training]") {
  const FitOptions options{.batch_size = 16, .epochs = 3, .verbose = 0, .shuffle = false};
  const Model single = without_statistics(), shared = without_statistics();
  const History expected = single.fit(samples(), classes(), options);
  const History history = distribution::DataParallel({"cpu:0", "cpu:1"}).fit(shared, samples(), classes(), options);
  const std::vector<Tensor> a = single.get_weights(), b = shared.get_weights();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(allclose(a[i], b[i], 1e-4, 1e-5));
  for (const char* const name : {"loss", "accuracy"})
    for (std::size_t e = 0; e < 3; ++e) CHECK(history[name][e] == Approx(expected[name][e]).epsilon(1e-4));
}

TEST_CASE("statistics of batches are averaged over the devices", "[training]") {
  const Model model = compiled_model();
  const std::vector<Tensor> before = model.get_weights();
  (void)distribution::DataParallel({"cpu", "cpu", "cpu", "cpu"})
      .fit(model, samples(), classes(), {.batch_size = 44, .epochs = 1, .verbose = 0, .shuffle = false});
  // the moving mean of four parts is that of the whole: means of equal parts
  const Model other = compiled_model();
  (void)other.fit(samples(), classes(), {.batch_size = 44, .epochs = 1, .verbose = 0, .shuffle = false});
  const Layer normalization = model.layers()[1], whole = other.layers()[1];
  const Tensor mean = normalization.get_weights()[2], expected = whole.get_weights()[2];
  CHECK_FALSE(allclose(mean, zeros(mean.shape()), 1e-6, 1e-6));
  CHECK(allclose(mean, expected, 1e-4, 1e-6));
}

TEST_CASE("training on several devices ends when the first of them does", "[training]") {
  const Model model = compiled_model();
  std::int64_t epochs = 0;
  const Callback stop = callbacks::LambdaCallback({.on_epoch_end = [&](std::int64_t epoch, const Logs&) {
    epochs = epoch + 1;
    if (epoch == 1) model.set_stop_training(true);
  }});
  (void)distribution::DataParallel({"cpu:0", "cpu:1"})
      .fit(model, samples(), classes(), {.batch_size = 16, .epochs = 50, .verbose = 0, .callbacks = {stop}});
  CHECK(epochs == 2);
}

TEST_CASE("training on several devices refuses what it cannot divide", "[training]") {
  const Model model = compiled_model();
  const distribution::DataParallel parallel({"cpu:0", "cpu:1"});
  CHECK_THAT(message_of<ValueError>([&] { (void)parallel.fit(model, samples(), classes(), {.batch_size = 15}); }),
             ContainsSubstring("44 samples in batches of 15 cannot be divided among 2 devices"));
  CHECK_THAT(message_of<ValueError>(
                 [&] { (void)parallel.fit(model, samples(), classes(), {.batch_size = 16, .validation_split = 0.5}); }),
             ContainsSubstring("takes no validation_split"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)parallel.fit(model, samples(), zeros({3})); }),
             ContainsSubstring("need one row for each sample"));
  CHECK_THAT(message_of<ValueError>([] { distribution::DataParallel(std::vector<std::string>{}); }),
             ContainsSubstring("at least one device"));
  CHECK_THAT(message_of<ValueError>([] {
               distribution::DataParallel({"cpu", "reference"});
             }),
             ContainsSubstring("devices of one backend"));
}

TEST_CASE("devices are listed by backend", "[training]") {
  CHECK(distribution::list_devices("cpu") == std::vector<std::string>{"cpu:0"});
  CHECK(distribution::list_devices() == std::vector<std::string>{"cpu:0"});
}
