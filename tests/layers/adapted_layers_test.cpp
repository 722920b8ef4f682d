// Layers that change after they were made, as in Keras: low-rank adapters, and weights in int8.

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "layers/stored_weights.hpp"
#include "saving/legacy_h5.hpp"
#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/op_test.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

const std::string kFolder = KERASCPP_TEST_DATA "/adapted/";

const Config::List& adapted_cases() {
  static const Config index = [] {
    std::ifstream file(kFolder + "index.json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parse_json(text, "index.json");
  }();
  return index.at("cases").as_list();
}

Tensor floats(const Tensor& x) { return x.dtype() == DType::BFloat16 ? x.astype(DType::Float32) : x; }

void compare(const char* what, const std::vector<Tensor>& received, const std::vector<Tensor>& expected,
             double tolerance) {
  INFO(what);
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(what << " " << i);
    CHECK(first_difference(floats(received[i]), expected[i], tolerance) == "");
  }
}

/// Layers that take adapters, wherever they are.
std::vector<Layer> adaptable(const LayerBase& layer) {
  std::vector<Layer> found;
  for (const auto& [attribute, inner] : layer.sublayers()) {
    if (inner.as<StoredWeights>() != nullptr) found.push_back(inner);
    for (const Layer& deeper : adaptable(*inner.base())) found.push_back(deeper);
  }
  return found;
}

std::vector<Tensor> predict(const Model& model, const std::vector<Tensor>& x) {
  return model.predict(x, {.verbose = 0}).vector();
}

std::vector<std::string> names_of(const std::vector<Variable>& variables) {
  std::vector<std::string> names;
  for (const Variable& variable : variables) names.push_back(variable.name());
  return names;
}

std::vector<std::string> texts(const Config& config) {
  std::vector<std::string> all;
  for (const Config& item : config.as_list()) all.push_back(item.as_string());
  return all;
}

/// The model of a case, changed as the case says, with Keras's weights.
Model changed_model(const Config& row, const Dict& arrays) {
  const std::string path = kFolder + row.at("name").as_string();
  const bool begins_changed = row.at("begins_changed").as_bool();
  Model model = load_model(path + (begins_changed ? ".changed.keras" : ".keras"));
  const std::vector<Tensor> x = numbered(arrays, "x"), w = numbered(arrays, "w");
  const double tolerance = row.at("tolerance").as_double();
  if (!begins_changed) compare("outputs before", predict(model, x), numbered(arrays, "b"), tolerance);
  if (const Config& rank = row.at("rank"); !rank.is_null())
    for (const Layer& layer : adaptable(*model.base()))
      layer.enable_lora(rank.as_int(), {.lora_alpha = row.at("alpha").is_null() ? std::optional<double>()
                                                                                : row.at("alpha").as_double()});
  if (!row.at("mode").is_null() || !row.at("config").is_null()) {
    QuantizeOptions options{.config = row.at("config")};
    if (!row.at("filters").is_null()) options.filters = texts(row.at("filters"));
    model.quantize(row.at("mode").is_null() ? "" : row.at("mode").as_string(), options);
    for (std::size_t i = 0; i < w.size(); ++i) {
      const Variable variable = model.weights()[i];
      if (variable.dtype() == DType::Int8 || variable.name().ends_with("_scale"))
        CHECK(first_difference(variable.get_value(), w[i], 1e-6) == "");
    }
  }
  CHECK(names_of(model.weights()) == texts(row.at("weights")));
  CHECK(names_of(model.trainable_variables()) == texts(row.at("trained")));
  model.set_weights(w);
  return model;
}

}  // namespace

