// What Keras users write by habit means here what it means there.

#include <sstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;
namespace K = kerascpp::backend;

namespace {

class Doubling : public LayerBase {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0] * 2.0F; }
};

}  // namespace

TEST_CASE("a dtype may be given by its name wherever one is asked for", "[models][programs]") {
  const Tensor x{1.5, 2.5};
  CHECK(x.astype("int32").dtype() == DType::Int32);
  CHECK(ops::cast(x, "float64").dtype() == "float64");
  CHECK(zeros({2}, "int8").dtype() == DType::Int8);
  CHECK(randint(0, 5, {3}, "int64").dtype() == DType::Int64);
  CHECK(ops::zeros({2}, "uint8").dtype() == DType::UInt8);
  CHECK(ops::one_hot(Tensor{0, 1}, 2, {.dtype = "int32"}).dtype() == DType::Int32);
  CHECK(Input({2}, {.dtype = "int32"}).dtype() == Input({2}, {.dtype = DType::Int32}).dtype());
  CHECK(Dense(2, {.dtype = DType::Float64})->compute_dtype() == DType::Float64);
  CHECK_THROWS_WITH(ops::cast(x, "float23"), ContainsSubstring("unknown dtype \"float23\""));

  CHECK(K::placeholder({2}, {.dtype = "float64", .name = "p"}).name() == "p");
  CHECK(K::placeholder({2}, {.dtype = "float64"}).dtype() == DType::Float64);
  CHECK(K::placeholder({2}, "float64").dtype() == DType::Float64);
  CHECK(K::variable(x, {.dtype = "int32", .name = "v"}).get_value().to_vector<int>() == std::vector<int>{1, 2});
  CHECK(K::variable(x, "float64", "v").dtype() == DType::Float64);
  CHECK(K::variable(x, "v").name() == "v");
}

TEST_CASE("the only result of a function or of predict is asked like a tensor", "[models][programs]") {
  const Sequential model{Input({3}), Dense(2)};
  CHECK(model.predict(ones({4, 3}), {.verbose = 0}).shape() == Shape{4, 2});
  const Symbol x = K::placeholder({2});
  const Function twice = K::function({x}, {2.0F * x});
  CHECK(twice(Tensor{1.0F, 2.0F}).to_vector<float>() == std::vector<float>{2, 4});
  std::ostringstream one, several;
  one << twice(Tensor{1.0F, 2.0F});
  several << K::function({x}, {2.0F * x, 3.0F * x})(Tensor{1.0F, 2.0F});
  CHECK(one.str() == "[2. 4.] dtype=float32 shape=(2,)");
  CHECK(several.str() == "[[2. 4.] dtype=float32 shape=(2,),\n [3. 6.] dtype=float32 shape=(2,)]");
}

TEST_CASE("what evaluate and fit return is a list, a dictionary and, when it is one value, a number",
          "[models][programs]") {
  const Sequential model{Input({3}), Dense(1)};
  model.compile({.optimizer = "sgd", .loss = "mse", .metrics = {"mae"}});
  const Tensor x = random_normal({8, 3}), y = ones({8, 1});
  const Logs scores = model.evaluate(x, y, {.verbose = 0});
  CHECK(scores[0] == scores["loss"]);
  CHECK(scores[1] == scores.at("mae"));
  CHECK_THROWS_AS(scores[2], LookupError);
  CHECK_THROWS_WITH(static_cast<double>(scores), ContainsSubstring("the logs hold 2"));
  const History history = model.fit(x, y, {.epochs = 2, .verbose = 0});
  CHECK(history.history["loss"].size() == 2);
  CHECK(history.history["loss"] == history["loss"]);

  model.compile({.optimizer = "sgd", .loss = "mse"});
  const double loss = model.test_on_batch(x, y);
  CHECK(loss == model.test_on_batch(x, y)["loss"]);
}

