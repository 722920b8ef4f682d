// Files of Keras 1 (tests/data/keras1, built from the definition of the format) give what its layers compute.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/keras1/";

std::vector<std::string> cases() {
  std::vector<std::string> names;
  const Config index = parse_json(bytes_of_file(kFolder + "index.json"), "index.json");
  for (const Config& row : index.at("cases").as_list()) names.push_back(row.at("name").as_string());
  return names;
}

void check_outputs(const Model& model, const Dict& arrays) {
  const TensorList outputs = model.predict(numbered(arrays, "x"), {.verbose = 0});
  const std::vector<Tensor> expected = numbered(arrays, "y");
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(outputs[i].shape() == expected[i].shape());
    CHECK(allclose(outputs[i], expected[i], 1e-5, 1e-5));
  }
}

Model model_of_layers(const Config& layers) {
  return model_from_config(Config::map({{"class_name", "Sequential"}, {"config", layers}, {"keras_version", "1.2.2"}}));
}

/// The message when a Sequential of one layer is read.
std::string refusal(const char* class_name, Config config) {
  config.set("batch_input_shape", Config::list({nullptr, 4, 5}));
  const Config layer = Config::map({{"class_name", class_name}, {"config", config}});
  return message_of<FormatError>([&] { (void)model_of_layers(Config::list({layer})); });
}

}  // namespace

TEST_CASE("models of Keras 1 give its outputs", "[saving][keras1]") {
  for (const std::string& name : cases()) DYNAMIC_SECTION(name) {
      check_outputs(load_model(kFolder + name + ".h5"), load_npz(kFolder + name + ".npz"));
    }
}

TEST_CASE("models of Keras 1 are read from JSON and YAML, and their weights from a file of their own",
          "[saving][keras1]") {
  for (const std::string& name : cases()) DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Model from_json = model_from_json(bytes_of_file(kFolder + name + ".json"));
      from_json.load_weights(kFolder + name + ".weights_only.h5");
      check_outputs(from_json, arrays);
      const Model from_yaml = model_from_yaml(bytes_of_file(kFolder + name + ".yaml"));
      from_yaml.load_weights(kFolder + name + ".weights_only.h5");
      check_outputs(from_yaml, arrays);
    }
}

TEST_CASE("models of Keras 1 become models of Keras 3", "[saving][keras1]") {
  const TemporaryFolder folder;
  for (const std::string& name : cases())
    for (const char* ending : {".keras", ".h5"}) DYNAMIC_SECTION(name << ending) {
        load_model(kFolder + name + ".h5").save(folder.file(std::string("model") + ending));
        check_outputs(load_model(folder.file(std::string("model") + ending)), load_npz(kFolder + name + ".npz"));
      }
}

TEST_CASE("optimizers of Keras 1 keep their slots, joined where gates are", "[saving][keras1]") {
  for (const char* name : {"recurrent", "recurrent_fused"}) DYNAMIC_SECTION(name) {
      const Model model = load_model(kFolder + name + ".h5");
      const std::vector<Tensor> expected = numbered(load_npz(kFolder + name + ".npz"), "w");
      const OptimizerBase& optimizer = *model.optimizer().object();
      const std::vector<Variable> variables = optimizer.variables();
      REQUIRE(variables.size() == expected.size() + 2);  // the counter and the rate stand before them
      const std::size_t kinds = optimizer.slot_names().size(), count = expected.size() / kinds;
      for (std::size_t slot = 0; slot < kinds; ++slot)
        for (std::size_t i = 0; i < count; ++i) {
          const std::size_t ours = i * kinds + slot;  // Adam keeps both of a weight together
          CHECK(allclose(variables[2 + ours].get_value(), expected[slot * count + i], 0, 0));
        }
      const bool is_adam = std::string(name) == "recurrent";
      CHECK(optimizer.iterations().get_value().item<std::int64_t>() == (is_adam ? 3 : 0));
      CHECK(optimizer.learning_rate() == Approx(is_adam ? 0.002 : 0.003));
    }
}

TEST_CASE("an Embedding of Keras 1 drops the same words of a whole batch in training", "[saving][keras1]") {
  const Model model = load_model(kFolder + "dropped_words.h5");
  const Layer embedding = model.get_layer("embedding_1");
  CHECK(embedding->class_name() == "WordDropoutEmbedding");
  const Tensor table = embedding.get_weights()[0];  // (9, 4)
  const Symbol words = layers::Input({9}, {.dtype = "int32"});
  const Function step({words, learning_phase()}, embedding(words));
  const Tensor all = arange(9).reshape({1, 9}).astype(DType::Int32);
  const Tensor twice = ops::concatenate(TensorList{all, all}, 0);
  CHECK(
      allclose(step({twice, Tensor(false)})[0].reshape({18, 4}), ops::concatenate(TensorList{table, table}, 0), 0, 0));
  int dropped = 0;
  for (int round = 0; round < 20; ++round) {
    const Tensor rows = step({twice, Tensor(true)})[0];
    CHECK(allclose(rows.rows(0, 1), rows.rows(1, 2), 0, 0));
    for (std::int64_t word = 0; word < 9; ++word) {
      const Tensor row = rows.rows(0, 1).reshape({9, 4}).rows(word, word + 1), kept = table.rows(word, word + 1) / 0.6;
      const bool is_dropped = allclose(row, zeros({1, 4}), 0, 0);
      dropped += static_cast<int>(is_dropped);
      CHECK((is_dropped || allclose(row, kept, 1e-6, 1e-6)));
    }
  }
  // 180 draws of 0.4: within five deviations
  CHECK(dropped > 72 - 33);
  CHECK(dropped < 72 + 33);
}