TEST_CASE("layers with adapters and in int8 compute, train and are saved as in Keras", "[layers][keras]") {
  for (const Config& row : adapted_cases()) {
    const std::string name = row.at("name").as_string();
    DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const double tolerance = row.at("tolerance").as_double();
      const Model model = changed_model(row, arrays);
      const std::vector<Tensor> x = numbered(arrays, "x");
      compare("outputs", predict(model, x), numbered(arrays, "y"), tolerance);

      std::vector<Symbol> seeds, wrt;
      const std::vector<Symbol> outputs = model.outputs().vector();
      const std::vector<Tensor> projections = numbered(arrays, "p");
      for (std::size_t i = 0; i < outputs.size(); ++i)
        seeds.push_back(constant(projections[i].astype(outputs[i].dtype())));
      for (const Variable& variable : model.trainable_variables()) wrt.push_back(variable.symbol());
      for (const Symbol& input : model.inputs())
        if (is_floating(input.dtype())) wrt.push_back(input);
      if (!wrt.empty()) {
        const Function function(model.inputs(), SymbolList(gradients_of(outputs, seeds, wrt)),
                                {.givens = {{learning_phase(), false}}});
        std::vector<Tensor> expected = numbered(arrays, "g");
        for (const Tensor& gradient : numbered(arrays, "gx")) expected.push_back(gradient);
        compare("gradients", function(TensorList(x)).vector(), expected, tolerance);
      }

      const std::string changed = kFolder + name + ".changed.keras";
      const std::vector<Tensor> saved = numbered(arrays, "s");
      const Model from_keras = load_model(changed);
      compare("outputs of Keras's file", predict(from_keras, x), saved, tolerance);
      CHECK(first_difference(model_config(from_keras, false), config_of_file(changed)) == "");
      CHECK(first_difference(model_config(model, false), config_of_file(changed)) == "");

      const TemporaryFolder folder;
      for (const char* ending : {".keras", ".weights.h5", ".h5"}) {
        INFO("written as " << ending);
        const std::string path = folder.file(std::string("model") + ending);
        Model again = load_model(changed);
        if (std::string(ending) == ".weights.h5") {
          model.save_weights(path);
          again.load_weights(path);
        } else {
          model.save(path);
          again = load_model(path);
        }
        // the old layout keeps adapters apart, the other ones keep the sum
        compare("outputs of our file", predict(again, x), std::string(ending) == ".h5" ? numbered(arrays, "y") : saved,
                tolerance);
      }
    }
  }
}

TEST_CASE("Keras opens layers with adapters and in int8 that were written here", "[layers][keras][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with Keras 3");
  const TemporaryFolder folder;
  for (const Config& row : adapted_cases()) {
    const std::string name = row.at("name").as_string();
    const Dict arrays = load_npz(kFolder + name + ".npz");
    changed_model(row, arrays).save(folder.file(name + ".keras"));
    Dict expected;
    const std::vector<Tensor> x = numbered(arrays, "x"), s = numbered(arrays, "s");
    for (std::size_t i = 0; i < x.size(); ++i) expected.set("x" + std::to_string(i), x[i]);
    for (std::size_t i = 0; i < s.size(); ++i) expected.set("y" + std::to_string(i), s[i]);
    save_npz(folder.file(name + ".npz"), expected);
  }
  // Keras writes no such file itself: it forgets the policies of the projections
  const Model whole = load_model(kFolder + "int8_network.keras");
  whole.quantize("int8");
  const Tensor x = *load_npz(kFolder + "int8_network.npz").find("x0")->tensor();
  whole.save(folder.file("whole.keras"));
  save_npz(folder.file("whole.npz"), Dict{{"x0", x}, {"y0", Tensor(whole.predict(x, {.verbose = 0}))}});
  const auto [status, output] =
      run_command(keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/read_back.py " + folder.path());
  INFO(output);
  CHECK(status == 0);
}

TEST_CASE("projections of attention in int8 are saved with their policies", "[layers]") {
  const TemporaryFolder folder;
  const Tensor x = *load_npz(kFolder + "int8_network.npz").find("x0")->tensor();
  for (const bool grouped : {false, true}) {
    Model model = load_model(kFolder + "int8_network.keras");
    if (grouped) {
      const Symbol inputs = Input({6}, {.dtype = "int32"});
      const Symbol words = Embedding(11, 8)(inputs);
      model = Model(inputs, GroupQueryAttention(4, 4, 2, {.name = "grouped"})({words, words}));
    }
    model.quantize("int8");
    const std::string path = folder.file("model.keras");
    model.save(path);
    const Model again = load_model(path);
    compare("outputs", predict(again, {x}), predict(model, {x}), 0);
    CHECK(first_difference(model_config(again, false), model_config(model, false)) == "");
    const Layer attention = again.get_layer(grouped ? "grouped" : "attention");
    CHECK(attention.get_config().at("dtype").at("class_name").as_string() == "DTypePolicyMap");
    CHECK(attention->dtype_policy() == "float32");
    for (const auto& [attribute, projection] : attention->sublayers())
      CHECK(projection->dtype_policy() == "int8_from_float32");
  }
}

