// Layers of Keras 1 and 2 that Keras 3 has not. What they compute stands against NumPy in tests/saving/keras1_test.cpp
// and against tf_keras in tests/saving/keras2_test.cpp; here their gradients, their files, their factories.

#include <cmath>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/layers/keras1.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

const std::string kCorpus = KERASCPP_TEST_DATA "/keras1/";

struct Case {
  const char* name;
  Layer layer;
  Shape input;  // without the batch
};

/// One of each class, in float64.
std::vector<Case> each() {
  return {{"LocallyConnected1D",
           LocallyConnected1D(3, 2, {.strides = 2, .activation = "tanh", .dtype = "float64"}),
           {7, 2}},
          {"LocallyConnected2D",
           LocallyConnected2D(2, {2, 3}, {.data_format = "channels_first", .dtype = "float64"}),
           {3, 4, 5}},
          {"MaxoutDense", MaxoutDense(3, {.nb_feature = 2, .dtype = "float64"}), {5}},
          {"Highway", Highway({.activation = "tanh", .dtype = "float64"}), {4}},
          {"SReLU", SReLU({.shared_axes = {1}, .dtype = "float64"}), {3, 4}},
          {"ParametricSoftplus", ParametricSoftplus({.beta_init = 0.7, .dtype = "float64"}), {4}}};
}

Tensor draw(const Shape& shape, std::uint64_t seed) {
  set_random_seed(seed);
  return random_normal(shape, 0, 0.7, DType::Float64);
}

}  // namespace

TEST_CASE("gradients of layers of old are the differences of what they give", "[layers][legacy]") {
  for (const Case& row : each()) DYNAMIC_SECTION(row.name) {
      Shape shape = row.input;
      shape.insert(0, 3);
      const Symbol x = placeholder(shape, DType::Float64), y = row.layer(x);
      std::vector<Tensor> weights;
      for (const Variable& weight : row.layer.weights()) weights.push_back(draw(weight.shape(), 5 + weights.size()));
      row.layer.set_weights(weights);
      const Tensor seed = draw(y.shape(), 3), at = draw(shape, 4);
      const Symbol loss = ops::sum(y * constant(seed));
      std::vector<Symbol> wrt{x};
      for (const Variable& weight : row.layer.weights()) wrt.push_back(weight.symbol());
      std::vector<Symbol> wanted = backend::gradients(loss, wrt);
      const TensorList gradients = Function({x}, wanted)(at);
      const Function value({x}, {loss});
      // along one random direction of each variable
      constexpr double kStep = 1e-6;
      for (std::size_t i = 0; i < wrt.size(); ++i) {
        const Tensor direction = draw(wrt[i].shape(), 20 + i);
        const auto moved = [&](double step) {
          if (i == 0) return value(at + direction * step)[0].item<double>();
          std::vector<Tensor> changed = weights;
          changed[i - 1] = changed[i - 1] + direction * step;
          row.layer.set_weights(changed);
          const double result = value(at)[0].item<double>();
          row.layer.set_weights(weights);
          return result;
        };
        const double difference = (moved(kStep) - moved(-kStep)) / (2 * kStep);
        const double expected = ops::sum(gradients[i] * direction).item<double>();
        INFO("variable " << i);
        CHECK(difference == Approx(expected).epsilon(1e-6).margin(1e-7));
      }
    }
}

TEST_CASE("layers of old are the same from either kind of file", "[layers][legacy]") {
  const TemporaryFolder folder;
  for (const Case& row : each()) DYNAMIC_SECTION(row.name) {
      Sequential model{Input(row.input, {.dtype = "float64"}), row.layer};
      Shape shape = row.input;
      shape.insert(0, 3);
      const Tensor x = draw(shape, 1), y = model.predict(x, {.verbose = 0});
      for (const char* ending : {".keras", ".h5"}) {
        const std::string path = folder.file(std::string("model") + ending);
        model.save(path);
        const Model again = load_model(path);
        CHECK(allclose(again.predict(x, {.verbose = 0})[0], y, 0, 0));
        CHECK(again.layers()[0].get_config() == model.layers()[0].get_config());
      }
      CHECK(model.layers()[0]->serialize().at("registered_name").as_string() == std::string("kerascpp>") + row.name);
    }
}

TEST_CASE("a threshold is that of ReLU, as which it is saved", "[layers][legacy]") {
  const Layer layer = ThresholdedReLU(0.5);
  CHECK(layer->class_name() == "ReLU");
  CHECK(allclose(layer(Tensor{-1.0F, 0.5F, 0.6F}.reshape({1, 3})), Tensor{0.0F, 0.0F, 0.6F}.reshape({1, 3})));
  CHECK_THAT(message_of<ValueError>([] { (void)ThresholdedReLU(-1); }), ContainsSubstring("received -1"));
}

TEST_CASE("layers of old say what they do not take", "[layers][legacy]") {
  CHECK_THAT(message_of<ValueError>([] { (void)LocallyConnected1D(2, 3, {.padding = "same"}); }),
             ContainsSubstring("[LocallyConnected1D] padding must be \"valid\", received \"same\""));
  CHECK_THAT(message_of<ValueError>([] { (void)LocallyConnected2D(0, 3); }), ContainsSubstring("filters"));
  CHECK_THAT(message_of<ShapeError>([] {
               (void)LocallyConnected1D(2, 5)(Input({4, 2}));
             }),
             ContainsSubstring("window of 5"));
  CHECK_THAT(message_of<ValueError>([] { (void)MaxoutDense(2, {.nb_feature = 0}); }), ContainsSubstring("nb_feature"));
  CHECK_THAT(message_of<ShapeError>([] { (void)Highway()(Input({4, 2})); }), ContainsSubstring("(batch, channels)"));
  CHECK_THAT(message_of<ValueError>([] {
               (void)SReLU({.shared_axes = {3}})(Input({4, 2}));
             }),
             ContainsSubstring("shared axis 3"));
  CHECK_THAT(message_of<ValueError>([] { (void)Merge("both"); }), ContainsSubstring("received \"both\""));
  CHECK_THAT(message_of<ValueError>([] { (void)keras1::Convolution2D(2, 3, 3, {.dim_ordering = "ab"}); }),
             ContainsSubstring("received \"ab\""));
  CHECK_THAT(message_of<ValueError>([] { (void)keras1::LSTM(2, {.forget_bias_init = "two"}); }),
             ContainsSubstring("received \"two\""));
}