TEST_CASE("what Keras 1 knows and nobody else is refused by name", "[saving][keras1]") {
  CHECK_THAT(refusal("BatchNormalization", Config::map({{"mode", 1}, {"name", "bn"}})),
             ContainsSubstring("mode 0") && ContainsSubstring("received mode 1") && ContainsSubstring("layer \"bn\""));
  CHECK_THAT(refusal("Lambda", Config::map({{"function", "4wEAAAABAAAA"}, {"function_type", "lambda"}})),
             ContainsSubstring("bytecode"));
  CHECK_THAT(refusal("Dense", Config::map({{"output_dim", 3},
                                           {"W_regularizer", Config::map({{"name", "EigenvalueRegularizer"}})}})),
             ContainsSubstring("EigenvalueRegularizer"));
  CHECK_THAT(refusal("Dense", Config::map({{"output_dim", 3}, {"b_constraint", Config::map({{"name", "Own"}})}})),
             ContainsSubstring("constraint \"Own\""));
  const Config shape = Config::list({nullptr, 12, 9, 2});
  const Config deconvolution = Config::map({{"nb_filter", 2},
                                            {"nb_row", 3},
                                            {"nb_col", 3},
                                            {"name", "up"},
                                            {"subsample", Config::list({2, 2})},
                                            {"output_shape", shape},
                                            {"batch_input_shape", Config::list({nullptr, 4, 4, 3})}});
  CHECK_THAT(message_of<FormatError>([&] {
               (void)model_of_layers(
                   Config::list({Config::map({{"class_name", "Deconvolution2D"}, {"config", deconvolution}})}));
             }),
             ContainsSubstring("layer \"up\" (Deconvolution2D)") && ContainsSubstring("(None, 12, 9, 2)") &&
                 ContainsSubstring("(None, 9, 9, 2)"));
  CHECK_THAT(refusal("Merge", Config::map({{"mode", "strange"}, {"name", "m"}})), ContainsSubstring("strange"));
  CHECK_THAT(refusal("Merge", Config::map({{"mode", "4wEAAA"}, {"mode_type", "lambda"}, {"name", "m"}})),
             ContainsSubstring("Python function"));
}

TEST_CASE("first layers of Keras 1 say their shape in several ways", "[saving][keras1]") {
  const auto shape_for = [](const char* class_name, Config config) {
    config.set("name", "first");
    return model_of_layers(Config::list({Config::map({{"class_name", class_name}, {"config", config}})})).input_shape();
  };
  CHECK(shape_for("Dense", Config::map({{"output_dim", 2}, {"input_dim", 7}})) == Shape({None, 7}));
  CHECK(shape_for("LSTM", Config::map({{"output_dim", 2}, {"input_dim", 7}, {"input_length", 5}})) ==
        Shape({None, 5, 7}));
  CHECK(shape_for("Convolution1D",
                  Config::map({{"nb_filter", 2}, {"filter_length", 3}, {"input_dim", 7}, {"input_length", nullptr}})) ==
        Shape({None, None, 7}));
  CHECK(shape_for("Embedding", Config::map({{"input_dim", 9}, {"output_dim", 2}, {"input_length", 5}})) ==
        Shape({None, 5}));
  CHECK(shape_for("Activation", Config::map({{"activation", "relu"}, {"input_shape", Config::list({3, 4})}})) ==
        Shape({None, 3, 4}));
}

TEST_CASE("convert_all_kernels_in_model turns what Theano and TensorFlow see differently", "[saving][keras1]") {
  // the same file, once said to be of Theano, once of TensorFlow
  const Dict arrays = load_npz(kFolder + "theano_unsaid.npz");
  const Model turned = load_model(kFolder + "theano_unsaid.h5"), again = load_model(kFolder + "theano_unsaid.h5");
  const Tensor kernel = again.get_weights()[0];
  utils::convert_all_kernels_in_model(again);
  CHECK_FALSE(allclose(again.get_weights()[0], kernel));
  CHECK(allclose(again.get_weights()[0], utils::convert_kernel(kernel), 0, 0));
  CHECK_FALSE(allclose(again.predict(numbered(arrays, "x"), {.verbose = 0})[0], numbered(arrays, "y")[0], 1e-3, 1e-3));
  utils::convert_all_kernels_in_model(again);
  check_outputs(again, arrays);
  check_outputs(turned, arrays);
}

TEST_CASE("convert_kernel reverses the spatial axes of either layout", "[utils][keras1]") {
  const Tensor kernel = arange(2 * 3 * 2 * 2).reshape({2, 3, 2, 2});
  const Tensor tf = utils::convert_kernel(kernel), th = utils::convert_kernel(kernel, "th");
  for (std::int64_t a = 0; a < 2; ++a)
    for (std::int64_t b = 0; b < 3; ++b)
      for (std::int64_t c = 0; c < 2; ++c)
        for (std::int64_t d = 0; d < 2; ++d) {
          const auto at = [](const Tensor& t, std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t l) {
            return t.astype(DType::Float64)
                .to_vector<double>()[static_cast<std::size_t>(((i * 3 + j) * 2 + k) * 2 + l)];
          };
          CHECK(at(tf, a, b, c, d) == at(kernel, 1 - a, 2 - b, c, d));
          CHECK(at(th, a, b, c, d) == at(kernel, a, b, 1 - c, 1 - d));
        }
  CHECK_THAT(message_of<ShapeError>([] { (void)utils::convert_kernel(zeros({2, 2})); }), ContainsSubstring("(2, 2)"));
  CHECK_THAT(message_of<ValueError>([] {
               (void)utils::convert_kernel(zeros({2, 2, 2}), "ab");
             }),
             ContainsSubstring("\"ab\""));
}

}  // namespace kerascpp::test