TEST_CASE("every model that holds a layer computes with its adapters from then on", "[layers]") {
  const Layer shared = Dense(4, {.name = "shared"});
  const Symbol a = Input({3}), b = Input({3});
  const SymbolList hidden = shared(a);
  const Model inner(a, hidden), outer({a, b}, Concatenate()({inner(a).single(), shared(b).single()}));
  Sequential sequential{Input({3}), shared, Dense(2)};
  const Tensor x = random_normal({5, 3}), y = random_normal({5, 3});
  const Tensor before = inner.predict(x, {.verbose = 0});
  const Tensor sequential_before = sequential.predict(x, {.verbose = 0});
  shared.enable_lora(2);
  CHECK(first_difference(inner.predict(x, {.verbose = 0}), before, 0) == "");  // b begins at zero

  std::vector<Tensor> weights = shared.get_weights();
  weights[2] = random_normal({3, 2});
  weights[3] = random_normal({2, 4});
  shared.set_weights(weights);
  const Tensor kernel = weights[0] + ops::matmul(weights[2], weights[3]);
  const Tensor expected = ops::matmul(x, kernel) + weights[1];
  CHECK(first_difference(inner.predict(x, {.verbose = 0}), expected, 1e-5) == "");
  const Tensor both = outer.predict({x, y}, {.verbose = 0});
  CHECK(first_difference(both, ops::concatenate({expected, Tensor(ops::matmul(y, kernel) + weights[1])}, -1), 1e-5) ==
        "");
  CHECK(first_difference(sequential.predict(x, {.verbose = 0}), sequential_before, 1e-3) != "");
  // symbols from before the change make models of what the layer computes now
  CHECK(first_difference(Model(a, hidden).predict(x, {.verbose = 0}), expected, 1e-5) == "");
  CHECK(first_difference(shared(x), expected, 1e-5) == "");
}

TEST_CASE("operations keep their names when a layer inside of a model changes", "[layers]") {
  const Symbol x = Input({3}, {.name = "x"});
  const Layer dense = Dense(3);
  const Model model(x, dense(x) * 2.0f + x);
  const auto names = [&model] {
    std::vector<std::string> all;
    const Config config = model_config(model, false);
    for (const Config& layer : config.at("config").at("layers").as_list()) all.push_back(layer.at("name").as_string());
    return all;
  };
  const std::vector<std::string> before = names();
  dense.quantize("int8");
  CHECK(names() == before);
}

TEST_CASE("training changes adapters and leaves their weight", "[layers]") {
  Sequential model{Input({6}), Dense(8, {.activation = "relu", .name = "hidden"}), Dense(1)};
  const Tensor x = random_normal({64, 6}), y = ops::sum(x, 1, true);
  model.compile({.optimizer = "adam", .loss = "mse"});
  model.fit(x, y, {.epochs = 1, .verbose = 0});
  const Layer hidden = model.get_layer("hidden");
  hidden.enable_lora(2, {.lora_alpha = 4});
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.05}), .loss = "mse"});
  const std::vector<Tensor> before = hidden.get_weights();
  const History history = model.fit(x, y, {.epochs = 8, .verbose = 0});
  const std::vector<Tensor> after = hidden.get_weights();
  CHECK(history["loss"].back() < 0.5 * history["loss"].front());
  CHECK(first_difference(after[0], before[0], 0) == "");
  for (const std::size_t trained : {1, 2, 3}) CHECK(first_difference(after[trained], before[trained], 1e-6) != "");
}

