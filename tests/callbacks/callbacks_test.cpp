// What each callback does to a training; histories of Keras with callbacks are in tests/training.

#include <cmath>
#include <limits>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

const Tensor kX = ones({12, 2}), kY = zeros({12, 1});

/// One weight that starts at 1 for inputs of 1 and targets of 0.
Sequential small_model(const Optimizer& optimizer = optimizers::SGD({.learning_rate = 0.1}),
                       MetricsArgument metrics = {}) {
  Sequential model{layers::Input({2}), layers::Dense(1, {.use_bias = false, .kernel_initializer = "ones"})};
  model.compile({.optimizer = optimizer, .loss = "mse", .metrics = std::move(metrics)});
  return model;
}

FitOptions quiet(std::int64_t epochs, std::vector<Callback> callbacks) {
  return {.batch_size = 4, .epochs = epochs, .verbose = 0, .callbacks = std::move(callbacks), .shuffle = false};
}

/// Puts the values in the logs under "score", one each epoch.
class Score final : public CallbackBase {
 public:
  explicit Score(std::vector<double> values) : values_(std::move(values)) {}
  void add_logs(std::int64_t epoch, Logs& logs) override {
    logs.set("score", values_.at(static_cast<std::size_t>(epoch)));
  }

 private:
  std::vector<double> values_;
};

}  // namespace

TEST_CASE("every callback of Keras is registered by name", "[callbacks][names]") {
  // CallbackList and the base are classes; OrbaxCheckpoint is out of scope
  check_names("callbacks", "callback", " Callback CallbackList OrbaxCheckpoint ");
}

TEST_CASE("callbacks are made by name from the arguments of their constructors", "[callbacks][names]") {
  const std::pair<const char*, Config> rows[] = {
      {"BackupAndRestore", Config::map({{"backup_dir", "folder"}, {"double_checkpoint", true}})},
      {"CSVLogger", Config::map({{"filename", "log.csv"}, {"separator", ";"}})},
      {"EarlyStopping", Config::map({{"monitor", "loss"}, {"baseline", 0.5}})},
      {"History", Config::map()},
      {"ModelCheckpoint", Config::map({{"filepath", "m.keras"}, {"save_freq", "epoch"}})},
      {"ProgbarLogger", Config::map()},
      {"ReduceLROnPlateau", Config::map({{"factor", 0.5}})},
      {"RemoteMonitor", Config::map({{"root", "http://localhost:1"}, {"headers", Config::map({{"a", "b"}})}})},
      {"SwapEMAWeights", Config::map({{"swap_on_epoch", true}})},
      {"TensorBoard", Config::map({{"histogram_freq", 1}, {"embeddings_metadata", "words.tsv"}})},
      {"TerminateOnNaN", Config::map({{"raise_error", true}})}};
  std::size_t made = 2;  // those of a function
  for (const auto& [name, arguments] : rows) {
    INFO(name);
    CHECK(make_callback(name, arguments)->class_name() == name);
    ++made;
  }
  for (const char* name : {"LambdaCallback", "LearningRateScheduler"})
    CHECK_THROWS_WITH(make_callback(name), ContainsSubstring("needs a function"));
  CHECK(ObjectRegistry::global().all("callback").size() == made);
  CHECK_THROWS_WITH(make_callback("EarlyStoping"), ContainsSubstring("no callback named \"EarlyStoping\""));
  CHECK_THROWS_WITH(make_callback("EarlyStopping", Config::map({{"patients", 1}})), ContainsSubstring("patients"));
}

TEST_CASE("early stopping waits, restores the best weights and knows the direction of metrics", "[callbacks]") {
  const Sequential model = small_model();
  const auto stop =
      callbacks::EarlyStopping({.monitor = "score", .patience = 2, .mode = "max", .restore_best_weights = true});
  std::vector<Tensor> weights;
  const auto keep = callbacks::LambdaCallback(
      {.on_epoch_end = [&](std::int64_t, const Logs&) { weights.push_back(model.get_weights()[0]); }});
  const History history = model.fit(
      kX, kY, quiet(9, {std::make_shared<Score>(std::vector<double>{1, 3, 2, 2, 5, 6, 7, 8, 9}), stop, keep}));
  CHECK(history.epoch.size() == 4);
  CHECK(identical(model.get_weights()[0], weights[1]));

  // an accuracy is watched upwards, an error downwards; what a user's function means is not known
  const auto accuracy = callbacks::EarlyStopping({.monitor = "binary_accuracy"});
  const Sequential classifier = small_model("sgd", {metrics::BinaryAccuracy()});
  CHECK_NOTHROW(classifier.fit(kX, kY, quiet(1, {accuracy})));
  const Metric own = [](const Symbol&, const Symbol& y_pred) { return ops::mean(y_pred, -1); };
  const Sequential with_own = small_model("sgd", {own});
  CHECK_THROWS_WITH(with_own.fit(kX, kY, quiet(1, {callbacks::EarlyStopping({.monitor = "metric"})})),
                    ContainsSubstring("give mode = \"max\" or mode = \"min\""));
}

