// Classes of models with steps of their own.

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

/// The layers of the models below.
class SmallModel : public ModelBase {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return out_(hidden_(inputs)); }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    return {{"hidden", hidden_}, {"out", out_}};
  }

 private:
  Layer hidden_ = Dense(2, {.activation = "tanh"}), out_ = Dense(1);
};

/// Wants small slopes beside small errors.
class Smooth final : public SmallModel {
 public:
  std::optional<StepResult> train_step(const StepData& data) override {
    const Symbol y_pred = data.y_pred[0];
    const Symbol slopes = gradients(y_pred, data.x)[0];
    const Symbol slope = ops::mean(ops::sum(ops::square(slopes), 1));
    const Symbol loss = data.loss + 0.5f * slope;
    return StepResult{{{"loss", loss}, {"slope", slope}}, optimizer()->get_updates(loss, trainable_variables())};
  }
};

/// As usual, written out.
class Usual final : public SmallModel {
 public:
  std::optional<StepResult> train_step(const StepData& data) override {
    return StepResult{{{"loss", data.loss}}, optimizer()->get_updates(data.loss, trainable_variables())};
  }
  std::optional<StepResult> test_step(const StepData& data) override {
    return StepResult{{{"loss", data.loss}, {"largest", ops::max(ops::abs(data.y_pred[0] - data.y[0]))}}};
  }
};

class WithPenalty final : public SmallModel {
 public:
  Symbol compute_loss(const StepData& data) override {
    return SmallModel::compute_loss(data) + 0.1f * ops::mean(ops::square(data.y_pred[0]));
  }
};

Tensor inputs() {
  std::vector<float> values;
  for (int i = 0; i < 30; ++i) values.push_back(static_cast<float>(i * 37 % 19) / 9 - 1);
  return Tensor(values).reshape({10, 3});
}
Tensor targets() {
  std::vector<float> values;
  for (int i = 0; i < 10; ++i) values.push_back(static_cast<float>(i % 4) - 1.5f);
  return Tensor(values).reshape({10, 1});
}

template <class T>
Model model_of(const char* optimizer_name = "adam") {
  Model model = make_model<T>();
  Optimizer optimizer(optimizer_name);
  optimizer->set_learning_rate(0.05);
  model.compile({.optimizer = optimizer, .loss = "mse"});
  static_cast<void>(model.predict(inputs(), {.verbose = 0}));  // makes the weights
  model.set_weights(
      {Tensor{{.5f, -.3f}, {.2f, .4f}, {-.6f, .1f}}, Tensor{.1f, -.1f}, Tensor{{.7f}, {-.8f}}, Tensor{.05f}});
  return model;
}

FitOptions options() { return {.batch_size = 4, .epochs = 5, .verbose = 0, .shuffle = false}; }

void check_close(const std::vector<double>& received, const std::vector<double>& expected) {
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(received[i] == Approx(expected[i]).epsilon(1e-5).margin(1e-6));
}

}  // namespace

// expected: keras.Model with the same train_step, GradientTape inside GradientTape, Keras 3.15.1 on TensorFlow
TEST_CASE("a training step of one's own, with a gradient in its loss, trains as in Keras", "[training][own][keras]") {
  const Model model = model_of<Smooth>();
  const History history = model.fit(inputs(), targets(), options());
  check_close(history["loss"],
              {1.7048516273498535, 1.3202776908874512, 1.1528180837631226, 1.0986827611923218, 1.0917977094650269});
  check_close(history["slope"],
              {0.4799431562423706, 0.2569522559642792, 0.11604839563369751, 0.0536048598587513, 0.029912225902080536});
  const std::vector<Tensor> weights = model.get_weights();
  check_close(weights[0].to_vector<double>(), {0.3477223217487335, -0.018634501844644547, 0.3048229217529297,
                                               0.3804088234901428, -0.3522037863731384, -0.1526324450969696});
  check_close(weights[1].to_vector<double>(), {-0.15939676761627197, 0.15477940440177917});
  check_close(weights[2].to_vector<double>(), {0.21128489077091217, -0.5343388319015503});
  check_close(weights[3].to_vector<double>(), {-0.24485592544078827});
}

