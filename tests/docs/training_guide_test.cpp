// docs/training.md: its blocks stand here, where they are compiled and run.

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/guide.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

// --- own step
/// Wants outputs that change little when inputs do.
class Smooth : public ModelBase {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return out_(hidden_(inputs)); }
  std::vector<std::pair<std::string, Layer>> sublayers() const override { return {{"hidden", hidden_}, {"out", out_}}; }

  std::optional<StepResult> train_step(const StepData& data) override {
    const Symbol slopes = gradients(data.y_pred[0], data.x)[0];
    const Symbol slope = ops::mean(ops::sum(ops::square(slopes), 1));
    const Symbol loss = data.loss + 0.5f * slope;  // data.loss: that of compile, with the penalties of layers
    return StepResult{{{"loss", loss}, {"slope", slope}}, optimizer()->get_updates(loss, trainable_variables())};
  }

 private:
  Layer hidden_ = Dense(16, {.activation = "tanh"}), out_ = Dense(1);
};
// ---

// --- own loss
class Modest : public Smooth {
 public:
  Symbol compute_loss(const StepData& data) override {
    return Smooth::compute_loss(data) + 0.01f * ops::mean(ops::square(data.y_pred[0]));
  }
};
// ---

}  // namespace

TEST_CASE("guide: steps of training of one's own", "[docs][training]") {
  set_random_seed(1);
  const Tensor x = random_normal({64, 3}), y = ops::sum(x, -1, true);
  // --- using the step
  Model model = make_model<Smooth>();
  model.compile({.optimizer = "adam", .loss = "mse", .metrics = {"mae"}});
  History history = model.fit(x, y, {.epochs = 3, .verbose = 0, .validation_split = 0.25});
  std::vector<double> slopes = history["slope"];   // means over the batches of each epoch
  std::vector<double> errors = history["mae"];     // metrics of compile go on beside it
  std::vector<double> held = history["val_loss"];  // the usual step of evaluation: test_step would change it
  // ---
  CHECK(slopes.size() == 3);
  CHECK(errors.back() < errors.front());
  CHECK(held.size() == 3);
  Model modest = make_model<Modest>();
  modest.compile({.optimizer = "sgd", .loss = "mse"});
  modest.fit(x, y, {.epochs = 1, .verbose = 0});
  model.set_weights(modest.get_weights());
  const double outputs = ops::mean(ops::square(Tensor(model.predict(x, {.verbose = 0})))).item<double>();
  CHECK(modest.evaluate(x, y, {.verbose = 0}).at("loss") ==
        Approx(model.evaluate(x, y, {.verbose = 0}).at("loss") + 0.01 * outputs));
}

TEST_CASE("guide: adapters and int8", "[docs][training]") {
  set_random_seed(1);
  Sequential model{Input({3}), Dense(16, {.activation = "relu", .name = "hidden"}), Dense(1, {.name = "out"})};
  const Tensor x = random_normal({64, 3}), y = ops::sum(x, -1, true);
  // --- adapters
  for (const char* name : {"hidden", "out"}) model.get_layer(name).enable_lora(2, {.lora_alpha = 4});
  model.compile({.optimizer = "adam", .loss = "mse"});  // anew: other weights are trained
  model.fit(x, y, {.epochs = 2, .verbose = 0});
  // ---
  const Tensor exact = model.predict(x, {.verbose = 0});
  // --- int8
  model.quantize("int8", {.filters = "hidden"});  // a pattern, a list of them, or a callable of a layer; all without
  Tensor rough = model.predict(x, {.verbose = 0});
  // ---
  CHECK(model.get_layer("hidden")->quantization_mode() == "int8");
  CHECK(ops::max(ops::abs(rough - exact)).item<float>() < 0.1f);
}

TEST_CASE("every block of the guide to training is one of those above", "[docs][training]") {
  check_guides({"docs/training.md"}, {"tests/docs/training_guide_test.cpp"});
}

}  // namespace kerascpp::test
