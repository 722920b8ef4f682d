// Models written as C++ source compute what predict computes, with nothing but a compiler.

#include <kerascpp/core/npy.hpp>
#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/cpp_export.hpp>

#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

/// Exports, compiles and runs a model; gives what its program writes.
std::vector<Tensor> exported(const TemporaryFolder& folder, const Model& model, const std::vector<Tensor>& inputs) {
  const std::string source = folder.file("exported");
  saving::export_cpp(model, source);
  const auto [code, text] = run_command("c++ -std=c++17 -O1 -Wall -Wextra -Wno-unused-function -Werror -o " + source +
                                        "/predict " + source + "/*.cpp 2>&1");
  INFO(text);
  REQUIRE(code == 0);
  std::string command = source + "/predict";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string path = folder.file("x" + std::to_string(i) + ".npy");
    save_npy(path, inputs[i]);
    command += " " + path;
  }
  const std::size_t outputs = model.output_names().size();
  for (std::size_t i = 0; i < outputs; ++i) command += " " + folder.file("y" + std::to_string(i) + ".npy");
  const auto [ran, complaint] = run_command(command + " 2>&1");
  INFO(complaint);
  REQUIRE(ran == 0);
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < outputs; ++i) result.push_back(load_npy(folder.file("y" + std::to_string(i) + ".npy")));
  return result;
}

void check_exported(const Model& model, const std::vector<Tensor>& inputs) {
  const TemporaryFolder folder;
  const std::vector<Tensor> received = exported(folder, model, inputs);
  const TensorList expected = model.predict(inputs, {.verbose = 0});
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(model.output_names()[i]);
    REQUIRE(received[i].shape() == expected[i].shape());
    CHECK(allclose(received[i].astype(DType::Float64), expected[i].astype(DType::Float64), 1e-4, 1e-5));
  }
}

}  // namespace

TEST_CASE("an exported model of images computes the same", "[saving][cpp]") {
  set_random_seed(5);
  const Symbol image = Input({11, 10, 4}, {.name = "image"});
  Symbol x = Conv2D(6, 3, {.strides = 2, .padding = "same", .activation = "relu"})(image);
  x = BatchNormalization()(x);
  x = DepthwiseConv2D(3, {.padding = "same", .depth_multiplier = 2})(x);
  x = Conv2D(4, 2, {.dilation_rate = 2, .groups = 2})(x);
  const Symbol wide = Conv2DTranspose(3, 3, {.strides = 2, .padding = "same", .activation = "sigmoid"})(x);
  const Symbol pooled = MaxPooling2D(2, {.padding = "same"})(wide);
  const Symbol means = AveragePooling2D(3, {.strides = 1, .padding = "same"})(wide);
  const Symbol padded = ZeroPadding2D(1)(UpSampling2D(2)(pooled));
  const Symbol scores = Dense(5, {.activation = "softmax", .name = "scores"})(GlobalAveragePooling2D()(means));
  const Symbol row = ops::cumsum(ops::max(padded, Axes{1}), 1);
  check_exported(Model({image}, {scores, LayerNormalization({.name = "row"})(row), ops::argmax(scores, -1)}),
                 {random_normal({3, 11, 10, 4})});
}

TEST_CASE("an exported model of sequences computes the same", "[saving][cpp]") {
  set_random_seed(6);
  const Symbol words = Input({None}, {.dtype = "int32", .name = "words"});
  const Symbol series = Input({7, 6}, {.name = "series"});
  const Symbol embedded = Embedding(20, 6, {.mask_zero = true})(words);
  const Symbol masked = SimpleRNN(4)(LSTM(5, {.return_sequences = true})(embedded));  // masks: as a loop
  const Symbol both = Bidirectional(LSTM(3, {.return_sequences = true}))(series);
  const Symbol gated = GRU(4)(GRU(3, {.return_sequences = true, .go_backwards = true, .reset_after = false})(both));
  const Symbol attended = MultiHeadAttention(2, 3)({series, series});
  const Symbol normal = LayerNormalization()(Add()({attended, series}));
  const Symbol first =
      ops::take(normal, constant(Tensor{0, -1, 2}), 1) * 0.5 + ops::get_item(ops::gelu(series), {Slice(), Slice(0, 3)});
  const Symbol strange = ops::where(ops::fmod(first, 0.7) > 0.1, ops::log1p(ops::abs(first)), ops::erf(first));
  const Symbol joined = Concatenate()({masked, gated, ops::logsumexp(strange, Axes{1})});
  check_exported(Model({words, series}, {Dense(2, {.name = "out"})(joined), ops::top_k(joined, 3).values}),
                 {Tensor{{1, 5, 0, 0}, {4, 4, 9, 0}, {7, 19, 3, 2}}, random_normal({3, 7, 6})});
}

TEST_CASE("what cannot be exported as C++ is refused by name", "[saving][cpp]") {
  const TemporaryFolder folder;
  const Sequential drawn{Input({3}), Lambda([](const Symbol& x) { return x + backend::random_normal({3}); })};
  CHECK_THROWS_AS(saving::export_cpp(drawn, folder.file("drawn")), ValueError);
  const Sequential plain{Input({3}), Dense(2)};
  CHECK_THROWS_AS(saving::export_cpp(plain, folder.file("no/such/folder")), IoError);
}

}  // namespace kerascpp::test