TEST_CASE("adapters are refused with a reason", "[layers]") {
  const Layer dense = Dense(3, {.name = "d"});
  CHECK_THROWS_WITH(dense.enable_lora(2), ContainsSubstring("layer \"d\" (Dense) is not built yet"));
  dense.build({None, 4});
  CHECK_THROWS_WITH(dense.enable_lora(0), ContainsSubstring("rank of at least 1, received 0"));
  dense.enable_lora(2);
  CHECK_THROWS_WITH(dense.enable_lora(2), ContainsSubstring("has low-rank adapters already"));
  const Layer constrained = Dense(3, {.kernel_constraint = "non_neg"});
  constrained.build({None, 4});
  CHECK_THROWS_WITH(constrained.enable_lora(2), ContainsSubstring("has a constraint on \"kernel\""));
  CHECK_THROWS_WITH(ReLU().enable_lora(2), ContainsSubstring("takes no low-rank adapters"));
}

TEST_CASE("what cannot be quantized is refused with a reason", "[layers]") {
  const Layer dense = Dense(3, {.name = "d"});
  CHECK_THROWS_WITH(dense.quantize("int8"), ContainsSubstring("is not built yet"));
  dense.build({None, 4});
  for (const char* mode : {"int4", "float8", "gptq", "awq", "int16"})
    CHECK_THROWS_WITH(dense.quantize(mode), ContainsSubstring("can be quantized to \"int8\", received mode"));
  CHECK_THROWS_WITH(dense.quantize(""), ContainsSubstring("expected a mode or a config"));
  dense.quantize("int8");
  CHECK(dense->dtype_policy() == "int8_from_float32");
  CHECK_THROWS_WITH(dense.quantize("int8"), ContainsSubstring("is quantized already"));
  const Layer half = Dense(3, {.dtype = "mixed_float16"});
  half.build({None, 4});
  CHECK_THROWS_WITH(half.quantize("int8"), ContainsSubstring("computes in float16"));
  CHECK_THROWS_WITH(ReLU().quantize("int8"), ContainsSubstring("cannot be quantized"));
  CHECK_THROWS_WITH(ReLU({.dtype = "int8_from_float32"})(Input({3})), ContainsSubstring("cannot be quantized"));
  CHECK_THROWS_WITH(Dense(2, {.dtype = "int4_from_float32"}), ContainsSubstring("not to \"int4\""));
  CHECK_THROWS_WITH(Dense(2, {.dtype = "int8_from_mixed_float16"}), ContainsSubstring("do not fit into float16"));
  CHECK_THROWS_WITH(quantizers::AbsMaxQuantizer({.value_range = {-200, 127}}), ContainsSubstring("within [-128, 127]"));
  Sequential model{Input({4}), Dense(3)};
  CHECK_THROWS_WITH(model.quantize("int8", {.filters = "("}), ContainsSubstring("is no regular expression"));
  CHECK_THROWS_WITH(model.quantize("int4"), ContainsSubstring("received mode \"int4\""));
}

TEST_CASE("filters choose the layers of a model that are quantized", "[layers]") {
  const auto quantized = [](const LayerFilter& filters) {
    Sequential model{Input({4}), Dense(3, {.name = "first"}), Dense(3, {.name = "second"})};
    model.quantize("int8", {.filters = filters});
    std::string names;
    for (const Layer& layer : model.layers())
      if (!layer->quantization_mode().empty()) names += layer.name() + " ";
    return names;
  };
  CHECK(quantized({}) == "first second ");
  CHECK(quantized("sec") == "second ");
  CHECK(quantized({"^f", "nothing"}) == "first ");
  CHECK(quantized([](const Layer& layer) { return layer.name() == "second"; }) == "second ");
}

TEST_CASE("axes under an ellipsis are quantized as those of Dense are", "[layers]") {
  const Symbol x = Input({2, 3, 5});
  const Layer dense = Dense(6), einsum = EinsumDense("...x,xy->...y", {6}, {.bias_axes = "y"});
  const Model a(x, dense(x)), b(x, einsum(x));
  einsum.set_weights(dense.get_weights());
  dense.quantize("int8");
  einsum.quantize("int8");
  CHECK(einsum.weights()[2].shape() == Shape({1, 1, 1, 6}));
  const Tensor values = random_normal({4, 2, 3, 5});
  CHECK(first_difference(b.predict(values, {.verbose = 0}), a.predict(values, {.verbose = 0}), 0) == "");
}

}  // namespace kerascpp::test
