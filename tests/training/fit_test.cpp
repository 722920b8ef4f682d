// What fit is told: weights, several outputs, steps, order of samples; and what it refuses.

#include <limits>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "training/trainer.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

Initializer seeded(std::int64_t seed) { return initializers::GlorotUniform({.seed = seed}); }

/// The same model each time.
Sequential classifier(const CompileOptions& options) {
  Sequential model{Input({4}), Dense(7, {.activation = "tanh", .kernel_initializer = seeded(1), .name = "hidden"}),
                   Dense(3, {.activation = "softmax", .kernel_initializer = seeded(2), .name = "out"})};
  model.compile(options);
  return model;
}
CompileOptions sparse(const Optimizer& optimizer = "sgd") {
  return {.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}};
}

struct Data {
  Tensor x, labels;
  Data() {
    RandomStream stream(11);
    x = stream.normal({30, 4}, 0, 1, DType::Float32);
    labels = Tensor::empty({30}, DType::Int64);
    for (std::int64_t i = 0; i < 30; ++i) labels.data<std::int64_t>()[i] = i * 7 % 3;
  }
};

void check_same_weights(const Model& a, const Model& b) {
  const std::vector<Tensor> ours = a.get_weights(), theirs = b.get_weights();
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) CHECK(identical(ours[i], theirs[i]));
}

}  // namespace

TEST_CASE("five epochs, a file, and five epochs more are ten epochs bit for bit", "[training][resume]") {
  const TemporaryFolder folder;
  const Data data;
  const auto make = [] {
    Sequential model{Input({4}), Dense(16, {.activation = "relu", .kernel_initializer = seeded(1)}),
                     BatchNormalization(), Dropout(0.4, {.seed = 3}),
                     Dense(3, {.activation = "softmax", .kernel_initializer = seeded(2)})};
    model.compile(
        {.optimizer = optimizers::Adam({.learning_rate = optimizers::schedules::ExponentialDecay(0.01, 7, 0.9),
                                        .clipnorm = 1.0,
                                        .use_ema = true,
                                        .ema_overwrite_frequency = 5}),
         .loss = "sparse_categorical_crossentropy",
         .metrics = {"accuracy"}});
    return model;
  };
  const auto options = [](std::int64_t initial, std::int64_t epochs) {
    return FitOptions{.batch_size = 8, .epochs = epochs, .verbose = 0, .initial_epoch = initial, .shuffle_seed = 21};
  };
  const Sequential whole = make();
  // the end of a fit puts averages into the model: the whole has such an end in its middle, too
  History expected = whole.fit(data.x, data.labels, options(0, 5));
  expected = whole.fit(data.x, data.labels, options(5, 10));

  const Sequential first = make();
  first.fit(data.x, data.labels, options(0, 5));
  first.save(folder.file("half.keras"));
  const Model second = load_model(folder.file("half.keras"));
  const History history = second.fit(data.x, data.labels, options(5, 10));
  CHECK(history.epoch == std::vector<std::int64_t>{5, 6, 7, 8, 9});
  CHECK(history["loss"] == expected["loss"]);
  check_same_weights(second, whole);
}

TEST_CASE("the order of samples depends on the seed and the epoch alone", "[training][order]") {
  const Data data;
  const auto options = [](std::int64_t seed, std::int64_t initial, std::int64_t epochs) {
    return FitOptions{.batch_size = 7, .epochs = epochs, .verbose = 0, .initial_epoch = initial, .shuffle_seed = seed};
  };
  const Sequential a = classifier(sparse()), b = classifier(sparse()), c = classifier(sparse());
  a.fit(data.x, data.labels, options(1, 0, 3));
  b.fit(data.x, data.labels, options(1, 0, 1));
  b.fit(data.x, data.labels, options(1, 1, 3));
  check_same_weights(a, b);
  c.fit(data.x, data.labels, options(2, 0, 3));
  CHECK_FALSE(identical(a.get_weights()[0], c.get_weights()[0]));
}

TEST_CASE("the same global seed trains the same model", "[training][order]") {
  const Data data;
  const auto trained = [&data] {
    set_random_seed(99);
    Sequential model{Input({4}), Dense(9, {.activation = "relu"}), Dropout(0.5), Dense(3, {.activation = "softmax"})};
    model.compile(sparse("adam"));
    model.fit(data.x, data.labels, {.batch_size = 8, .epochs = 3, .verbose = 0});
    return model;
  };
  check_same_weights(trained(), trained());
}

