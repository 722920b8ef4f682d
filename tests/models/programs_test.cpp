// The programs that the public interface is designed around compile and run as they are written for users.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

TEST_CASE("a network trains on digits with callbacks and is saved", "[models][programs]") {
  const TemporaryFolder folder;
  const std::string best = folder.file("best.keras");
  auto [train, test] = datasets::digits({.train_samples = 2000, .test_samples = 500});
  Sequential model{Input({28, 28, 1}), Conv2D(32, 3, {.activation = "relu"}), MaxPooling2D(2), Flatten(),
                   Dropout(0.5),       Dense(10, {.activation = "softmax"})};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-3}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  auto history = model.fit(train.x, train.y,
                           {.batch_size = 128,
                            .epochs = 3,
                            .verbose = 0,
                            .callbacks = {callbacks::EarlyStopping({.monitor = "val_loss", .patience = 2}),
                                          callbacks::ModelCheckpoint(best, {.save_best_only = true})},
                            .validation_split = 0.1});
  CHECK(history["val_accuracy"].back() > 0.5);
  const Logs logs = model.evaluate(test.x, test.y, {.verbose = 0});
  CHECK(logs.at("accuracy") > 0.5);
  model.save(folder.file("digits.keras"));
  const Model again = load_model(folder.file("digits.keras"));
  CHECK(identical(Tensor(again.predict(test.x, {.verbose = 0})), Tensor(model.predict(test.x, {.verbose = 0}))));
  CHECK(load_model(best).count_params() == model.count_params());
}

TEST_CASE("two calls of one layer share weights and an inner tensor makes a model", "[models][programs]") {
  auto x = Input({64}, {.name = "x"}), z = Input({64});
  auto shared = Dense(32, {.activation = "tanh", .name = "shared"});
  auto y = Dense(1)(Concatenate()({shared(x), shared(z)}) * 0.5f);
  Model siamese({x, z}, {y});
  Model hidden(siamese.inputs(), siamese.get_layer("shared").output());
  CHECK(siamese.count_params() == 64 * 32 + 32 + 64 + 1);
  CHECK(hidden.output_shape() == Shape{None, 32});
}

TEST_CASE("a training step written by hand lowers its loss", "[models][programs]") {
  namespace K = kerascpp::backend;
  const Tensor images = rand({32, 784});
  Tensor labels = zeros({32, 10});
  for (std::int64_t i = 0; i < 32; ++i) labels.data<float>()[i * 10 + i % 10] = 1;
  auto x = K::placeholder({K::None, 784}), t = K::placeholder({K::None, 10});
  auto w = K::variable(random_normal({784, 10})), b = K::variable(zeros({10}));
  auto loss = K::mean(K::categorical_crossentropy(t, K::softmax(K::dot(x, w) + b)));
  auto g = K::gradients(loss, {w, b});
  auto train = K::function({x, t}, {loss}, {.updates = {{w, w - 0.1f * g[0]}, {b, b - 0.1f * g[1]}}});
  float first = train({images, labels})[0].item<float>();
  float last = first;
  for (int step = 0; step < 20; ++step) last = train({images, labels})[0].item<float>();
  CHECK(last < first);
}

TEST_CASE("a Sequential in braces is nested and an assigned one is shared", "[models][programs]") {
  Sequential a{Input({3}), Dense(2)};
  Sequential nested{a};
  Sequential shared = a;
  CHECK(nested.layers().size() == 1);
  CHECK(nested.get_layer(0).is(a));
  CHECK(shared.is(a));
}