TEST_CASE("the usual step written out is the usual step, bit for bit", "[training][own]") {
  const Model usual = model_of<SmallModel>(), own = model_of<Usual>();
  FitOptions with_validation = options();
  with_validation.validation_data = {inputs(), targets()};
  usual.fit(inputs(), targets(), with_validation);
  const History history = own.fit(inputs(), targets(), with_validation);
  for (std::size_t i = 0; i < 4; ++i) CHECK(identical(usual.get_weights()[i], own.get_weights()[i]));
  std::vector<std::string> names;
  for (const auto& item : history.history) names.push_back(item.first);
  CHECK(names == std::vector<std::string>{"loss", "val_largest", "val_loss"});

  const Logs logs = own.evaluate(inputs(), targets(), {.batch_size = 10, .verbose = 0});
  CHECK(logs.at("loss") == Approx(usual.evaluate(inputs(), targets(), {.batch_size = 10, .verbose = 0}).at("loss")));
  double largest = 0;
  const std::vector<double> y = targets().to_vector<double>(),
                            y_pred = Tensor(own.predict(inputs(), {.verbose = 0})).to_vector<double>();
  for (std::size_t i = 0; i < y.size(); ++i) largest = std::max(largest, std::abs(y[i] - y_pred[i]));
  CHECK(logs.at("largest") == Approx(largest));
  CHECK(own.train_on_batch(inputs(), targets()).find("largest") == nullptr);
}

TEST_CASE("a loss of one's own adds to that of compile, in training and evaluation", "[training][own]") {
  const Model model = model_of<WithPenalty>("sgd");
  double expected = 0;
  const std::vector<double> y = targets().to_vector<double>(),
                            y_pred = Tensor(model.predict(inputs(), {.verbose = 0})).to_vector<double>();
  for (std::size_t i = 0; i < y.size(); ++i)
    expected += ((y[i] - y_pred[i]) * (y[i] - y_pred[i]) + 0.1 * y_pred[i] * y_pred[i]) / 10;
  CHECK(model.evaluate(inputs(), targets(), {.verbose = 0}).at("loss") == Approx(expected));
  CHECK(model.train_on_batch(inputs(), targets()).at("loss") == Approx(expected));
  CHECK(model.test_on_batch(inputs(), targets()).at("loss") < expected);
}

namespace {

/// Draws points of a plane; a second network tells them from true ones. Two optimizers, no loss in compile.
class Adversaries final : public ModelBase {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return maker_(inputs); }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    return {{"maker", maker_}, {"judge", judge_}};
  }
  std::optional<StepResult> train_step(const StepData& data) override {
    const Symbol truth = judge_(data.y)[0], made = judge_(data.y_pred)[0];
    const Symbol judge_loss = ops::mean(ops::softplus(-truth)) + ops::mean(ops::softplus(made));
    const Symbol maker_loss = ops::mean(ops::softplus(-made));
    std::vector<Update> updates = optimizer()->get_updates(maker_loss, maker_.trainable_variables());
    for (const Update& update : judge_optimizer_->get_updates(judge_loss, judge_.trainable_variables()))
      updates.push_back(update);
    return StepResult{{{"judge", judge_loss}, {"maker", maker_loss}}, updates};
  }
  std::optional<StepResult> test_step(const StepData& data) override {
    return StepResult{{{"distance", ops::sum(ops::square(ops::mean(data.y_pred[0], 0) - ops::mean(data.y[0], 0)))}}};
  }

 private:
  Layer maker_ = Sequential{Dense(16, {.activation = "relu"}), Dropout(0.1), Dense(2)},
        judge_ = Sequential{Dense(16, {.activation = "relu"}), Dense(1)};
  Optimizer judge_optimizer_ = optimizers::Adam({.learning_rate = 0.01});
};

}  // namespace

TEST_CASE("a step may have optimizers of its own, and no loss in compile", "[training][own]") {
  set_random_seed(1);
  const Model model = make_model<Adversaries>();
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.005})});
  const Tensor noise = random_normal({256, 4}), truth = random_normal({256, 2}) * 0.1f + 3.0f;
  const double before = model.evaluate(noise, truth, {.verbose = 0}).at("distance");
  const History history = model.fit(noise, truth, {.batch_size = 32, .epochs = 30, .verbose = 0});
  CHECK(history["judge"].size() == 30);
  CHECK(model.evaluate(noise, truth, {.verbose = 0}).at("distance") < 0.5 * before);
}

namespace {

class BadLogs final : public SmallModel {
 public:
  std::optional<StepResult> train_step(const StepData& data) override { return StepResult{{{"all", data.y_pred[0]}}}; }
};

}  // namespace

TEST_CASE("what a step of one's own must not give is named", "[training][own][errors]") {
  CHECK_THROWS_WITH(model_of<BadLogs>().fit(inputs(), targets(), options()),
                    ContainsSubstring("[train_step] log \"all\" must be a scalar, received float32 (None, 1)"));
  const Model model = make_model<SmallModel>();
  model.compile({.optimizer = "sgd"});
  CHECK_THROWS_WITH(model.fit(inputs(), targets(), options()), ContainsSubstring("nothing to minimize"));
}

}  // namespace kerascpp::test
