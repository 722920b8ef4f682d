// The snippets of the guides on pictures and on the arithmetic of convolutions, and of the table for Keras users. What
// stands between two marks `// ---` is a block of a guide; the last tests compare them and look for the pictures.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/current_folder.hpp"
#include "support/guide.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

std::size_t occurrences(const std::string& file, const std::string& part) {
  const std::string text = bytes_of_file(file);
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// The number of outputs along one axis, as the layer itself says it.
std::int64_t outputs_of(const Layer& layer, std::int64_t size) {
  return layer.compute_output_shape({None, size, size, 1})[1];
}

}  // namespace

TEST_CASE("guide: pictures", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  auto [train, test] = datasets::digits({.train_samples = 500, .test_samples = 60});
  Sequential model{Input({28, 28, 1}), Conv2D(8, 5, {.activation = "relu", .name = "edges"}), MaxPooling2D(2),
                   Flatten({.name = "flat"}), Dense(10, {.activation = "softmax", .name = "digit"})};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  // --- plot_model
  utils::plot_model(model, {.to_file = "model.svg", .show_shapes = true, .show_layer_names = true});
  // ---
  CHECK(occurrences("model.svg", "(None, 24, 24, 8)") >= 1);
  // --- plot_history
  History history = model.fit(train.x, train.y, {.epochs = 3, .validation_split = 0.2});
  utils::plot_history(history, {.to_file = "history.svg"});
  // ---
  CHECK(occurrences("history.svg", "<g class=\"curve\">") == 4);
  // --- plot_confusion_matrix
  Tensor guessed = ops::argmax(Tensor(model.predict(test.x)), -1);
  Tensor confusion = zeros({10, 10});
  for (std::int64_t i = 0; i < guessed.size(); ++i)
    ++confusion.data<float>()[test.y.item<std::int64_t>(i) * 10 + guessed.item<std::int64_t>(i)];
  utils::plot_confusion_matrix(confusion, {}, "confusion.svg");
  // ---
  CHECK(occurrences("confusion.svg", "<g class=\"cell\">") == 100);
  // --- plot_images
  utils::plot_images(test.x.rows(0, 20), {.to_file = "digits.png", .columns = 10});
  utils::plot_filters(model, "edges", {.to_file = "filters.png"});
  utils::plot_activations(model, "edges", test.x, {.to_file = "activations.png"});
  // ---
  CHECK(utils::load_img("digits.png").dim(1) > 10 * 56);
  // --- grad_cam
  Tensor heatmaps = utils::grad_cam(model, test.x.rows(0, 8), {.layer_name = "edges"});
  utils::plot_grad_cam(test.x.rows(0, 8), heatmaps, {.to_file = "grad_cam.png"});
  // ---
  CHECK(heatmaps.shape() == Shape{8, 24, 24});
  // --- embeddings
  Model features(model.inputs(), model.get_layer("flat").output());
  utils::Embedding map = utils::tsne(features.predict(test.x), {.perplexity = 10, .max_iter = 300});
  utils::plot_scatter(map.points, test.y, {.to_file = "map.svg", .title = "digits"});
  // ---
  CHECK(occurrences("map.svg", "<circle") == 60);
  // --- mds
  Tensor distances{{0.0, 5.0, 4.0}, {5.0, 0.0, 3.0}, {4.0, 3.0, 0.0}};
  utils::Embedding places = utils::mds(distances, {.dissimilarity = "precomputed"});
  utils::plot_scatter(places.points, {}, {.to_file = "places.svg", .point_names = {"north", "east", "south"}});
  // ---
  CHECK(occurrences("places.svg", ">east</text>") == 1);
  CHECK(places.divergence < 1e-6);
}