TEST_CASE("merge takes every mode of Keras 1", "[layers][legacy]") {
  const Symbol a = Input({3}), b = Input({3});
  const Tensor x{{1.0F, 2.0F, 2.0F}}, y{{2.0F, -1.0F, 4.0F}};
  const auto merged = [&](const char* mode, const MergeOptions& options = {}) -> Tensor {
    return Model({a, b}, {keras1::merge({a, b}, mode, options)}).predict({x, y}, {.verbose = 0});
  };
  CHECK(allclose(merged("sum"), Tensor{{3.0F, 1.0F, 6.0F}}));
  CHECK(allclose(merged("mul"), Tensor{{2.0F, -2.0F, 8.0F}}));
  CHECK(allclose(merged("ave"), Tensor{{1.5F, 0.5F, 3.0F}}));
  CHECK(allclose(merged("max"), Tensor{{2.0F, 2.0F, 4.0F}}));
  CHECK(allclose(merged("concat"), Tensor{{1.0F, 2.0F, 2.0F, 2.0F, -1.0F, 4.0F}}));
  CHECK(allclose(merged("dot", {.dot_axes = 1}), Tensor{{8.0F}}));
  CHECK(allclose(merged("cos", {.dot_axes = {1, 1}}), full({1, 1, 1}, 8 / (3 * std::sqrt(21.0)))));
}

TEST_CASE("models written with the names of Keras 1 compute what its files do", "[layers][legacy][keras1]") {
  const auto check = [](const char* name, const Model& model) {
    INFO(name);
    const Dict arrays = load_npz(kCorpus + name + ".npz");
    model.set_weights(load_model(kCorpus + name + ".h5").get_weights());
    CHECK(allclose(model.predict(numbered(arrays, "x"), {.verbose = 0})[0], numbered(arrays, "y")[0], 1e-5, 1e-5));
  };
  check("perceptron",
        Sequential{keras1::Dense(5, {.activation = "relu", .W_regularizer = "l2", .input_dim = 6}),
                   keras1::Highway({.activation = "tanh"}), keras1::MaxoutDense(4, {.nb_feature = 3}), Dropout(0.3),
                   SReLU(), ParametricSoftplus(), ThresholdedReLU(0.1), LeakyReLU(0.2),
                   Activation("kerascpp>keras2_hard_sigmoid"), keras1::Dense(3, {.activation = "softmax"})});
  check(
      "theano_images",
      Sequential{
          keras1::Convolution2D(
              3, 3, 2, {.activation = "relu", .border_mode = "full", .dim_ordering = "th", .input_shape = {2, 6, 7}}),
          BatchNormalization({.axis = 1}),
          keras1::AtrousConvolution2D(4, 2, 2, {.atrous_rate = {2, 2}, .dim_ordering = "th"}),
          ZeroPadding2D({{1, 0}, {0, 2}}, {.data_format = "channels_first"}),
          keras1::MaxPooling2D(2, {.dim_ordering = "th"}), keras1::LocallyConnected2D(3, 2, 2, {.dim_ordering = "th"}),
          Flatten({.data_format = "channels_last"}), keras1::Dense(3, {.activation = "softmax"})});
  check("tensorflow_images",
        Sequential{keras1::Convolution2D(4, 3, 3,
                                         {.activation = "relu",
                                          .border_mode = "same",
                                          .subsample = 2,
                                          .dim_ordering = "tf",
                                          .input_shape = {8, 7, 2}}),
                   keras1::SeparableConvolution2D(3, 2, 2, {.depth_multiplier = 2, .dim_ordering = "tf"}),
                   keras1::Deconvolution2D(2, 3, 2, {.subsample = 2, .dim_ordering = "tf"}), UpSampling2D({2, 1}),
                   keras1::LocallyConnected2D(3, 3, 2, {.dim_ordering = "tf"}), BatchNormalization(),
                   GlobalAveragePooling2D()});
  check("series",
        Sequential{keras1::Convolution1D(
                       4, 3, {.activation = "relu", .border_mode = "same", .input_dim = 3, .input_length = 11}),
                   keras1::AtrousConvolution1D(3, 2, {.atrous_rate = 2}), keras1::AveragePooling1D(2),
                   keras1::LocallyConnected1D(2, 2), UpSampling1D(2), GlobalMaxPooling1D()});
  check("recurrent",
        Sequential{keras1::Embedding(9, 4, {.input_length = 7}), keras1::LSTM(5, {.return_sequences = true}),
                   TimeDistributed(keras1::Dense(4, {.activation = "tanh"})), keras1::GRU(3), keras1::Dense(2)});
  check("volumes",
        Sequential{keras1::Convolution3D(3, 2, 3, 2,
                                         {.activation = "relu", .dim_ordering = "th", .input_shape = {2, 4, 5, 6}}),
                   keras1::MaxPooling3D({1, 2, 2}, {.dim_ordering = "th"})});
}

}  // namespace kerascpp::test
