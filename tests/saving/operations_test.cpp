// Every operation of keras.ops that may stand between layers, in models that Keras wrote (tests/data/operations).

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>

#include "models/operations/operations.hpp"
#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/op_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/operations/";

Config index_of() { return parse_json(bytes_of_file(kFolder + "index.json"), "index.json"); }

/// The expression that each output of a family belongs to.
std::vector<std::string> labels(const Config& family) {
  std::vector<std::string> names;
  for (const Config& expression : family.at("expressions").as_list())
    for (std::int64_t i = 0; i < expression.at("outputs").as_int(); ++i)
      names.push_back(expression.at("name").as_string());
  return names;
}

void check_outputs(const Model& model, const Config& family, const Dict& arrays) {
  std::vector<Tensor> inputs;
  for (const Config& name : family.at("inputs").as_list()) inputs.push_back(*arrays.find(name.as_string())->tensor());
  const std::vector<Tensor> received = model.predict(inputs, {.batch_size = 13, .verbose = 0}).vector();
  const std::vector<Tensor> expected = numbered(arrays, "y");
  const std::vector<std::string> names = labels(family);
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(names[i] << ", output " << i);
    CHECK(received[i].dtype() == expected[i].dtype());
    // TensorFlow looks the weights of resized pictures up in a table
    CHECK(first_difference(received[i], expected[i], names[i] == "resize" ? 1e-3 : 2e-4) == "");
  }
}

}  // namespace

TEST_CASE("operations between the layers of a file compute what Keras computes", "[saving][operations][keras]") {
  const TemporaryFolder folder;
  const Config index = index_of();
  for (const Config& family : index.at("cases").as_list()) {
    const std::string name = family.at("family").as_string();
    DYNAMIC_SECTION(name) {
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Model model = load_model(kFolder + name + ".keras");
      check_outputs(model, family, arrays);
      if (name != "linear" && name != "neural")  // there Keras calls complex numbers float32
        CHECK(first_difference(parse_json(model.to_json()), config_of_file(kFolder + name + ".keras")) == "");
      for (const char* ending : {".keras", ".h5"}) {
        const std::string path = folder.file(name + ending);
        model.save(path);
        check_outputs(load_model(path), family, arrays);
      }
    }
  }
}

}  // namespace kerascpp::test