TEST_CASE("guide: arithmetic of convolutions", "[docs][guides]") {
  // --- no padding
  CHECK(outputs_of(Conv2D(1, 3), 4) == 2);  // (i - k) + 1
  // ---
  // --- padding
  CHECK(outputs_of(Conv2D(1, 3, {.padding = "same"}), 5) == 5);  // half padding: as many outputs as inputs
  CHECK(outputs_of(Conv2D(1, 3, {.padding = "full"}), 5) == 7);  // i + (k - 1): every place where they touch
  // ---
  // --- strides
  CHECK(outputs_of(Conv2D(1, 3, {.strides = 2}), 5) == 2);                     // floor((i - k) / s) + 1
  CHECK(outputs_of(Conv2D(1, 3, {.strides = 2}), 6) == 2);                     // the last column is never looked at
  CHECK(outputs_of(Conv2D(1, 3, {.strides = 2, .padding = "same"}), 5) == 3);  // ceil(i / s)
  // ---
  // --- dilation
  CHECK(outputs_of(Conv2D(1, 3, {.dilation_rate = 2}), 7) == 3);  // as a kernel of k + (k - 1)(d - 1) = 5
  // ---
  // --- pooling
  CHECK(outputs_of(MaxPooling2D(3, {.strides = 1}), 5) == 3);  // floor((i - k) / s) + 1, without padding
  // ---
  // --- transposed
  CHECK(outputs_of(Conv2DTranspose(1, 3), 2) == 4);                  // i' + (k - 1): from 2 back to 4
  CHECK(outputs_of(Conv2DTranspose(1, 3, {.strides = 2}), 2) == 5);  // s(i' - 1) + k
  CHECK(outputs_of(Conv2DTranspose(1, 3, {.strides = 2, .output_padding = 1}), 2) == 6);  // which of 5 and 6 it was
  // ---
  set_random_seed(1);
  // --- toeplitz
  // C of a 3 x 3 kernel over a 4 x 4 image: one row for each of the 2 x 2 outputs
  Tensor kernel = random_normal({3, 3, 1, 1}), toeplitz = zeros({4, 16});
  for (std::int64_t output = 0; output < 4; ++output)
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t row = output / 2 + tap / 3, column = output % 2 + tap % 3;
      toeplitz.data<float>()[output * 16 + row * 4 + column] = kernel.item<float>(tap);
    }
  // ---
  // --- convolution is a product
  Tensor image = random_normal({1, 4, 4, 1});
  Tensor convolved = ops::conv(image, kernel);
  Tensor product = ops::matmul(toeplitz, image.reshape({16, 1}));
  CHECK(allclose(product.reshape({1, 2, 2, 1}), convolved, 1e-5, 1e-6));
  // ---
  // --- the transpose goes back
  Tensor small = random_normal({1, 2, 2, 1});
  Tensor transposed = ops::conv_transpose(small, kernel, {.strides = 1, .padding = "valid"});
  Tensor by_matrix = ops::matmul(ops::transpose(toeplitz), small.reshape({4, 1}));
  CHECK(allclose(by_matrix.reshape({1, 4, 4, 1}), transposed, 1e-5, 1e-6));
  // ---
  // --- the gradient is the transpose
  Symbol x = K::placeholder({16});
  Symbol y = K::reshape(ops::conv(K::reshape(x, {1, 4, 4, 1}), constant(kernel)), {4});
  Tensor jacobian = K::eval(K::jacobian(y, x), {{x, image.reshape({16})}});
  CHECK(allclose(jacobian, toeplitz, 1e-5, 1e-6));
  // ---
}

TEST_CASE("guide: the table for Keras users", "[docs][guides]") {
  set_random_seed(1);
  const Tensor x = random_normal({40, 6}), y = randint(0, 3, {40});
  // --- side by side
  Sequential model(
      {Input({6}), Dense(8, {.activation = "relu", .kernel_regularizer = regularizers::L2(1e-4), .name = "hidden"}),
       BatchNormalization(), Dropout(0.2), Dense(3, {.activation = "softmax"})},
      {.name = "classifier"});
  model.compile({.optimizer = optimizers::SGD(
                     {.learning_rate = optimizers::schedules::ExponentialDecay(0.1, 100, 0.9), .momentum = 0.9}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(x, y, {.epochs = 2, .verbose = 0, .class_weight = Dict{{0, 1.0}, {1, 2.0}, {2, 1.0}}});
  std::vector<Tensor> weights = model.get_weights();
  // ---
  CHECK(weights.size() == 8);
  // --- one batch
  Logs logs = model.train_on_batch(x, y);
  std::printf("loss %.3f, accuracy %.3f\n", logs.at("loss"), logs.at("accuracy"));
  model.get_layer("hidden").set_trainable(false);  // compile again with a new optimizer before training on
  // ---
  // --- config
  Config config = Dense(4, {.activation = "tanh"}).get_config();
  std::string text = model.to_json();
  Model same = model_from_json(text);
  // ---
  CHECK(config.at("units").as_int() == 4);
  CHECK(same.count_params() == model.count_params());
}

TEST_CASE("every block of the guides on pictures and convolutions is one of those above", "[docs][guides]") {
  kerascpp::test::check_guides({"docs/pictures.md", "docs/convolution_arithmetic.md", "docs/keras_to_kerascpp.md"},
                               {"tests/docs/pictures_guide_test.cpp"});
}

TEST_CASE("every file that a guide points to is there", "[docs][guides]") {
  const std::filesystem::path folder = KERASCPP_SOURCE_DIR "/docs";
  std::size_t links = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".md") continue;
    std::ifstream file(entry.path());
    std::string text;
    bool in_code = false;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("```")) in_code = !in_code;
      if (!in_code) text += line + "\n";
    }
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
      target = target.substr(0, target.find('#'));
      if (target.empty() || target.find("://") != std::string::npos) continue;
      INFO(entry.path().filename() << " points to " << target);
      CHECK(std::filesystem::exists(folder / target));
      ++links;
    }
  }
  CHECK(links > 10);
}
