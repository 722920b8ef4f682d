#include "support/layer_test.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/recurrent.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/ops.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "saving/legacy_h5.hpp"
#include "saving/zip_archive.hpp"
#include "support/catch.hpp"
#include "support/op_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/layers/";

/// The largest magnitude of an array.
double magnitude(const Tensor& tensor) {
  double largest = 0;
  for (double value : tensor.astype(DType::Float64).to_vector<double>())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

void compare(const char* what, const std::vector<Tensor>& received, const std::vector<Tensor>& expected,
             double tolerance) {
  INFO(what);
  REQUIRE(received.size() == expected.size());
  // an array that is nothing but rounding is measured by the others: a bias of keys, say, has a gradient of 0
  double largest = 0;
  for (const Tensor& array : expected) largest = std::max(largest, magnitude(array));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(what << " " << i);
    // npy files know no bfloat16: its values stand in float32
    const bool widened = received[i].dtype() == DType::BFloat16 && expected[i].dtype() == DType::Float32;
    CHECK(first_difference(widened ? received[i].astype(DType::Float32) : received[i], expected[i], tolerance,
                           magnitude(expected[i]) < 1e-6 * largest ? largest : magnitude(expected[i])) == "");
  }
}

/// Every layer call that the outputs of a model need.
std::vector<std::shared_ptr<const LayerCall>> calls_of(const Model& model) {
  Graph graph;
  graph.outputs = model.outputs().vector();
  std::vector<std::shared_ptr<const LayerCall>> calls;
  for (const auto& node : graph.nodes()) {
    const CallOutput origin = call_of(node->output(0));
    if (origin.call && std::find(calls.begin(), calls.end(), origin.call) == calls.end()) calls.push_back(origin.call);
  }
  return calls;
}

/// Losses as `model.losses` of Keras: those of calls, then penalties on weights.
std::vector<Symbol> losses_of(const Model& model) {
  std::vector<Symbol> losses;
  for (const auto& call : calls_of(model)) losses.insert(losses.end(), call->losses.begin(), call->losses.end());
  for (const Weight& weight : model.base()->weights())
    if (weight.regularizer.defined() && weight.trainable)
      losses.push_back(weight.regularizer(weight.variable.symbol()));
  return losses;
}

TensorList compute(const Model& model, const std::vector<Symbol>& outputs, const std::vector<Tensor>& x, bool training,
                   std::vector<Update> updates = {}) {
  const Function function(model.inputs(), SymbolList(outputs),
                          {.updates = std::move(updates), .givens = {{learning_phase(), training}}});
  return function(TensorList(x));
}

void check_inference(const LayerCase& row, const Model& model, const Dict& arrays) {
  const std::vector<Tensor> x = numbered(arrays, "x");
  compare("outputs", model.predict(x, {.verbose = 0}).vector(), numbered(arrays, "y"), row.tolerance);
  const Symbol mask = mask_of(model.outputs()[0]);
  const DictValue* expected_mask = arrays.find("m0");
  REQUIRE(mask.defined() == (expected_mask != nullptr));
  if (mask.defined()) compare("mask", compute(model, {mask}, x, false).vector(), {*expected_mask->tensor()}, 0);
  const DictValue* expected_losses = arrays.find("losses");
  const std::vector<Symbol> losses = losses_of(model);
  REQUIRE(losses.empty() == (expected_losses == nullptr));
  if (losses.empty()) return;
  std::vector<float> received;
  for (const Tensor& loss : compute(model, losses, x, false))
    received.push_back(loss.astype(DType::Float32).item<float>());
  std::vector<float> expected = expected_losses->tensor()->to_vector<float>();
  std::sort(received.begin(), received.end());
  std::sort(expected.begin(), expected.end());
  compare("losses", {Tensor(received)}, {Tensor(expected)}, 1e-5);
}

/// One call in training, as the fixture's maker did it: gradients of the sum of outputs times projections.
void check_training(const LayerCase& row, const Model& model, const Dict& arrays) {
  const std::vector<Tensor> x = numbered(arrays, "x"), projections = numbered(arrays, "p");
  const std::vector<Symbol> outputs = model.outputs().vector();
  REQUIRE(projections.size() == outputs.size());
  std::vector<Symbol> seeds, wrt;
  for (std::size_t i = 0; i < outputs.size(); ++i) seeds.push_back(constant(projections[i].astype(outputs[i].dtype())));
  const std::vector<Variable> variables = model.trainable_variables();
  for (const Variable& variable : variables) wrt.push_back(variable.symbol());
  for (const Symbol& input : model.inputs())
    if (is_floating(input.dtype())) wrt.push_back(input);
  std::vector<Symbol> wanted = outputs;
  const std::vector<Symbol> gradients = gradients_of(outputs, seeds, wrt);
  for (std::size_t i = 0; i < wrt.size(); ++i)
    wanted.push_back(gradients[i].defined() ? gradients[i] : ops::zeros_like(wrt[i]));
  std::vector<Update> updates;
  for (const auto& call : calls_of(model))
    for (const auto& [variable, value] : call->updates) updates.push_back({variable, value});
  const std::vector<Tensor> results = compute(model, wanted, x, true, updates).vector();

  const auto part = [&](std::size_t first, std::size_t last) {
    return std::vector<Tensor>(results.begin() + static_cast<std::ptrdiff_t>(first),
                               results.begin() + static_cast<std::ptrdiff_t>(last));
  };
  const std::size_t first_gradient = outputs.size(), first_of_inputs = first_gradient + variables.size();
  compare("outputs of training", part(0, first_gradient), numbered(arrays, "yt"), row.tolerance);
  compare("gradients of weights", part(first_gradient, first_of_inputs), numbered(arrays, "g"), row.tolerance);
  const std::vector<Tensor> of_inputs = numbered(arrays, "gx");  // none where Keras's are not the derivative
  if (!of_inputs.empty())
    compare("gradients of inputs", part(first_of_inputs, results.size()), of_inputs, row.tolerance);
  std::vector<Tensor> fixed;
  for (const Variable& variable : model.non_trainable_variables()) fixed.push_back(variable.get_value());
  compare("weights that training does not change by gradients", fixed, numbered(arrays, "n"), row.tolerance);
}

