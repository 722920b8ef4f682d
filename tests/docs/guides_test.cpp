// The snippets of the guides for users. What stands between two marks `// ---` is a block of a guide; the last test
// compares them.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/current_folder.hpp"
#include "support/guide.hpp"
#include "test_paths.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

// --- a layer of one's own
/// A dense layer whose outputs are divided by their length.
class UnitDense : public LayerBase {
 public:
  explicit UnitDense(std::int64_t units, std::string name = {}) : LayerBase(std::move(name)), units_(units) {}

  std::string class_name() const override { return "UnitDense"; }

  // makes the weights, when the shape of the input is known
  void build(const Shape& input_shape) override {
    kernel_ = add_weight("kernel", {input_shape.back(), units_}, {.initializer = "he_normal"});
    bias_ = add_weight("bias", {units_}, {.initializer = "zeros"});
  }

  // the computation, in symbolic operations: gradients come by themselves
  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol y = ops::matmul(inputs[0], autocast(kernel_)) + autocast(bias_);
    return y / ops::sqrt(ops::sum(ops::square(y), -1, true) + 1e-6f);
  }

  // what makes an equal layer again, when a model is read
  Config get_config() const override {
    Config config = LayerBase::get_config();
    config.set("units", units_);
    return config;
  }
  static std::shared_ptr<UnitDense> from_config(const Config& config) {
    return std::make_shared<UnitDense>(config.at("units").as_int(), config.at("name").as_string());
  }

 private:
  std::int64_t units_;
  Variable kernel_, bias_;
};
// ---

// --- noise in training
class ScaledNoise : public LayerBase {
 public:
  std::string class_name() const override { return "ScaledNoise"; }
  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol x = inputs[0];
    const Symbol noisy = x * ops::random::normal_like(x, {.mean = 1, .stddev = 0.1, .seed = noise_});
    add_loss(1e-3f * ops::mean(ops::square(x)));    // part of the loss of every model it is in
    return ops::where(context.training, noisy, x);  // in predict and evaluate nothing is changed
  }

 private:
  random::SeedGenerator& noise_ = add_seed_generator();
};
// ---

// --- a callback of one's own
/// Stops when an epoch has brought less than a percent.
class StopWhenSlow : public CallbackBase {
 public:
  std::string class_name() const override { return "StopWhenSlow"; }
  void on_epoch_end(std::int64_t, const Logs& logs) override {
    const double loss = logs.at("loss");
    if (loss > 0.99 * before_) model().set_stop_training(true);
    before_ = loss;
  }

 private:
  double before_ = INFINITY;
};
// ---

// --- batches by number
/// Squares of numbers, made when they are asked for.
class Squares : public utils::PyDataset {
 public:
  Squares() : PyDataset({.workers = 2}) {}
  std::int64_t size() const override { return 10; }
  data::Element get(std::int64_t i) override {
    const Tensor x = random_stream(i).uniform({32, 1});
    return {x, ops::square(x)};
  }

 private:
  static RandomStream random_stream(std::int64_t i) { return RandomStream(static_cast<std::uint64_t>(i)); }
};
// ---

Model small_model() {
  Sequential model{Input({4}), Dense(3)};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  return model;
}

}  // namespace

