// Files of Keras 2 (tests/data/legacy, written by tf_keras) give its outputs, and train on as it does.

#include <fstream>
#include <iterator>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/legacy/";

const char* const kCases[] = {
    "cnn",          "legacy_adam",          "legacy_sgd", "legacy_rmsprop", "shared_sequential", "nested_functional",
    "local_layers", "tensorflow_functions", "cells",      "attention"};
// saved in an archive as well
const char* const kArchives[] = {"cnn", "shared_sequential", "nested_functional", "cells", "attention"};

void check_outputs(const Model& model, const Dict& arrays) {
  const TensorList outputs = model.predict(numbered(arrays, "x"), {.verbose = 0});
  const std::vector<Tensor> expected = numbered(arrays, "y");
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(allclose(outputs[i], expected[i], 1e-4, 1e-5));
}

void check_training(const Model& model, const Dict& arrays) {
  // Keras 2 keeps the slots of Nadam without what else it counts, and itself begins anew with a file's
  if (model.name() == "cells") return;
  const Tensor losses = *arrays.find("step_loss")->tensor();
  for (std::int64_t step = 0; step < losses.size(); ++step) {
    model.reset_metrics();
    const Logs logs = model.train_on_batch(numbered(arrays, "x"), numbered(arrays, "t"));
    CHECK(logs.at("loss") == Approx(losses.item<double>(step)).epsilon(1e-4));
  }
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("models of Keras 2 predict and train on as in Keras 2", "[saving][keras2]") {
  for (const char* name : kCases) {
    DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Model model = load_model(kFolder + name + ".h5");
      check_outputs(model, arrays);
      check_training(model, arrays);
    }
  }
}

TEST_CASE("archives of Keras 2 are read with their optimizer, and its files of weights", "[saving][keras2]") {
  for (const char* name : kArchives) {
    DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Model model = load_model(kFolder + name + ".keras");
      check_outputs(model, arrays);
      check_training(model, arrays);
      const Model other = model_from_json(text_of_file(kFolder + name + ".json"));
      other.load_weights(kFolder + name + ".weights.h5");
      check_outputs(other, arrays);
    }
  }
  // the slots of Nadam are there all the same
  const Model cells = load_model(kFolder + "cells.keras");
  CHECK(cells.optimizer()->iterations().get_value().item<std::int64_t>() == 3);
  CHECK(ops::max(ops::abs(cells.optimizer()->variables()[2].get_value())).item<double>() > 0);
}

TEST_CASE("metrics of Keras 2 keep the names that they were compiled with", "[saving][keras2]") {
  const Config index = parse_json(text_of_file(kFolder + "index.json"));
  for (const Config& row : index.at("cases").as_list()) {
    const std::string name = row.at("name").as_string();
    for (const char* ending : {".h5", ".keras"}) {
      if (!std::ifstream(kFolder + name + ending).good()) continue;
      DYNAMIC_SECTION(name << ending) {
        const Dict arrays = load_npz(kFolder + name + ".npz");
        const Logs logs = load_model(kFolder + name + ending)
                              .evaluate(numbered(arrays, "x"), numbered(arrays, "t"), {.batch_size = 10, .verbose = 0});
        const Config& expected = row.at("evaluate");
        CHECK(logs.size() == expected.size());
        for (const auto& [metric, value] : expected.as_map()) {
          INFO(metric);
          CHECK(logs.at(metric) == Approx(value.as_double()).epsilon(1e-4));
        }
      }
    }
  }
}

TEST_CASE("forms that older versions of Keras 2 gave their files are read", "[saving][keras2]") {
  for (const char* name : {"legacy_sgd.bare_list", "shared_sequential.numbered_from_zero"}) {
    DYNAMIC_SECTION(name) {
      const std::string plain = std::string(name).substr(0, std::string(name).find('.'));
      const Dict arrays = load_npz(kFolder + plain + ".npz");
      const Model model = load_model(kFolder + name + ".h5");
      check_outputs(model, arrays);
      check_training(model, arrays);
    }
  }
}

TEST_CASE("models of Keras 2 are read from JSON, and their weights from a file of their own", "[saving][keras2]") {
  for (const char* name : kCases) {
    DYNAMIC_SECTION(name) {
      const Model model = model_from_json(text_of_file(kFolder + name + ".json"));
      model.load_weights(kFolder + name + ".weights_only.h5");
      check_outputs(model, load_npz(kFolder + name + ".npz"));
    }
  }
}

TEST_CASE("models of Keras 2 become models of Keras 3", "[saving][keras2]") {
  const TemporaryFolder folder;
  for (const char* name : kCases)
    for (const char* ending : {".keras", ".h5"}) {
      DYNAMIC_SECTION(name << ending) {
        const Dict arrays = load_npz(kFolder + name + ".npz");
        load_model(kFolder + name + ".h5").save(folder.file(std::string("model") + ending));
        const Model again = load_model(folder.file(std::string("model") + ending));
        check_outputs(again, arrays);
        check_training(again, arrays);
      }
    }
}

}  // namespace kerascpp::test
