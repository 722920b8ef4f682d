// clone_model: the same layers with weights of their own. What is expected is what keras.models.clone_model does.

#include <algorithm>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

Model two_inputs() {
  const Symbol a = layers::Input({3}, {.name = "a"}), b = layers::Input({3}, {.name = "b"});
  const auto shared = layers::Dense(4, {.activation = "tanh", .name = "shared"});
  const Symbol inner = layers::Input({4});
  const auto encoder = Model(inner, layers::Dense(2, {.name = "inside"})(inner), {.name = "encoder"});
  const Symbol sum = SymbolList(shared(a)).single() + SymbolList(shared(b)).single();
  return {SymbolList{a, b}, layers::Dense(1, {.name = "out"})(encoder(sum)), {.name = "siamese"}};
}

std::vector<std::string> names_of(const Model& model) {
  std::vector<std::string> names;
  for (const Layer& layer : model.layers()) names.push_back(layer.name());
  return names;
}

}  // namespace

TEST_CASE("a clone has the layers of the model and weights of its own", "[models][clone]") {
  const Model model = two_inputs();
  for (const bool recursive : {false, true}) {
    const Model clone = clone_model(model, {.recursive = recursive});
    CHECK(clone.name() == "siamese");
    CHECK(names_of(clone) == names_of(model));
    CHECK(clone.input_names() == model.input_names());
    CHECK(clone.count_params() == model.count_params());  // the shared layer was cloned once
    CHECK_FALSE(clone.compiled());
    CHECK_FALSE(clone.get_layer("shared").is(model.get_layer("shared")));
    CHECK_FALSE(identical(clone.get_weights()[0], model.get_weights()[0]));
    clone.set_weights(model.get_weights());
    const Tensor x = random_normal({5, 3}), y = random_normal({5, 3});
    const Tensor expected = model.predict({x, y}, {.verbose = 0});
    CHECK(identical(Tensor(clone.predict({x, y}, {.verbose = 0})), expected));
    clone.set_weights(clone_model(model).get_weights());
    CHECK(identical(Tensor(model.predict({x, y}, {.verbose = 0})), expected));
  }
}

TEST_CASE("a clone of a Sequential is one, compiled as the model is", "[models][clone]") {
  const Sequential model{layers::Input({3}, {.name = "x"}), layers::Dense(2, {.name = "d"}), layers::Dropout(0.5)};
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.25}), .loss = "mse", .metrics = {"mae"}});
  const Model clone = clone_model(model);
  CHECK(clone->class_name() == "Sequential");
  CHECK(clone.input_names() == std::vector<std::string>{"x"});
  CHECK(clone.optimizer()->learning_rate() == 0.25);
  const Tensor w = model.get_weights()[0];
  clone.fit(ones({4, 3}), zeros({4, 2}), {.verbose = 0});
  CHECK(identical(model.get_weights()[0], w));

  const Sequential unbuilt{layers::Dense(2), layers::Dense(3)};
  CHECK_FALSE(clone_model(unbuilt).built());
}

TEST_CASE("functions say how layers are cloned and called", "[models][clone]") {
  const Symbol x = layers::Input({3});
  const Model model(x, layers::Dense(1, {.name = "b"})(layers::Dense(2, {.name = "a"})(x)));
  const auto same = [](const Layer& layer) { return layer; };
  const Model with_dropout = clone_model(
      model, {.clone_function = same,
              .call_function = [](const Layer& layer, const SymbolList& inputs, const CallOptions& options) {
                const SymbolList y = layer(inputs, options);
                return layer->class_name() == "Dense" ? layers::Dropout(0.5, {.name = "after_" + layer.name()})(y) : y;
              }});
  CHECK(names_of(with_dropout) ==
        std::vector<std::string>{with_dropout.layers()[0].name(), "a", "after_a", "b", "after_b"});
  CHECK(with_dropout.get_layer("a").is(model.get_layer("a")));

  const Symbol start = layers::Input({3}, {.name = "start"});
  const Model from_there = clone_model(model, {.input_tensors = start});
  CHECK(from_there.inputs().single().is(start));

  const Model wider = clone_model(model, {.clone_function = [](const Layer& layer) {
                                    return layers::Dense(layer.name() == "a" ? 7 : 1, {.name = layer.name()});
                                  }});
  CHECK(wider.get_layer("a").output_shape() == Shape{None, 7});
}

TEST_CASE("cloning refuses what does not fit the model", "[models][clone][errors]") {
  const Sequential model{layers::Input({3}), layers::Dense(2)};
  const auto call = [](const Layer& layer, const SymbolList& x, const CallOptions& options) {
    return layer(x, options);
  };
  CHECK_THROWS_WITH(clone_model(model, {.call_function = call}),
                    ContainsSubstring("call_function is for functional models"));
  const Symbol a = layers::Input({3}), b = layers::Input({3});
  CHECK_THROWS_WITH(clone_model(model, {.input_tensors = {a, b}}), ContainsSubstring("has one input, received 2"));
  CHECK_THROWS_WITH(clone_model(two_inputs(), {.input_tensors = a}), ContainsSubstring("has 2 inputs, received 1"));
}

}  // namespace kerascpp::test