TEST_CASE("weights of classes are a dictionary by their number", "[models][programs]") {
  const Tensor x = random_normal({20, 3}), y = randint(0, 2, {20, 1});
  const auto loss = [&](const ClassWeights& weights) {
    set_random_seed(3);
    const Sequential model{Input({3}), Dense(1, {.activation = "sigmoid", .kernel_initializer = "ones"})};
    model.compile({.optimizer = "sgd", .loss = "binary_crossentropy"});
    return model.fit(x, y, {.verbose = 0, .shuffle = false, .class_weight = weights})["loss"].front();
  };
  CHECK(loss(Dict{{0, 1.0}, {1, 5.0}}) == loss({{0, 1.0}, {1, 5.0}}));
  CHECK(loss(Dict{{0, 1.0}, {1, 5.0}}) != loss({}));
  CHECK_THROWS_WITH(loss(Dict{{"one", 1.0}}), ContainsSubstring("the number of a class, received \"one\""));
  CHECK_THROWS_WITH(loss(Dict{{1, "heavy"}}), ContainsSubstring("a number for class 1"));
}

TEST_CASE("keyword arguments of a call are a dictionary", "[models][programs]") {
  const auto x = Input({4, 3}), h = Input({2}), c = Input({2});
  const Layer lstm = LSTM(2);
  const Model by_keyword({x, h, c}, lstm(x, Dict{{"initial_state", {h, c}}}));
  const Model by_position({x, h, c}, lstm({x, h, c}));
  const TensorList values = {random_normal({2, 4, 3}), random_normal({2, 2}), random_normal({2, 2})};
  CHECK(identical(by_keyword.predict(values, {.verbose = 0}), by_position.predict(values, {.verbose = 0})));

  const auto dropped = Dropout(0.5)(x, Dict{{"training", true}});
  CHECK(Tensor(Model(x, dropped).predict(ones({8, 4, 3}), {.verbose = 0})).to_vector<float>() !=
        std::vector<float>(96, 1));
  CHECK_THROWS_WITH(Dropout(0.5)(x, Dict{{"training", "yes"}}), ContainsSubstring("true or false"));
}

TEST_CASE("a layer of one's own is named after its class", "[models][programs]") {
  reset_uids();
  const Layer mine = make_layer<Doubling>();
  CHECK(mine->class_name() == "Doubling");
  CHECK(mine.name() == "doubling");
  CHECK(mine(ones({2})).to_vector<float>() == std::vector<float>{2, 2});
}

TEST_CASE("states of a stateful layer are reset by a method", "[models][programs]") {
  const Layer gru = GRU(2, {.stateful = true});
  const Tensor x = random_normal({1, 3, 2});
  const Tensor first = gru(x);
  gru.reset_states();
  CHECK(identical(gru(x), first));
  CHECK(gru.trainable_weights().size() == 3);
  CHECK(gru.non_trainable_weights().empty());
}

TEST_CASE("a metric is used alone", "[models][programs]") {
  const Metric accuracy = metrics::Accuracy();
  accuracy.update_state(Tensor{1, 2}, Tensor{1, 3});
  CHECK(accuracy.result().item<float>() == 0.5F);
  accuracy.reset_state();
  CHECK(accuracy(Tensor{1, 2}, Tensor{1, 2}).item<float>() == 1);
  CHECK_THROWS_WITH(Metric("accuracy").result(), ContainsSubstring("accuracy has no state of its own"));
}

TEST_CASE("positional arguments of Keras stay positional", "[models][programs]") {
  CHECK(RandomFlip("horizontal").get_config().at("mode").as_string() == "horizontal");
  CHECK(utils::pad_sequences({{1, 2}, {3}}, {.maxlen = 3}).to_vector<int>() == std::vector<int>{0, 1, 2, 0, 0, 3});
  CHECK(utils::pad_sequences(std::vector<Tensor>{Tensor{1}, Tensor{2, 3}}).shape() == Shape{2, 2});
}

