// Preprocessing of images against Keras, and the names of classes.

#include <kerascpp/applications.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace applications;

/// Classes named by their numbers.
std::string class_index() {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += text_of(i == 0 ? "" : ", ", "\"", i, "\": [\"n", i, "\", \"class ", i, "\"]");
  return text + "}";
}

}  // namespace

TEST_CASE("images are preprocessed as in Keras", "[applications][keras]") {
  const std::string path = KERASCPP_TEST_DATA "/applications/preprocess.json";
  const Config fixtures = parse_json(bytes_of_file(path), path);
  for (const Config& row : fixtures.at("cases").as_list()) {
    const std::string mode = row.at("mode").as_string(), format = row.at("data_format").as_string();
    const Tensor x = fixture_tensor(row.at("x")), expected = fixture_tensor(row.at("y"));
    INFO(mode << ", " << format << ", " << to_string(x.shape()));
    const Tensor before = x.copy();
    const imagenet_utils::PreprocessInputOptions options{.data_format = format, .mode = mode};
    CHECK(allclose(imagenet_utils::preprocess_input(x, options), expected, 1e-5, 1e-5));
    CHECK(identical(x, before));
    const Symbol symbol = placeholder(x.shape(), DType::Float32);
    const Function function({symbol}, {imagenet_utils::preprocess_input(symbol, options)});
    CHECK(allclose(function(x), expected, 1e-5, 1e-5));
    const Tensor bytes = x.astype(DType::UInt8);
    CHECK(allclose(imagenet_utils::preprocess_input(bytes, options), expected, 1e-5, 1e-5));
  }
}

TEST_CASE("each application preprocesses in its own mode", "[applications]") {
  const Tensor x = full({1, 2, 2, 3}, 51.0);
  const auto first = [&](const imagenet_utils::PreprocessInput& preprocess) { return preprocess(x).data<float>()[0]; };
  for (const auto& preprocess :
       {vgg16::preprocess_input, vgg19::preprocess_input, resnet::preprocess_input, resnet50::preprocess_input})
    CHECK(first(preprocess) == Approx(51 - 103.939));
  for (const auto& preprocess : {inception_v3::preprocess_input, inception_resnet_v2::preprocess_input,
                                 xception::preprocess_input, resnet_v2::preprocess_input, mobilenet::preprocess_input,
                                 mobilenet_v2::preprocess_input, nasnet::preprocess_input})
    CHECK(first(preprocess) == Approx(-0.6));
  CHECK(first(densenet::preprocess_input) == Approx((0.2 - 0.485) / 0.229));
  for (const auto& preprocess : {mobilenet_v3::preprocess_input, efficientnet::preprocess_input,
                                 efficientnet_v2::preprocess_input, convnext::preprocess_input})
    CHECK(first(preprocess) == 51);
  CHECK(vgg16::preprocess_input(layers::Input({None, None, 3})).shape() == Shape{None, None, None, 3});
}

TEST_CASE("wrong images and modes are told", "[applications][errors]") {
  CHECK_THROWS_WITH(imagenet_utils::preprocess_input(zeros({2, 2, 3}), {.mode = "keras"}),
                    ContainsSubstring("mode must be \"caffe\", \"tf\" or \"torch\", received \"keras\""));
  CHECK_THROWS_WITH(imagenet_utils::preprocess_input(zeros({2, 2, 3}), {.data_format = "last"}),
                    ContainsSubstring("data_format must be"));
  CHECK_THROWS_WITH(vgg16::preprocess_input(zeros({2, 2, 1})),
                    ContainsSubstring("expected images with 3 channels, channels_last, received (2, 2, 1)"));
}

TEST_CASE("predictions get the names of their classes", "[applications]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("index.json", class_index());
  Tensor scores = zeros({2, 1000});
  scores.data<float>()[7] = 0.25F;
  scores.data<float>()[999] = 0.5F;
  scores.data<float>()[1000 + 0] = 1.0F;
  const auto decoded = vgg16::decode_predictions(scores, {.top = 2, .class_index = path});
  REQUIRE(decoded.size() == 2);
  REQUIRE(decoded[0].size() == 2);
  CHECK(decoded[0][0].class_name == "n999");
  CHECK(decoded[0][0].description == "class 999");
  CHECK(decoded[0][0].score == 0.5F);
  CHECK(decoded[0][1].class_name == "n7");
  CHECK(decoded[1][0].class_name == "n0");
  CHECK(vgg16::decode_predictions(scores, {.class_index = path})[0].size() == 5);

  CHECK_THROWS_WITH(resnet::decode_predictions(zeros({2, 10})),
                    ContainsSubstring("expected predictions of shape (samples, 1000), received (2, 10)"));
  CHECK_THROWS_WITH(resnet::decode_predictions(scores, {.class_index = folder.file("none.json")}),
                    ContainsSubstring("cannot read"));
  CHECK_THROWS_AS(resnet::decode_predictions(scores, {.class_index = folder.write("bad.json", "{\"0\"")}), FormatError);
}

}  // namespace kerascpp::test
