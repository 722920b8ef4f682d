// Whole models that Keras wrote (tests/data/models) give Keras's outputs, weights, summaries and further training here.

#include <fstream>
#include <iterator>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/saving/yaml.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/models/";

const char* const kModels[] = {"cnn_sequential", "nested",    "two_inputs_two_outputs",
                               "dictionaries",   "operators", "batch_normalization"};

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check_against(const Model& model, const Dict& arrays) {
  const TensorList outputs = model.predict(numbered(arrays, "x"), {.verbose = 0});
  const std::vector<Tensor> expected = numbered(arrays, "y");
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(allclose(outputs[i], expected[i], 1e-4, 1e-5));
}

}  // namespace

TEST_CASE("models that Keras wrote predict what Keras predicts", "[saving][keras]") {
  for (const char* name : kModels)
    for (const char* ending : {".keras", ".h5"}) {
      DYNAMIC_SECTION(name << ending) {
        const Dict arrays = load_npz(kFolder + name + ".npz");
        const Model model = load_model(kFolder + name + ending);
        check_against(model, arrays);
      }
    }
}

TEST_CASE("models are configured as Keras configures them", "[saving][keras]") {
  for (const char* name : kModels) {
    DYNAMIC_SECTION(name) {
      const Model model = load_model(kFolder + name + ".keras");
      CHECK(first_difference(parse_json(model.to_json()), config_of_file(kFolder + name + ".keras")) == "");
      CHECK(first_difference(parse_json(model.to_json()), parse_json(text_of_file(kFolder + name + ".json"))) == "");
      CHECK(first_difference(model.get_config(), parse_json(text_of_file(kFolder + name + ".config.json"))) == "");
    }
  }
}

TEST_CASE("the texts of models make equal models", "[saving][keras]") {
  for (const char* name : kModels) {
    DYNAMIC_SECTION(name) {
      const Model model = load_model(kFolder + name + ".keras");
      const Config config = parse_json(model.to_json());
      CHECK(first_difference(parse_yaml(model.to_yaml()), config) == "");
      for (const Model& again : {model_from_json(model.to_json()), model_from_yaml(model.to_yaml())}) {
        again.set_weights(model.get_weights());
        CHECK(first_difference(again.get_config(), model.get_config()) == "");
        check_against(again, load_npz(kFolder + name + ".npz"));
      }
    }
  }
}

TEST_CASE("models survive being written and read again with their optimizer", "[saving][keras]") {
  const TemporaryFolder folder;
  for (const char* name : kModels)
    for (const char* ending : {".keras", ".h5"}) {
      DYNAMIC_SECTION(name << ending) {
        const Dict arrays = load_npz(kFolder + name + ".npz");
        const Model model = load_model(kFolder + name + ".keras");
        const std::string path = folder.file(std::string("model") + ending);
        model.save(path);
        const Model again = load_model(path);
        check_against(again, arrays);
        const std::vector<Variable> before = model.optimizer()->variables(), after = again.optimizer()->variables();
        REQUIRE(after.size() == before.size());
        for (std::size_t i = 0; i < before.size(); ++i) CHECK(identical(after[i].get_value(), before[i].get_value()));
      }
    }
}

TEST_CASE("training goes on from a file as it goes on in Keras", "[saving][training][keras]") {
  for (const char* name : kModels) {
    if (std::string(name) == "cnn_sequential") continue;  // its dropout draws other numbers than Keras's
    DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Model model = load_model(kFolder + name + ".keras");
      const Tensor losses = *arrays.find("step_loss")->tensor();
      for (std::int64_t step = 0; step < losses.size(); ++step) {
        model.reset_metrics();
        const Logs logs = model.train_on_batch(numbered(arrays, "x"), numbered(arrays, "t"));
        CHECK(logs.at("loss") == Approx(losses.item<double>(step)).epsilon(1e-4));
      }
      const std::vector<Tensor> weights = numbered(arrays, "w"), ours = model.get_weights();
      REQUIRE(ours.size() == weights.size());
      for (std::size_t i = 0; i < weights.size(); ++i) CHECK(allclose(ours[i], weights[i], 1e-3, 1e-4));
    }
  }
}

TEST_CASE("summaries are Keras's to the letter", "[models][keras]") {
  for (const char* name : kModels) {
    DYNAMIC_SECTION(name) {
      const Model model = load_model(kFolder + name + ".keras");
      CHECK(model.summary_text({.line_length = 80}) == text_of_file(kFolder + name + ".summary80.txt"));
      CHECK(model.summary_text({.expand_nested = true, .show_trainable = true}) ==
            text_of_file(kFolder + name + ".summary_nested.txt"));
    }
  }
}

TEST_CASE("summaries show the shapes of one axis and of texts as Keras does", "[models][keras]") {
  backend::reset_uids();
  const Symbol text = layers::Input({}, {.dtype = "string", .name = "text"});
  const Symbol numbers = layers::Input({4}, {.name = "numbers"});
  const Symbol found = layers::StringLookup({.vocabulary = std::vector<std::string>{"a", "b"}, .name = "lookup"})(text);
  const std::string summary = Model({text, numbers}, {found, ops::argmax(numbers, -1)}).summary_text();
  // rows of Keras 3.15
  CHECK_THAT(summary,
             ContainsSubstring("│ text (InputLayer)   │ (None)            │          0 │ -                 │"));
  CHECK_THAT(summary,
             ContainsSubstring("│ argmax (Argmax)     │ (None)            │          0 │ numbers[0][0]     │"));
  CHECK_THAT(summary,
             ContainsSubstring("│ numbers             │ (None, 4)         │          0 │ -                 │"));
}

}  // namespace kerascpp::test