TEST_CASE("options follow a source of batches, a path and an empty Sequential", "[models][programs]") {
  Sequential model({.name = "line"});
  CHECK(model.name() == "line");
  model.add(Input({3}));
  model.add(Dense(1));
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto batches = data::Dataset::from_tensor_slices(random_normal({8, 3}), ones({8, 1})).batch(4);
  CHECK(model.fit(batches, {.epochs = 2, .verbose = 0})["loss"].size() == 2);
  CHECK(model.fit(batches, {}, {.verbose = 0})["loss"].size() == 1);
  CHECK(model.evaluate(batches, {.verbose = 0}).size() == 1);
  CHECK_THROWS_WITH(model.load_weights("missing.h5", {.by_name = true}), ContainsSubstring("missing.h5"));
  const Container same = model;
  CHECK(same.is(model));
}

TEST_CASE("models are made anew from their configs", "[models]") {
  const Sequential line({Input({3}), Dense(2)}, {.name = "line"});
  const Symbol x = Input({3});
  const Model graph(x, Dense(2)(x) + 1.0f, {.name = "graph"});
  for (const Model& model : {Model(line), graph}) {
    const Model again = Model::from_config(model.get_config());
    CHECK(again.to_json() == model.to_json());
    CHECK(model.to_json({.indent = 2}).find("\n  \"") != std::string::npos);
    CHECK(model_from_json(model.to_json({.indent = 2})).to_json() == model.to_json());
  }
}

TEST_CASE("parameters of activations go by place or by name", "[layers]") {
  const Tensor x{-1.0f, 2.0f};
  CHECK(identical(LeakyReLU({.negative_slope = 0.5})(x), LeakyReLU(0.5)(x)));
  CHECK(LeakyReLU(0.25, {.name = "leaky"})(x).to_vector<float>() == std::vector<float>{-0.25f, 2});
  CHECK(identical(ELU({.alpha = 0.5, .name = "elu"})(x), ELU(0.5)(x)));
  CHECK(Masking({.mask_value = 3}).get_config().at("mask_value") == Config(3.0));
}

TEST_CASE("recurrent layers begin with states given by name", "[layers]") {
  const Symbol x = Input({K::None, 3}), h = Input({4}), c = Input({4});
  const Layer lstm = LSTM(4);
  const Model by_option({x, h, c}, lstm(x, {.initial_state = {h, c}})), by_list({x, h, c}, lstm({x, h, c}));
  const std::vector<Tensor> values{random_normal({2, 5, 3}), random_normal({2, 4}), random_normal({2, 4})};
  CHECK(identical(by_option.predict(values, {.verbose = 0}), by_list.predict(values, {.verbose = 0})));
  CHECK(Model::from_config(by_option.get_config()).to_json() == by_option.to_json());
}

TEST_CASE("the file of a drawing goes by place or by name", "[utils]") {
  const TemporaryFolder folder;
  const Sequential model{Input({3}), Dense(2)};
  utils::plot_model(model, folder.file("a.svg"), {.show_shapes = true});
  utils::plot_model(model, {.to_file = folder.file("b.svg"), .show_shapes = true});
  CHECK(bytes_of_file(folder.file("a.svg")) == bytes_of_file(folder.file("b.svg")));
}

namespace {

struct PlainSquares : LossBase {
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    return K::mean(K::square(y_true - y_pred), -1);
  }
};
struct LargestError : MetricBase {
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override { return {Tensor(0.0f)}; }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol&) const override {
    return {K::maximum(state[0], K::max(K::abs(y_true - y_pred)))};
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override { return state[0]; }
};

}  // namespace

TEST_CASE("losses and metrics of one's own have names without being given any", "[losses][metrics]") {
  const Sequential model{Input({3}), Dense(1, {.kernel_initializer = "zeros"})};
  model.compile({.loss = std::make_shared<PlainSquares>(), .metrics = {std::make_shared<LargestError>()}});
  CHECK(PlainSquares().name() == "plain_squares");
  const Logs logs = model.evaluate(ones({4, 3}), Tensor{{1.0f}, {2.0f}, {-3.0f}, {0.0f}}, {.verbose = 0});
  CHECK(static_cast<double>(logs["largest_error"]) == 3);
  CHECK(static_cast<double>(logs["loss"]) == 3.5);
}