TEST_CASE("a plateau reduces the learning rate and tells it in the logs", "[callbacks]") {
  const Sequential model = small_model();
  const auto reduce = callbacks::ReduceLROnPlateau(
      {.monitor = "score", .factor = 0.5, .patience = 1, .mode = "min", .min_delta = 0, .cooldown = 1, .min_lr = 0.03});
  const History history =
      model.fit(kX, kY, quiet(7, {std::make_shared<Score>(std::vector<double>{1, 1, 1, 1, 1, 1, 1}), reduce}));
  // the epoch that ends a cooldown is counted at once; then the limit is reached
  const std::vector<double> rates = history["learning_rate"];
  const std::vector<double> expected{0.1, 0.1, 0.05, 0.03, 0.03, 0.03, 0.03};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(rates[i] == Approx(expected[i]));
}

TEST_CASE("a scheduler sets the learning rate of each epoch", "[callbacks]") {
  const Sequential model = small_model();
  const auto schedule =
      callbacks::LearningRateScheduler([](std::int64_t epoch, double rate) { return epoch == 0 ? rate : rate * 0.5; });
  const History history = model.fit(kX, kY, quiet(3, {schedule}));
  CHECK(history["learning_rate"][2] == Approx(0.025));
}

TEST_CASE("a NaN loss ends training, or throws when asked to", "[callbacks]") {
  Tensor y = zeros({12, 1});
  y.data<float>()[5] = std::numeric_limits<float>::quiet_NaN();
  std::int64_t batches = 0;
  const auto count = callbacks::LambdaCallback({.on_train_batch_end = [&](std::int64_t, const Logs&) { ++batches; }});
  const Sequential model = small_model();
  model.fit(kX, y, quiet(3, {callbacks::TerminateOnNaN(), count}));
  CHECK(batches == 2);
  CHECK_THROWS_WITH(model.fit(kX, y, quiet(1, {callbacks::TerminateOnNaN({.raise_error = true})})),
                    ContainsSubstring("NaN or Inf loss encountered at batch 0"));
}

TEST_CASE("a CSV log has a line for each epoch, as Keras writes it", "[callbacks]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("log.csv");
  const Sequential model = small_model(optimizers::SGD({.learning_rate = 0.0}));
  model.fit(kX, kY, quiet(2, {callbacks::CSVLogger(path)}));
  CHECK(bytes_of_file(path) == "epoch,loss,val_loss\r\n0,4.0,NA\r\n1,4.0,NA\r\n");
  FitOptions options = quiet(3, {callbacks::CSVLogger(path, {.append = true})});
  options.initial_epoch = 2;
  options.validation_data = {kX, kY};
  model.fit(kX, kY, options);
  CHECK(bytes_of_file(path) == "epoch,loss,val_loss\r\n0,4.0,NA\r\n1,4.0,NA\r\n2,4.0,4.0\r\n");
  CHECK_THROWS_WITH(model.fit(kX, kY, quiet(1, {callbacks::CSVLogger(folder.file("no/folder.csv"))})),
                    ContainsSubstring("[CSVLogger] cannot write"));
}

TEST_CASE("checkpoints are saved by epoch, by batches, and when they are the best", "[callbacks]") {
  const TemporaryFolder folder;
  const Sequential model = small_model();
  model.fit(kX, kY, quiet(2, {callbacks::ModelCheckpoint(folder.file("sub/m-{epoch:02d}-{loss:.1f}.keras"))}));
  CHECK(std::filesystem::exists(folder.file("sub/m-01-2.0.keras")));

  const TemporaryFolder by_batch;
  model.fit(kX, kY,
            quiet(2, {callbacks::ModelCheckpoint(by_batch.file("{epoch}-{batch}.weights.h5"),
                                                 {.save_weights_only = true, .save_freq = "2"})}));
  CHECK(by_batch.count() == 3);  // after batches 1 and 3 of epoch 1 and 2 of epoch 2
  CHECK(std::filesystem::exists(by_batch.file("1-2.weights.h5")));

  const TemporaryFolder best;
  model.fit(kX, kY,
            quiet(4, {std::make_shared<Score>(std::vector<double>{2, 1, 3, 0.5}),
                      callbacks::ModelCheckpoint(best.file("{epoch}.keras"),
                                                 {.monitor = "score", .save_best_only = true, .mode = "min"})}));
  CHECK(best.count() == 3);
  CHECK_FALSE(std::filesystem::exists(best.file("3.keras")));
  CHECK_THROWS_WITH(callbacks::ModelCheckpoint("model.txt"), ContainsSubstring("must end in .keras"));
  CHECK_THROWS_WITH(callbacks::ModelCheckpoint("m.keras", {.save_freq = "often"}),
                    ContainsSubstring("save_freq must be"));
}

