// Every layer against Keras: what it computes, its gradients, its config, its files.

#include <map>
#include <set>

#include <kerascpp/saving/object.hpp>

#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/op_checks.hpp"
#include "support/skip.hpp"

namespace kerascpp::test {
namespace {

// Classes without a case of their own, and why.
const std::map<std::string, std::string> kWithoutCase = {
    {"Lambda", "its function is C++: tests/layers/lambda_test.cpp"},
    {"SimpleRNNCell", "a part of the RNN cases"},
    {"LSTMCell", "a part of the RNN cases"},
    {"GRUCell", "a part of the RNN cases"},
    {"StackedRNNCells", "a part of the RNN cases"},
    {"TernaryDense", "of newer versions of Keras: tests/layers/ternary_dense_test.cpp"},
    {"Equalization", "Keras cannot make a model of it: tests/layers/image_augmentation_test.cpp"},
};

// Config keys that have one value in every case, and why.
const std::map<std::string, std::string> kUnvaried = {
    {"quantization_config", "tests/layers/adapted_layers_test.cpp"},
    {"sparse", "TensorFlow's own kind of tensor"},
    {"ragged", "TensorFlow's own kind of tensor"},
    {"synchronized", "needs several devices"},
    {"dtype", "varied on Dense for all"},
    {"SimpleRNN.activity_regularizer", "Keras does not hand it on there"},
    {"stateful", "varied on SimpleRNN, LSTM and GRU for all"},
    {"name", "varied on Dense and the pooling layers for all"},
    {"trainable", "varied on Dense and BatchNormalization for all"},
    {"IntegerLookup.vocabulary_dtype", "has one value"},
    {"StringLookup.invert", "gives strings: tests/layers/lookup_test.cpp"},
    {"StringLookup.oov_method", "without effect on strings"},
    {"StringLookup.vocabulary", "learned ones: tests/layers/lookup_test.cpp"},
    {"Resizing.fill_mode", "has one value"},
};

// The layers for one, two and three spatial axes are one class here, whose cases vary the keys together.
std::string family_of(const std::string& class_name) {
  return class_name.starts_with("ConvLSTM") ? "ConvLSTM" : class_name;
}

}  // namespace

TEST_CASE("every layer computes, trains and saves as in Keras", "[layers][keras]") {
  for (const LayerCase& row : layer_cases()) {
    DYNAMIC_SECTION(row.name) {
      within(row.name + " (" + row.class_name + ")", [&] { check_layer(row); });
    }
  }
}

TEST_CASE("every registered layer has a case", "[layers][keras]") {
  std::set<std::string> tested;
  for (const LayerCase& row : layer_cases()) tested.insert(row.class_name);
  for (const ObjectClass* entry : ObjectRegistry::global().all("layer")) {
    if (entry->module != "keras.layers" || kWithoutCase.contains(entry->class_name))
      continue;  // own classes of other tests
    INFO(entry->class_name);
    CHECK(tested.contains(entry->class_name));
  }
}

TEST_CASE("every config key of a layer is varied by the cases", "[layers][keras]") {
  std::map<std::string, std::vector<Config>> configs;
  for (const LayerCase& row : layer_cases())
    configs[family_of(row.class_name)].push_back(layer_config(row).at("config"));
  for (const auto& [class_name, seen] : configs) {
    if (seen.size() < 2) continue;
    for (const auto& [key, value] : seen.front().as_map()) {
      if (kUnvaried.contains(key) || kUnvaried.contains(class_name + "." + key)) continue;
      INFO(class_name << "." << key);
      bool varied = false;
      for (const Config& config : seen) varied = varied || !config.contains(key) || !(config.at(key) == value);
      CHECK(varied);
    }
  }
}

}  // namespace kerascpp::test