TEST_CASE("guide: getting started", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  // --- data
  auto [train, test] = datasets::digits({.train_samples = 2000, .test_samples = 500});
  // ---
  // --- model
  Sequential model{Input({28, 28, 1}), Conv2D(16, 3, {.activation = "relu"}), MaxPooling2D(2), Flatten(),
                   Dropout(0.5),       Dense(10, {.activation = "softmax"})};
  model.summary();
  // ---
  // --- training
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 3e-3}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  History history = model.fit(train.x, train.y, {.batch_size = 64, .epochs = 3, .validation_split = 0.1});
  // ---
  // --- using it
  Logs logs = model.evaluate(test.x, test.y);
  std::printf("accuracy %.3f\n", logs.at("accuracy"));
  Tensor probabilities = model.predict(test.x.rows(0, 5));
  Tensor digits = ops::argmax(probabilities, -1);
  // ---
  // --- files
  model.save("digits.keras");                // opens in Python Keras, and the other way round
  Model again = load_model("digits.keras");  // optimizer state and all: training goes on
  // ---
  CHECK(logs.at("accuracy") > 0.5);
  CHECK(digits.shape() == Shape{5});
  CHECK(identical(Tensor(again.predict(test.x.rows(0, 5))), probabilities));
  CHECK(history["loss"].size() == 3);
  // --- arrays
  Tensor a{{1, 2, 3}, {4, 5, 6}};          // int32 (2, 3)
  Tensor b = random_normal({2, 3}) * 0.1;  // operations on tensors compute at once
  Tensor c = ops::matmul(ops::cast(a, "float32"), ops::transpose(b));
  float corner = c[0].item<float>(1);
  save_npy("b.npy", b);  // for NumPy, and back
  Tensor from_numpy = load_npy("b.npy");
  // ---
  CHECK(c.shape() == Shape{2, 2});
  CHECK(std::isfinite(corner));
  CHECK(identical(from_numpy, b));
  // --- errors
  try {
    Sequential wrong{Input({28, 28, 1}), Conv2D(16, 30)};
  } catch (const ShapeError& error) {
    std::printf("%s\n", error.what());  // names the layer, what it expected and what it got
  }
  // ---
}

TEST_CASE("guide: functional models", "[docs][guides]") {
  set_random_seed(1);
  // --- two inputs
  auto title = Input({20}, {.dtype = "int64", .name = "title"}), tags = Input({8}, {.name = "tags"});
  auto words = GlobalAveragePooling1D()(Embedding(1000, 16)(title));
  auto joined = Dense(32, {.activation = "relu"})(Concatenate()({words, tags}));
  auto priority = Dense(1, {.activation = "sigmoid", .name = "priority"})(joined);
  auto department = Dense(4, {.activation = "softmax", .name = "department"})(joined);
  Model model({title, tags}, {priority, department});
  // ---
  // --- losses by name
  model.compile({.optimizer = "adam",
                 .loss = Dict{{"priority", "binary_crossentropy"}, {"department", "sparse_categorical_crossentropy"}},
                 .loss_weights = Dict{{"priority", 1.0}, {"department", 0.2}}});
  Tensor titles = randint(0, 1000, {64, 20}).astype("int64"), marks = random_uniform({64, 8});
  Tensor urgent = randint(0, 2, {64, 1}), target = randint(0, 4, {64, 1});
  model.fit(Dict{{"title", titles}, {"tags", marks}}, Dict{{"priority", urgent}, {"department", target}},
            {.epochs = 2, .verbose = 0});
  TensorList outputs = model.predict({titles, marks}, {.verbose = 0});
  // ---
  CHECK(outputs[1].shape() == Shape{64, 4});
  // --- shared
  auto left = Input({64}), right = Input({64});
  auto shared = Dense(16, {.activation = "tanh"});  // a layer is a handle: both uses have the same weights
  Model siamese({left, right}, ops::sum(shared(left)[0] * shared(right)[0], -1, true));
  // ---
  CHECK(siamese.count_params() == 64 * 16 + 16);
  // --- inner
  Model features(model.inputs(), model.get_layer("priority").input());  // up to an inner tensor
  Tensor inner = features.predict({titles, marks}, {.verbose = 0});
  // ---
  CHECK(inner.shape() == Shape{64, 32});
  // --- residual
  auto image = Input({32, 32, 3});
  auto x = Conv2D(16, 3, {.padding = "same"})(image);
  for (int block = 0; block < 3; ++block) {
    auto y = Conv2D(16, 3, {.padding = "same", .activation = "relu"})(x);
    x = Add()({x, Conv2D(16, 3, {.padding = "same"})(y)});
  }
  Model resnet(image, Dense(10)(GlobalAveragePooling2D()(x)));
  // ---
  CHECK(resnet.output_shape() == Shape{None, 10});
  // --- nested
  auto frames = Input({5, 32, 32, 3});
  Model video(frames, LSTM(8)(TimeDistributed(resnet)(frames)));  // a model is a layer
  // ---
  CHECK(video.output_shape() == Shape{None, 8});
}

