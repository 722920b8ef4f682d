#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <kerascpp/layers/layer.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/op_checks.hpp"
#include "support/op_test.hpp"
#include "test_paths.hpp"

/// Every layer that passes a mask on, between an Embedding that makes one and an LSTM that follows it.
namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/masks/";

std::vector<std::string> classes() {
  std::ifstream file(kFolder + "index.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::string> names;
  const Config index = parse_json(text, "index.json");
  for (const Config& row : index.at("cases").as_list()) names.push_back(row.at("class").as_string());
  return names;
}

// Layers that support masks and do not stand between the two, and why.
const std::map<std::string, std::string> kElsewhere = {
    {"ConvLSTM1D", "has a spatial axis besides the steps"},
    {"ConvLSTM2D", "has spatial axes besides the steps"},
    {"ConvLSTM3D", "has spatial axes besides the steps"},
    {"Dot", "its output has no mask"},
    {"Embedding", "makes the mask"},
    {"GlobalAveragePooling1D", "uses the mask and gives no sequence"},
    {"GlobalAveragePooling2D", "has two spatial axes"},
    {"GlobalAveragePooling3D", "has three spatial axes"},
    {"InputLayer", "has no input"},
    {"Normalization", "learns from data first"},
    {"ReversibleEmbedding", "makes the mask"},
    {"Softmax", "takes masks of its input's shape alone"},
    {"SpatialDropout2D", "has two spatial axes"},
    {"SpatialDropout3D", "has three spatial axes"},
};

}  // namespace

TEST_CASE("a mask reaches an LSTM through each layer that passes masks on, as in Keras", "[layers][keras][masks]") {
  for (const std::string& name : classes()) {
    within(name, [&] {
      const Model model = load_model(kFolder + name + ".keras");
      const Dict arrays = load_npz(kFolder + name + ".npz");
      const Tensor received = model.predict(numbered(arrays, "x"), {.verbose = 0});
      CHECK(first_difference(received, *arrays.find("y")->tensor(), 2e-5) == "");
    });
  }
}

TEST_CASE("every layer that supports masks stands between an Embedding and an LSTM", "[layers][keras][masks]") {
  const std::vector<std::string> names = classes();
  std::set<std::string> tested(names.begin(), names.end()), supporting;
  for (const LayerCase& row : layer_cases()) {
    if (tested.contains(row.class_name)) continue;
    for (const Layer& layer : load_model(row.file).layers())
      if (layer->class_name() == row.class_name && layer->supports_masking()) supporting.insert(row.class_name);
  }
  for (const std::string& name : supporting) {
    INFO(name);
    CHECK(kElsewhere.contains(name));
  }
  for (const auto& [name, reason] : kElsewhere) {
    INFO(name << ": " << reason);
    CHECK_FALSE(tested.contains(name));
  }
}

}  // namespace kerascpp::test
