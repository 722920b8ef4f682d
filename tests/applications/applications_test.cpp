// Every application against Keras: its layers, its weights, what it computes.

#include <cstdlib>
#include <filesystem>
#include <set>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/saving/saving.hpp>

#include "applications/application_support.hpp"
#include "layers/load_scope.hpp"
#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/keras_python.hpp"
#include "support/op_checks.hpp"
#include "support/scoped_variable.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace applications;

const std::string kData = KERASCPP_TEST_DATA "/applications/";

std::vector<std::string> layer_names(const Model& model) {
  std::vector<std::string> names;
  for (const Layer& layer : model.layers()) names.push_back(layer.name());
  return names;
}

/// "3,3,3,64 1", one for each weight.
std::vector<std::string> weight_lines(const Model& model) {
  std::vector<std::string> lines;
  for (const Weight& weight : model->weights()) {
    std::string line;
    for (const std::int64_t length : weight.variable.shape()) line += text_of(line.empty() ? "" : ",", length);
    lines.push_back(line + (weight.trainable ? " 1" : " 0"));
  }
  return lines;
}

std::int64_t trainable_params(const Model& model) {
  std::int64_t count = 0;
  for (const Variable& variable : model.trainable_variables()) count += variable.shape().size();
  return count;
}

void check_structure(const ApplicationCase& row) {
  const LoadScope no_random_values(std::uint64_t{1} << 40U);  // weights are zeros
  const Model model = build_application(row.application, row.options);
  const Config& expected = row.expected;
  CHECK(model.name() == expected.at("name").as_string());
  CHECK(model.count_params() == expected.at("params").as_int());
  CHECK(trainable_params(model) == expected.at("trainable").as_int());
  CHECK(static_cast<std::int64_t>(model.layers().size()) == expected.at("layers").as_int());
  CHECK(text_hash(layer_names(model)) == expected.at("names").as_string());
  CHECK(text_hash(weight_lines(model)) == expected.at("weights").as_string());
  Shape output_shape;
  from_config(expected.at("output_shape"), output_shape);
  CHECK(model.output_shape() == output_shape);
}

/// rtol 1e-4 of the largest logit.
void check_outputs(const ApplicationCase& row) {
  const LoadScope no_random_values(std::uint64_t{1} << 40U);
  const Model model = build_application(row.application, row.options);
  fill_weights(model, row.expected.at("gain").as_double());
  const Tensor received = model.predict(formula_input(model), {.verbose = 0});
  const Tensor expected = fixture_tensor(row.expected.at("output"));
  REQUIRE(received.shape() == expected.shape());
  double largest = 0, error = 0;
  std::int64_t worst = 0;
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const double value = expected.data<float>()[i];
    const double difference = std::abs(value - static_cast<double>(received.data<float>()[i]));
    largest = std::max(largest, std::abs(value));
    if (!(difference <= error)) worst = i;
    if (!(difference <= error)) error = difference;
  }
  INFO("logit " << worst << ": received " << received.data<float>()[worst] << ", expected "
                << expected.data<float>()[worst]);
  CHECK(error <= 1e-4 * largest);
}

}  // namespace

TEST_CASE("every application has Keras's layers, names and weights", "[applications][keras]") {
  std::set<std::string> built;
  for (const ApplicationCase& row : application_cases(kData + "structure.json")) {
    built.insert(row.application);
    within(title(row), [&] { check_structure(row); });
  }
  for (const std::string& name : application_names()) {
    INFO(name);
    CHECK(built.contains(name));
  }
}