/// Written and read again, a model is the same.
void check_saving(const Model& model, const Dict& arrays, const TemporaryFolder& folder) {
  const std::vector<Tensor> x = numbered(arrays, "x");
  const std::vector<Tensor> outputs = model.predict(x, {.verbose = 0}).vector(), weights = model.get_weights();
  for (const char* ending : {".keras", ".h5"}) {
    const std::string path = folder.file(std::string("model") + ending);
    INFO("written as " << ending);
    model.save(path);
    const Model again = load_model(path);
    compare("weights", again.get_weights(), weights, 0);
    compare("outputs", again.predict(x, {.verbose = 0}).vector(), outputs, 0);
    CHECK(first_difference(model_config(again, false), model_config(model, false)) == "");
  }
}

}  // namespace

const std::vector<LayerCase>& layer_cases() {
  static const std::vector<LayerCase> cases = [] {
    std::ifstream file(kFolder + "index.json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::vector<LayerCase> rows;
    const Config index = parse_json(text, "index.json");
    for (const Config& row : index.at("cases").as_list())
      rows.push_back({.name = row.at("name").as_string(),
                      .class_name = row.at("class").as_string(),
                      .family = row.at("family").as_string(),
                      .file = kFolder + row.at("file").as_string(),
                      .arrays = kFolder + row.at("arrays").as_string(),
                      .deterministic = row.at("training").as_string() == "deterministic",
                      .tolerance = row.at("tolerance").as_double()});
    return rows;
  }();
  return cases;
}

Config config_of_file(const std::string& path) { return parse_json(ZipReader(path).read("config.json"), path); }

Config layer_config(const LayerCase& row) {
  const Config config = config_of_file(row.file);
  const Config::List& layers = config.at("config").at("layers").as_list();
  return row.class_name == "InputLayer" ? layers.front() : layers.back();
}

std::vector<Tensor> numbered(const Dict& arrays, const std::string& prefix) {
  std::vector<Tensor> found;
  while (const DictValue* value = arrays.find(prefix + std::to_string(found.size()))) found.push_back(*value->tensor());
  return found;
}

std::string first_difference(const Config& received, const Config& expected, const std::string& at) {
  if (received == expected) return {};
  if (received.is_map() && expected.is_map()) {
    for (const auto& [key, value] : expected.as_map()) {
      if (key == "shared_object_id") continue;  // which Python objects were the same one
      const std::string inner = at.empty() ? key : at + "." + key;
      if (!received.contains(key)) return text_of(inner, ": missing, expected ", value);
      if (std::string text = first_difference(received.at(key), value, inner); !text.empty()) return text;
    }
    for (const auto& [key, value] : received.as_map())
      if (!expected.contains(key))
        return text_of(at.empty() ? "" : at + ".", key, ": received ", value, ", expected no such key");
    return {};
  }
  if (received.is_list() && expected.is_list() && received.size() == expected.size()) {
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (std::string text = first_difference(received.as_list()[i], expected.as_list()[i], text_of(at, "[", i, "]"));
          !text.empty())
        return text;
    return {};
  }
  return text_of(at, ": received ", received, ", expected ", expected);
}

namespace {

/// Sets the states of stateful layers to zero, as in a model just loaded.
void reset_all_states(const Model& model) {
  for (const Layer& layer : model.layers()) layers::reset_states(layer);
}

}  // namespace

void check_layer(const LayerCase& row) {
  const TemporaryFolder folder;
  const Dict arrays = load_npz(row.arrays);
  const Model model = load_model(row.file);
  CHECK(first_difference(model_config(model, false), config_of_file(row.file)) == "");
  check_inference(row, model, arrays);
  reset_all_states(model);
  check_saving(model, arrays, folder);
  // the fixture trains after one call of inference, from which states stay
  reset_all_states(model);
  static_cast<void>(model.predict(numbered(arrays, "x"), {.verbose = 0}));
  if (row.deterministic) check_training(row, model, arrays);
}

}  // namespace kerascpp::test