TEST_CASE("guide: custom layers", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  // --- using a layer of one's own
  register_layer<UnitDense>("UnitDense");  // files find it by this name
  Sequential model{Input({8}), make_layer<UnitDense>(4), Dense(1)};
  model.save("mine.keras");
  Model again = load_model("mine.keras");
  // ---
  const Tensor x = random_normal({5, 8});
  CHECK(identical(Tensor(again.predict(x)), Tensor(model.predict(x))));
  const Tensor units = Model(model.inputs(), model.layers()[0].output()).predict(x);
  CHECK(allclose(ops::sum(ops::square(units), -1), ones({5}), 1e-4));
  Sequential noisy{Input({8}), make_layer<ScaledNoise>(), Dense(1, {.use_bias = false, .kernel_initializer = "zeros"})};
  noisy.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0}), .loss = "mse"});
  const double loss = noisy.evaluate(x, zeros({5, 1}), {.verbose = 0}).at("loss");
  CHECK(loss == Approx(1e-3 * ops::mean(ops::square(x)).item<double>()).epsilon(1e-4));
  // --- lambda
  auto input = Input({6});
  auto halves = Lambda([](Symbol x) { return ops::split(x, 2, -1)[0]; })(input);
  Model first_half(input, halves);
  // ---
  CHECK(first_half.output_shape() == Shape{None, 3});
  // --- expressions
  auto y = ops::relu(input * 2.0f - 1.0f) / (1.0f + ops::abs(input));  // operations on symbols are layers as well
  Model squashed(input, y);
  // ---
  CHECK(squashed.output_shape() == Shape{None, 6});
}

TEST_CASE("guide: callbacks", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  const Tensor x = random_normal({64, 4}), y = random_normal({64, 3});
  Model model = small_model();
  // --- built-in callbacks
  model.fit(
      x, y,
      {.epochs = 20,
       .verbose = 0,
       .callbacks = {callbacks::EarlyStopping({.monitor = "val_loss", .patience = 3, .restore_best_weights = true}),
                     callbacks::ModelCheckpoint("best.keras", {.save_best_only = true}),
                     callbacks::ReduceLROnPlateau({.factor = 0.5, .patience = 2}), callbacks::CSVLogger("log.csv"),
                     callbacks::TensorBoard("logs")},
       .validation_split = 0.25});
  // ---
  CHECK(std::filesystem::exists("best.keras"));
  CHECK(std::filesystem::exists("log.csv"));
  // --- lambda callback
  std::vector<double> losses;
  Callback note = callbacks::LambdaCallback(
      {.on_epoch_end = [&](std::int64_t, const Logs& logs) { losses.push_back(logs.at("loss")); }});
  model.fit(x, y, {.epochs = 3, .verbose = 0, .callbacks = {note}});
  // ---
  CHECK(losses.size() == 3);
  // --- using a callback of one's own
  History history = model.fit(x, y, {.epochs = 500, .verbose = 0, .callbacks = {std::make_shared<StopWhenSlow>()}});
  // ---
  CHECK(history["loss"].size() < 500);
  // --- going on
  model.fit(x, y, {.epochs = 4, .verbose = 0, .callbacks = {callbacks::BackupAndRestore("backup")}});
  // ---
}