TEST_CASE("averages are in the model while it is evaluated and after training", "[callbacks]") {
  const Sequential model = small_model(optimizers::SGD({.learning_rate = 0.1, .use_ema = true, .ema_momentum = 0.5}));
  const auto swap = callbacks::SwapEMAWeights();
  std::vector<Tensor> seen;
  const auto look = callbacks::LambdaCallback(
      {.on_epoch_end = [&](std::int64_t, const Logs&) { seen.push_back(model.get_weights()[0]); },
       .on_test_begin = [&](const Logs&) { seen.push_back(model.get_weights()[0]); }});
  FitOptions options = quiet(1, {swap, look});
  options.validation_data = {kX, kY};
  model.fit(kX, kY, options);
  CHECK(seen[0].item<double>(0) > seen[1].item<double>(0));  // averages lag behind
  CHECK(identical(model.get_weights()[0], seen[0]));
  const Sequential plain = small_model();
  CHECK_THROWS_WITH(plain.evaluate(kX, kY, {.verbose = 0, .callbacks = {swap}}), ContainsSubstring("use_ema = true"));
}

TEST_CASE("a training that was cut off goes on from its backup as if it had not been", "[callbacks]") {
  const TemporaryFolder folder;
  const Tensor x = rand({40, 3}), y = rand({40, 1});
  const auto make = [] {
    Sequential model{
        layers::Input({3}),
        layers::Dense(8, {.activation = "relu", .kernel_initializer = initializers::GlorotUniform({.seed = 1})}),
        layers::Dropout(0.3, {.seed = 7}),
        layers::Dense(1, {.kernel_initializer = initializers::GlorotUniform({.seed = 2})})};
    model.compile({.optimizer = "adam", .loss = "mse"});
    return model;
  };
  const auto options = [&](std::vector<Callback> callbacks) {
    return FitOptions{.batch_size = 8, .epochs = 6, .verbose = 0, .callbacks = std::move(callbacks), .shuffle_seed = 5};
  };
  const Sequential whole = make();
  whole.fit(x, y, options({}));

  const auto cut = callbacks::LambdaCallback({.on_epoch_begin = [](std::int64_t epoch, const Logs&) {
    if (epoch == 3) throw Error("power cut");
  }});
  const std::string backup = folder.file("backup");
  CHECK_THROWS_WITH(make().fit(x, y, options({callbacks::BackupAndRestore(backup), cut})),
                    ContainsSubstring("power cut"));
  const Sequential resumed = make();
  FitOptions again = options({callbacks::BackupAndRestore(backup, {.delete_checkpoint = false})});
  again.shuffle_seed = -1;  // the backup knows the order
  const History history = resumed.fit(x, y, again);
  CHECK(history.epoch == std::vector<std::int64_t>{3, 4, 5});
  const std::vector<Tensor> expected = whole.get_weights(), received = resumed.get_weights();
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(identical(received[i], expected[i]));

  // a damaged backup is refused, unless there is one before it
  const std::string weights = backup + "/latest.weights.h5";
  std::ofstream(weights, std::ios::binary) << "damaged";
  CHECK_THROWS(make().fit(x, y, options({callbacks::BackupAndRestore(backup)})));
}

TEST_CASE("logs of batches are computed when they are looked at", "[callbacks]") {
  int computed = 0;
  const Logs logs([&computed] {
    ++computed;
    return Logs{{"loss", 1.5}};
  });
  CHECK(computed == 0);
  const Logs copy = logs;
  CHECK(copy.at("loss") == 1.5);
  CHECK(logs.at("loss") == 1.5);
  CHECK(computed == 1);
  CHECK_THROWS_WITH(logs.at("acc"), ContainsSubstring("the logs hold no \"acc\"; they hold loss"));
}

TEST_CASE("callbacks refuse what they cannot mean", "[callbacks][errors]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using namespace callbacks;
  CHECK_THROWS_WITH(EarlyStopping({.mode = "up"}), ContainsSubstring("mode \"up\" is none of auto, min, max"));
  CHECK_THROWS_WITH(EarlyStopping({.min_delta = nan}), ContainsSubstring("min_delta must be finite"));
  CHECK_THROWS_WITH(EarlyStopping({.patience = -1}), ContainsSubstring("must not be negative"));
  CHECK_THROWS_WITH(ReduceLROnPlateau({.factor = 1}), ContainsSubstring("factor must be in [0, 1), received 1"));
  CHECK_THROWS_WITH(CSVLogger("a.csv", {.separator = ""}), ContainsSubstring("separator must be one character"));
  CHECK_THROWS_WITH(BackupAndRestore(""), ContainsSubstring("backup_dir must not be empty"));
  CHECK_THROWS_WITH(LearningRateScheduler({}), ContainsSubstring("expected a function"));
  CHECK_THROWS_WITH(std::make_shared<Score>(std::vector<double>{})->model(), ContainsSubstring("only while fit"));
}

}  // namespace kerascpp::test