TEST_CASE("class weights are sample weights by class, in training alone", "[training][weights]") {
  const Data data;
  const ClassWeights by_class{{0, 0.5}, {2, 3.0}};
  Tensor by_sample = ones({30});
  for (std::int64_t i = 0; i < 30; ++i) {
    const std::int64_t label = data.labels.data<std::int64_t>()[i];
    by_sample.data<float>()[i] = label == 0 ? 0.5F : label == 2 ? 3.0F : 1.0F;
  }
  const FitOptions plain{.batch_size = 8, .epochs = 2, .verbose = 0, .validation_split = 0.2, .shuffle = false};
  FitOptions with_class = plain, with_sample = plain;
  with_class.class_weight = by_class;
  with_sample.sample_weight = by_sample;
  const Sequential a = classifier(sparse()), b = classifier(sparse());
  const History ours = a.fit(data.x, data.labels, with_class), theirs = b.fit(data.x, data.labels, with_sample);
  CHECK(ours["loss"] == theirs["loss"]);
  check_same_weights(a, b);
  CHECK(ours["val_loss"] != theirs["val_loss"]);
}

TEST_CASE("steps executed together train the same", "[training][steps]") {
  const Data data;
  const FitOptions options{.batch_size = 4, .epochs = 2, .verbose = 0, .shuffle = false};
  CompileOptions together = sparse();
  together.steps_per_execution = 3;
  const Sequential a = classifier(sparse()), b = classifier(together);
  a.fit(data.x, data.labels, options);
  b.fit(data.x, data.labels, options);
  check_same_weights(a, b);
}

TEST_CASE("losses, their weights and metrics are given by position, by name or for all outputs",
          "[training][outputs]") {
  const auto trained = [](const LossArgument& loss, const NumbersArgument& weights, const MetricsArgument& metrics,
                          const DataArgument& y) {
    const auto x = Input({4}, {.name = "x"});
    const auto hidden = Dense(5, {.activation = "tanh", .kernel_initializer = seeded(1)})(x);
    const auto a = Dense(2, {.kernel_initializer = seeded(2), .name = "a"})(hidden);
    const auto b = Dense(1, {.activation = "sigmoid", .kernel_initializer = seeded(3), .name = "b"})(hidden);
    Model model(x, {a, b});
    model.compile({.optimizer = "sgd", .loss = loss, .loss_weights = weights, .metrics = metrics});
    return model.fit(Data().x, y, {.batch_size = 10, .epochs = 2, .verbose = 0, .shuffle = false});
  };
  const Tensor ya = ones({30, 2}), yb = ones({30, 1});
  const History by_position = trained({"mse", "binary_crossentropy"}, {0.5, 1.0}, {{"mae"}, {"accuracy"}}, {ya, yb});
  const History by_name = trained(Dict{{"b", "binary_crossentropy"}, {"a", "mse"}}, Dict{{"a", 0.5}},
                                  Dict{{"a", "mae"}, {"b", "accuracy"}}, Dict{{"b", yb}, {"a", ya}});
  std::vector<std::string> names;
  for (const auto& item : by_position.history) names.push_back(item.first);
  CHECK(names == std::vector<std::string>{"a_loss", "a_mae", "b_accuracy", "b_loss", "loss"});
  CHECK(by_position.history == by_name.history);
  const std::vector<double> total = by_position["loss"], a = by_position["a_loss"], b = by_position["b_loss"];
  CHECK(total[1] == Approx(0.5 * a[1] + b[1]));
  CHECK(trained("mse", {}, {}, {ya, yb}).contains("b_loss"));
  // as many metrics as outputs: one for each, as in Keras 3; else all of them for each
  const History each = trained("mse", {}, {"mae", "mse"}, {ya, yb}), all = trained("mse", {}, {"mae"}, {ya, yb});
  CHECK((each.contains("a_mae") && each.contains("b_mse") && !each.contains("a_mse") && !each.contains("b_mae")));
  CHECK((all.contains("a_mae") && all.contains("b_mae")));

  CHECK_THROWS_WITH(trained(Dict{{"c", "mse"}}, {}, {}, {ya, yb}),
                    ContainsSubstring("there is no \"c\"; expected \"a\", \"b\""));
  CHECK_THROWS_WITH(trained({"mse", "mse", "mse"}, {}, {}, {ya, yb}),
                    ContainsSubstring("expected a loss for each of 2 outputs (\"a\", \"b\"), received 3"));
  CHECK_THROWS_WITH(trained("mse", {1.0}, {}, {ya, yb}), ContainsSubstring("expected a loss weight for each of 2"));
  CHECK_THROWS_WITH(trained("mse", {}, {}, ya), ContainsSubstring("has 2 outputs, y has 1 arrays"));
  CHECK_THROWS_WITH(trained("mse", {}, {}, {ya, zeros({30, 2, 3})}), ContainsSubstring("for output \"b\""));
}