TEST_CASE("guide: data", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  {
    const Tensor x = random_normal({50, 4}), y = random_normal({50, 3});
    const Model model = small_model();
    // --- steps
    data::Dataset train = data::Dataset::from_tensor_slices(x, y)
                              .map(
                                  [](const data::Element& e) -> data::Element {
                                    return {e.x[0] * 2.0f, e.y};
                                  },
                                  4)
                              .cache()
                              .shuffle(1000)
                              .batch(16)
                              .prefetch(2);
    model.fit(train, {}, {.epochs = 2, .verbose = 0});
    for (const auto& [inputs, targets, weights] : train)
      std::printf("a batch %s\n", to_string(inputs[0].shape()).c_str());
    // ---
  }
  for (const char* name : {"pictures/cats/", "pictures/dogs/"}) {
    std::filesystem::create_directories(name);
    for (int i = 0; i < 4; ++i)
      utils::save_img(std::string(name) + std::to_string(i) + ".jpg", random_uniform({20, 24, 3}));
  }
  // --- pictures in folders
  auto [train, held_out] = utils::image_datasets_from_directory(
      "pictures", {.batch_size = 2, .image_size = {16, 16}, .seed = 1, .validation_split = 0.25});
  std::vector<std::string> classes = train.class_names;  // "cats", "dogs": the names of the subfolders
  // ---
  CHECK(classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(held_out.file_paths.size() == 2);
  // --- image generator
  preprocessing::image::ImageDataGenerator generator({.rotation_range = 20,
                                                      .width_shift_range = 0.1,
                                                      .zoom_range = 0.2,
                                                      .horizontal_flip = true,
                                                      .rescale = 1.0 / 255});
  auto changed = generator.flow_from_directory("pictures", {.target_size = {16, 16}, .batch_size = 4});
  // ---
  CHECK(changed.samples == 8);
  CHECK((*changed.begin()).x[0].shape() == Shape{4, 16, 16, 3});
  // --- table of pictures
  std::ofstream("pictures.csv") << "file,animal,age\ncats/0.jpg,cat,3\ndogs/0.jpg,dog,5\ncats/1.jpg,cat,7\n";
  Dict table = data::read_csv("pictures.csv");
  auto animals = generator.flow_from_dataframe(
      table, "pictures", {.x_col = "file", .y_col = "animal", .target_size = {16, 16}, .class_mode = "binary"});
  auto ages = generator.flow_from_dataframe(table, "pictures", {.x_col = "file", .y_col = "age", .class_mode = "raw"});
  // ---
  CHECK(animals.classes == std::vector<std::int64_t>{0, 1, 0});
  CHECK((*animals.begin()).x[0].shape() == Shape{3, 16, 16, 3});
  CHECK(ops::sum((*ages.begin()).y[0]).item<int>() == 15);
  // --- csv
  std::ofstream("houses.csv") << "area,rooms,street,price\n120,5,Main,310\n55,2,Oak,180\n80,3,Main,225\n";
  data::Dataset houses = data::make_csv_dataset("houses.csv", 2, {.label_name = "price", .shuffle = false});
  for (const auto& [columns, price, weights] : houses)
    std::printf("%s for %d\n", to_strings(columns.at("street"))[0].c_str(), price[0].item<int>(0));
  // ---
  CHECK((*houses.begin()).x.at("rooms").to_vector<int>() == std::vector<int>{5, 2});
  // --- windows
  Tensor series = ops::sin(arange(200) * 0.1f).reshape({200, 1});
  data::Dataset windows = utils::timeseries_dataset_from_array(series, series.rows(24, 200), 24, {.batch_size = 32});
  // ---
  CHECK((*windows.begin()).x[0].shape() == Shape{32, 24, 1});
  // --- using batches by number
  Sequential square{Input({1}), Dense(16, {.activation = "tanh"}), Dense(1)};
  square.compile({.optimizer = "adam", .loss = "mse"});
  square.fit(utils::make_py_dataset<Squares>(), {}, {.epochs = 2, .verbose = 0});
  // ---
  std::filesystem::copy(KERASCPP_TEST_DATA "/tables/tables.h5", "tables.h5");
  {
    // --- hdf5
    utils::HDF5Matrix x("tables.h5", "rows", {.start = 0, .end = 40}),
        y("tables.h5", "labels", {.start = 0, .end = 40});
    Sequential model{Input({3, 4}), Flatten(), Dense(5, {.activation = "softmax"})};
    model.compile({.loss = "sparse_categorical_crossentropy"});
    model.fit(x, y, {.batch_size = 8, .verbose = 0});  // only the rows of a batch are in memory
    // ---
  }
  // --- words
  auto words = TextVectorization({.output_sequence_length = 6});
  words.adapt(strings({"the film was good", "the film was bad"}));
  Tensor numbers = words(strings({"a good film"}));
  // ---
  CHECK(numbers.shape() == Shape{1, 6});
}

TEST_CASE("every block of the guides is one of those above", "[docs][guides]") {
  kerascpp::test::check_guides({"docs/getting_started.md", "docs/functional_models.md", "docs/custom_layers.md",
                                "docs/callbacks.md", "docs/data.md"},
                               {"tests/docs/guides_test.cpp"});
}

TEST_CASE("the README shows an example program", "[docs][guides]") {
  kerascpp::test::check_guides({"README.md"}, {"examples/ten_lines.cpp"});
}
