// The snippets of the guide on pretrained networks. What stands between two marks `// ---` is a block of the guide; the
// last test compares them.

#include <filesystem>
#include <fstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/current_folder.hpp"
#include "support/guide.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

TEST_CASE("guide: pretrained networks", "[docs][guides]") {
  const CurrentFolder folder;
  set_random_seed(1);
  applications::MobileNet({.alpha = 0.25, .weights = "none"}).save_weights("mobilenet.weights.h5");
  utils::save_img("photo.jpg", random_uniform({60, 80, 3}));
  {
    std::ofstream index("imagenet_class_index.json");
    for (int i = 0; i < 1000; ++i)
      index << (i == 0 ? "{" : ",") << "\"" << i << "\":[\"n" << i << "\",\"class " << i << "\"]";
    index << "}";
  }
  // --- a photo
  Model network = applications::MobileNet({.alpha = 0.25, .weights = "mobilenet.weights.h5"});
  Tensor photo = utils::load_img("photo.jpg", {.target_size = {224, 224}, .interpolation = "bilinear"});
  Tensor x = applications::mobilenet::preprocess_input(utils::img_to_array(photo).reshape({1, 224, 224, 3}));
  auto best = applications::mobilenet::decode_predictions(network.predict(x),
                                                          {.top = 3, .class_index = "imagenet_class_index.json"});
  std::printf("%s: %.3f\n", best[0][0].description.c_str(), static_cast<double>(best[0][0].score));
  // ---
  CHECK(best[0].size() == 3);
  CHECK(best[0][0].score == ops::max(Tensor(network.predict(x, {.verbose = 0}))).item<float>());
  // --- features
  Model base = applications::MobileNet(
      {.input_shape = {96, 96, 3}, .alpha = 0.25, .include_top = false, .weights = "none", .pooling = "avg"});
  Tensor features = base.predict(random_normal({5, 96, 96, 3}));  // (5, 256)
  // ---
  CHECK(features.shape() == Shape{5, 256});
  for (const char* name : {"pictures/cats/", "pictures/dogs/"}) {
    std::filesystem::create_directories(name);
    for (int i = 0; i < 4; ++i)
      utils::save_img(std::string(name) + std::to_string(i) + ".png", random_uniform({100, 120, 3}));
  }
  const std::vector<Tensor> before = base.get_weights();
  const auto changed = [&] {
    std::size_t count = 0;
    const std::vector<Tensor> now = base.get_weights();
    for (std::size_t i = 0; i < now.size(); ++i) count += identical(now[i], before[i]) ? 0 : 1;
    return count;
  };
  // --- a new head
  base.set_trainable(false);
  auto input = Input({96, 96, 3});
  auto inner = base(applications::mobilenet::preprocess_input(input), {.training = 0});
  Model model(input, Dense(2, {.activation = "softmax"})(Dropout(0.2)(inner)));
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  auto train = utils::image_dataset_from_directory("pictures", {.batch_size = 4, .image_size = {96, 96}, .seed = 1});
  model.fit(train, {}, {.epochs = 3, .verbose = 0});
  // ---
  CHECK(changed() == 0);
  CHECK(model.trainable_variables().size() == 2);
  // --- fine-tuning
  base.set_trainable(true);
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-5}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  model.fit(train, {}, {.epochs = 2, .verbose = 0});
  // ---
  CHECK(changed() > 0);
  const std::vector<Weight> weights = base->weights();
  for (std::size_t i = 0; i < weights.size(); ++i)  // but not the statistics of batches
    CHECK((weights[i].trainable || identical(weights[i].variable.get_value(), before[i])));
}

TEST_CASE("every block of the guide on pretrained networks is one of those above", "[docs][guides]") {
  kerascpp::test::check_guides({"docs/applications.md"}, {"tests/docs/applications_guide_test.cpp"});
}
