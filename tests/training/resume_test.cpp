// Trainings that stop, also by a killed process, and go on: the same bits as without a stop.

#include <chrono>
#include <thread>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

constexpr std::int64_t kSamples = 60, kEpochs = 10;

struct Data {
  Tensor x, y;
  Data() {
    RandomStream stream(17);
    x = stream.randint(0, 200, {kSamples, 6}).astype(DType::Int32);
    y = stream.randint(0, 2, {kSamples, 1}).astype(DType::Float32);
  }
};

// random numbers of every kind, statistics, an embedding by rows or not, a schedule, metrics with states
Sequential make_model(bool by_rows) {
  set_random_seed(5);
  Sequential model{Input({6}, {.dtype = "int32"}),
                   Embedding(by_rows ? 30000 : 200, 4),
                   SpatialDropout1D(0.2, {.seed = 3}),
                   LSTM(6, {.dropout = 0.1, .recurrent_dropout = 0.1, .seed = 4}),
                   BatchNormalization(),
                   GaussianNoise(0.1, {.seed = 5}),
                   Dropout(0.3),
                   Dense(1, {.activation = "sigmoid"})};
  model.compile({.optimizer = optimizers::Adam(
                     {.learning_rate = optimizers::schedules::CosineDecay(0.02, 60, {.alpha = 0.1}), .amsgrad = true}),
                 .loss = "binary_crossentropy",
                 .metrics = {"accuracy", metrics::AUC()}});
  return model;
}

FitOptions options_of(std::int64_t initial, std::int64_t epochs, std::vector<Callback> callbacks = {}) {
  return {.batch_size = 8,
          .epochs = epochs,
          .verbose = 0,
          .callbacks = std::move(callbacks),
          .validation_split = 0.2,
          .initial_epoch = initial,
          .shuffle_seed = 33};
}

std::vector<Tensor> state_of(const Model& model) {
  std::vector<Tensor> all = model.get_weights();
  for (const Variable& variable : model.optimizer()->variables()) all.push_back(variable.get_value());
  return all;
}

void check_identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO("array " << i << " " << a[i].shape());
    CHECK(a[i].to_vector<double>() == b[i].to_vector<double>());
  }
}

}  // namespace

TEST_CASE("five and five epochs are ten, by a file, a checkpoint or a backup", "[training][resume]") {
  const bool by_rows = GENERATE(false, true);
  INFO(by_rows);
  const TemporaryFolder folder;
  const Data data;
  const Sequential whole = make_model(by_rows);
  const History expected = whole.fit(data.x, data.y, options_of(0, kEpochs));
  const auto check_rest = [&](const Model& model, const History& history) {
    check_identical(state_of(model), state_of(whole));
    for (const auto& [name, values] : history.history) {
      INFO(name);
      const std::vector<double>& all = expected[name];
      CHECK(values == std::vector<double>(all.begin() + 5, all.end()));
    }
  };
  SECTION("a saved model") {
    const Sequential first = make_model(by_rows);
    first.fit(data.x, data.y, options_of(0, 5));
    first.save(folder.file("half.keras"));
    const Model second = load_model(folder.file("half.keras"));
    check_rest(second, second.fit(data.x, data.y, options_of(5, kEpochs)));
  }
  SECTION("the checkpoint of an epoch") {
    const Sequential first = make_model(by_rows);
    first.fit(data.x, data.y, options_of(0, 7, {callbacks::ModelCheckpoint(folder.file("epoch_{epoch:02d}.keras"))}));
    const Model second = load_model(folder.file("epoch_05.keras"));
    check_rest(second, second.fit(data.x, data.y, options_of(5, kEpochs)));
  }
  SECTION("a backup") {
    const std::string backup = folder.file("backup");
    const auto cut = callbacks::LambdaCallback({.on_train_batch_end = [count = 0](std::int64_t, const Logs&) mutable {
      if (++count == 33) throw Error("power cut");  // in the sixth epoch of six batches
    }});
    CHECK_THROWS_WITH(
        make_model(by_rows).fit(data.x, data.y, options_of(0, kEpochs, {callbacks::BackupAndRestore(backup), cut})),
        ContainsSubstring("power cut"));
    const Sequential second = make_model(by_rows);
    check_rest(second, second.fit(data.x, data.y, options_of(0, kEpochs, {callbacks::BackupAndRestore(backup)})));
  }
}

TEST_CASE("child: trains with a backup", "[.child]") {
  const std::string folder = told("KERASCPP_TEST_PATH");
  if (folder.empty()) return;
  const Data data;
  const Sequential model = make_model(true);
  std::vector<Callback> given{callbacks::BackupAndRestore(folder + "/backup")};
  model.fit(data.x, data.y, options_of(0, kEpochs, given));
  Dict result;
  for (const Tensor& value : state_of(model)) result.set(std::to_string(result.size()), value);
  save_npz(folder + "/result.npz", result);
}

TEST_CASE("a training whose process is killed again and again ends with the same bits", "[training][resume]") {
  const TemporaryFolder folder;
  const Data data;
  const Sequential whole = make_model(true);
  whole.fit(data.x, data.y, options_of(0, kEpochs));
  int kills = 0;
  std::uint64_t dice = 1;
  while (!std::filesystem::exists(folder.file("result.npz"))) {
    ChildProcess child("child: trains with a backup", {{"KERASCPP_TEST_PATH", folder.path()}});
    if (kills >= 30) {
      CHECK(child.wait() == 0);
      break;
    }
    // until there is a backup that was not there, then a little longer
    const auto version = [&] {
      std::error_code failed;
      const auto time = std::filesystem::last_write_time(folder.file("backup/latest.weights.h5"), failed);
      return failed ? std::filesystem::file_time_type::min() : time;
    };
    const auto before = version();
    const auto begin = std::chrono::steady_clock::now();
    while (version() == before && !std::filesystem::exists(folder.file("result.npz")) &&
           std::chrono::steady_clock::now() - begin < std::chrono::seconds(20))
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    std::this_thread::sleep_for(std::chrono::microseconds((dice >> 33U) % 3000));
    child.kill();
    ++kills;
  }
  INFO(kills << " kills");
  CHECK(kills >= 2);
  const Dict result = load_npz(folder.file("result.npz"));
  std::vector<Tensor> received;
  for (const auto& item : result) received.push_back(*item.second.tensor());
  check_identical(received, state_of(whole));
}

}  // namespace kerascpp::test