TEST_CASE("the learning rate changes between epochs without a new plan", "[training]") {
  const Data data;
  const Sequential model = classifier(sparse());
  const FitOptions options{.batch_size = 10, .epochs = 1, .verbose = 0};
  model.fit(data.x, data.labels, options);
  const std::int64_t plans = model.trainer().train_function().counters().plans;
  model.optimizer()->set_learning_rate(0.5);
  model.fit(data.x, data.labels, options);
  CHECK(model.trainer().train_function().counters().plans == plans);
}

TEST_CASE("validation data may have weights where training data have none", "[training][weights]") {
  const Data data;
  const Sequential model = classifier(sparse());
  const History history = model.fit(
      data.x, data.labels,
      {.batch_size = 8, .epochs = 3, .verbose = 0, .validation_data = {data.x, data.labels, full({30}, 2.0)}});
  const Logs logs = model.evaluate(data.x, data.labels, {.batch_size = 8, .verbose = 0});
  CHECK(history["val_loss"].back() == Approx(2 * logs.at("loss")));
}

TEST_CASE("fit refuses bad data by name, with what was received and what was expected", "[training][errors]") {
  const Data data;
  const Sequential model = classifier(sparse());
  const auto fit = [&](const DataArgument& x, const DataArgument& y, FitOptions options = {}) {
    options.verbose = 0;
    model.fit(x, y, options);
  };
  CHECK_THROWS_WITH(fit(zeros({30, 5}), data.labels), ContainsSubstring("(None, 4)") && ContainsSubstring("(30, 5)"));
  CHECK_THROWS_WITH(fit(data.x, data.labels.rows(0, 29)),
                    ContainsSubstring("x has 30 samples, an array of y has shape (29,)"));
  CHECK_THROWS_WITH(fit(data.x, full({30}, 3, DType::Int64)),
                    ContainsSubstring("label 3 at position 0 is out of range for 3 classes") &&
                        ContainsSubstring("for output \"out\""));
  CHECK_THROWS_WITH(fit(data.x, zeros({30, 4})), ContainsSubstring("one-hot targets go with categorical_crossentropy"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.sample_weight = ones({29})}),
                    ContainsSubstring("one weight for each of 30 samples"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.class_weight = {{1, std::numeric_limits<double>::quiet_NaN()}}}),
                    ContainsSubstring("class_weight nan of class 1"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.batch_size = 0}),
                    ContainsSubstring("batch_size must be at least 1, received 0"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.epochs = -1}), ContainsSubstring("must not be negative, received -1"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.validation_split = 1}),
                    ContainsSubstring("validation_split must be in [0, 1)"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.validation_split = 0.99}),
                    ContainsSubstring("leaves nothing to train on or nothing"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.steps_per_epoch = 0}),
                    ContainsSubstring("steps_per_epoch must be at least 1"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.validation_freq = 0}),
                    ContainsSubstring("validation_freq must be at least 1"));
  CHECK_THROWS_WITH(fit(data.x, data.labels, {.callbacks = {Callback()}}), ContainsSubstring("an undefined one"));
  CHECK_THROWS_WITH(fit({}, data.labels), ContainsSubstring("received no data"));

  Sequential uncompiled{Input({4}), Dense(1)};
  CHECK_THROWS_WITH(uncompiled.fit(data.x, data.x), ContainsSubstring("must be compiled first"));
  CHECK_THROWS_WITH(classifier({.optimizer = "sgd", .loss = "crossentropi"}),
                    ContainsSubstring("no loss named \"crossentropi\""));
  CHECK_THROWS_WITH(classifier({.optimizer = "sgd", .loss = "mse", .steps_per_execution = 0}),
                    ContainsSubstring("steps_per_execution must be at least 1"));
  const Sequential unreduced =
      classifier({.optimizer = "sgd", .loss = losses::MeanSquaredError({.reduction = "none"})});
  CHECK_THROWS_WITH(unreduced.fit(data.x, zeros({30, 3}), {.verbose = 0}), ContainsSubstring("must be a scalar"));
  const Sequential nothing = classifier({.optimizer = "sgd"});
  CHECK_THROWS_WITH(nothing.fit(data.x, data.labels, {.verbose = 0}), ContainsSubstring("nothing to minimize"));
}

TEST_CASE("crossentropy as a loss is the one that fits the output", "[training]") {
  const Data data;
  const FitOptions options{.batch_size = 10, .epochs = 1, .verbose = 0, .shuffle = false};
  const Sequential by_kind = classifier({.optimizer = "sgd", .loss = "crossentropy"}), by_name = classifier(sparse());
  CHECK(by_kind.fit(data.x, data.labels, options)["loss"] == by_name.fit(data.x, data.labels, options)["loss"]);
  const TemporaryFolder folder;
  by_kind.save(folder.file("m.keras"));
  CHECK_NOTHROW(load_model(folder.file("m.keras")).evaluate(data.x, data.labels, {.verbose = 0}));
}

}  // namespace kerascpp::test