TEST_CASE("pretrained weights are Keras's files", "[applications][keras]") {
  const TemporaryFolder cache;
  const ScopedVariable home("KERASCPP_HOME", cache.path()), keras_home("KERAS_HOME", cache.path());
  const ScopedVariable user("HOME", cache.path()), no_network("https_proxy", "http://127.0.0.1:9");
  const LoadScope no_random_values(std::uint64_t{1} << 40U);
  for (const ApplicationCase& row : application_cases(kData + "pretrained.json")) {
    INFO(title(row));
    Config options = row.options;
    options.set("weights", "imagenet");
    const std::string url = row.expected.at("url").as_string(), file = row.expected.at("file").as_string();
    const Config& hash = row.expected.at("hash");  // Keras has none for MobileNet
    CHECK_THROWS_WITH(
        build_application(row.application, options),
        ContainsSubstring("cannot download " + url + " to \"" + cache.path() + "/models/" + file + "\"") &&
            Catch::Matchers::EndsWith(hash.is_null() ? "by hand" : hash.as_string() + ")"));
  }
}

TEST_CASE("applications compute what Keras's compute with the same weights", "[applications][keras]") {
  for (const ApplicationCase& row : application_cases(kData + "outputs.json"))
    within(title(row), [&] { check_outputs(row); });
}

TEST_CASE("all other applications compute what Keras's compute", "[applications][keras][python]") {
  // minutes of work: the variable names a file where Keras's outputs are kept
  const char* const path = std::getenv("KERASCPP_ALL_APPLICATIONS");
  if (path == nullptr) return skip("set KERASCPP_ALL_APPLICATIONS and KERASCPP_PYTHON");
  if (!std::filesystem::exists(path)) {
    const auto [status, output] = run_command(
        keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/all_applications.py \"" + path + "\" 2>&1");
    INFO(output);
    REQUIRE(status == 0);
  }
  for (const ApplicationCase& row : application_cases(path)) within(title(row), [&] { check_outputs(row); });
}

TEST_CASE("an application takes its weights from a file of any kind", "[applications]") {
  const TemporaryFolder folder;
  const MobileNetOptions small{.input_shape = {32, 32, 3}, .alpha = 0.25, .weights = "", .classes = 3, .name = "small"};
  const Model trained = MobileNet(small);
  fill_weights(trained);
  const Tensor x = formula_input(trained), expected = trained.predict(x, {.verbose = 0});
  trained.save_weights(folder.file("w.weights.h5"));
  trained.save_weights(folder.file("w.h5"));
  trained.save(folder.file("m.keras"));
  trained.save(folder.file("m.h5"));
  for (const char* name : {"w.weights.h5", "w.h5", "m.keras", "m.h5"}) {
    INFO(name);
    MobileNetOptions options = small;
    options.weights = folder.file(name);
    CHECK(identical(MobileNet(options).predict(x, {.verbose = 0}), expected));
  }
  MobileNetOptions other = small;
  other.classes = 4;
  other.weights = folder.file("w.weights.h5");
  CHECK_THROWS_WITH(MobileNet(other), ContainsSubstring("conv_preds"));
}

TEST_CASE("an application continues a symbol of another model", "[applications]") {
  const Symbol pixels = layers::Input({40, 48, 3}, {.name = "pixels"});
  const Symbol scaled = layers::Rescaling(1.0 / 255)(pixels);
  const Model model = VGG16({.include_top = false, .weights = "none", .input_tensor = scaled * 2.0, .pooling = "avg"});
  CHECK(model.input_names() == std::vector<std::string>{"pixels"});
  CHECK(model.layers().at(1)->class_name() == "Rescaling");
  CHECK(model.output_shape() == Shape{None, 512});
  CHECK(model.predict(ones({2, 40, 48, 3}), {.verbose = 0}).single().shape() == Shape{2, 512});
}

TEST_CASE("applications with layers of their own are saved and read again", "[applications]") {
  const TemporaryFolder folder;
  const Model model = ConvNeXtTiny({.weights = "none", .input_shape = {32, 40, 3}, .classes = 3});
  model.save(folder.file("model.keras"));
  const Model again = load_model(folder.file("model.keras"));
  CHECK(again.to_json() == model.to_json());
  const Tensor x = formula_input(model);
  CHECK(identical(again.predict(x, {.verbose = 0}), model.predict(x, {.verbose = 0})));
}

TEST_CASE("applications say what is wrong with their arguments", "[applications][errors]") {
  CHECK_THROWS_WITH(VGG16({.weights = "none", .input_shape = {31, 64, 3}}),
                    ContainsSubstring("[VGG16] images must be at least 32 x 32, received input_shape (31, 64, 3)"));
  CHECK_THROWS_WITH(InceptionV3({.include_top = false, .weights = "none", .input_shape = {74, 75, 3}}),
                    ContainsSubstring("at least 75 x 75"));
  CHECK_THROWS_WITH(Xception({.include_top = false, .weights = "none", .input_shape = {70, 75, 3}}),
                    ContainsSubstring("at least 71 x 71"));
  CHECK_THROWS_WITH(MobileNetV3Small({.input_shape = {20, 75, 3}, .weights = "none"}),
                    ContainsSubstring("at least 32 x 32"));
  CHECK_THROWS_WITH(VGG16({.weights = "none", .input_shape = {64, 3}}), ContainsSubstring("three entries"));
  CHECK_THROWS_WITH(VGG16({.weights = "none", .input_shape = {None, None, 3}}),
                    ContainsSubstring("input_shape must be known"));
  CHECK_THROWS_WITH(ResNet50({.weights = "imagenet", .input_shape = {64, 64, 3}}),
                    ContainsSubstring("input_shape must be (224, 224, 3), received (64, 64, 3)"));
  CHECK_THROWS_WITH(ResNet50({.include_top = false, .input_shape = {64, 64, 4}}),
                    ContainsSubstring("the input must have 3 channels"));
  CHECK_THROWS_WITH(ResNet50({.weights = "imagenet", .classes = 10}),
                    ContainsSubstring("classes must be 1000, received 10"));
  CHECK_THROWS_WITH(ResNet50({.weights = "imagnet"}),
                    ContainsSubstring("weights must be \"none\"") && ContainsSubstring("received \"imagnet\""));
  CHECK_THROWS_WITH(ResNet50({.classifier_activation = "relu"}),
                    ContainsSubstring("classifier_activation must be \"softmax\" or {}, received relu"));
  CHECK_THROWS_WITH(VGG19({.include_top = false, .weights = "none", .pooling = "mean"}),
                    ContainsSubstring("pooling must be \"avg\", \"max\" or \"\", received \"mean\""));
  CHECK_THROWS_WITH(VGG19({.weights = "none", .classes = 0}), ContainsSubstring("classes must be at least 1"));
  CHECK_THROWS_WITH(MobileNet({.alpha = 0.3}),
                    ContainsSubstring("alpha must be one of 0.25, 0.5, 0.75, 1, received 0.3"));
  CHECK_THROWS_WITH(MobileNet({.depth_multiplier = 2}), ContainsSubstring("depth_multiplier must be 1"));
  CHECK_THROWS_WITH(
      MobileNetV2({.input_shape = {64, 64, 3}, .weights = "none", .input_tensor = layers::Input({64, 96, 3})}),
      ContainsSubstring("input_shape and input_tensor do not agree"));
  CHECK_THROWS_WITH(MobileNetV3Large({.alpha = 0.75, .minimalistic = true}),
                    ContainsSubstring("alpha must be one of 1"));
  CHECK_THROWS_WITH(ConvNeXtTiny({.include_top = false, .name = "mine"}),
                    ContainsSubstring("must contain \"convnext_tiny\""));
  CHECK_THROWS_WITH(NASNetMobile({.input_shape = {None, None, 3}, .include_top = false}),
                    ContainsSubstring("input_shape must be known"));
  CHECK_THROWS_WITH(build_application("DenseNet121", Config::map({{"image_data_format", "channels_first"}})),
                    ContainsSubstring("does not exist with the image data format \"channels_first\""));
}

}  // namespace kerascpp::test
