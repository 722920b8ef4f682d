// Reuses a network: trained on some classes with many pictures, then on others with few. The base is frozen under a new
// head first, then all of it is trained on with a low rate.
//
//   transfer_learning                 shapes drawn at run time
//   transfer_learning FOLDER          pictures with a subfolder for each class, as CIFAR-10 as JPEG files has them
//   transfer_learning quick [FOLDER]  fewer epochs
#include <algorithm>

#include "drawn_pictures.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

constexpr std::int64_t kSize = 32, kFew = 5;

/// The first pictures of each of these classes, and others to test with.
static std::pair<data::Dataset, data::Dataset> pictures_of(const std::string& folder,
                                                           const std::vector<std::string>& classes, std::int64_t few) {
  const preprocessing::image::ImageDataGenerator generator({.rescale = 1.0 / 255});
  const auto all = generator.flow_from_directory(folder, {.target_size = {kSize, kSize},
                                                          .classes = classes,
                                                          .class_mode = "sparse",
                                                          .shuffle = false,
                                                          .interpolation = "bilinear"});
  std::vector<Tensor> x, y;
  for (const data::Element& element : all) {
    x.push_back(element.x[0]);
    y.push_back(element.y[0]);
  }
  const Tensor pictures = ops::concatenate(TensorList(x), 0), labels = ops::concatenate(TensorList(y), 0);
  std::vector<std::int64_t> train, test, seen(classes.size(), 0);
  for (std::int64_t i = 0; i < labels.size(); ++i) {
    const std::int64_t of_class = seen[labels.item<std::size_t>(i)]++;
    if (of_class < few)
      train.push_back(i);
    else if (of_class < few + 100)
      test.push_back(i);
  }
  const auto dataset = [&](const std::vector<std::int64_t>& rows) {
    return data::Dataset::from_tensor_slices(utils::take_rows(pictures, rows), utils::take_rows(labels, rows));
  };
  return {dataset(train).cache().shuffle(1000, {.seed = 1}).batch(32), dataset(test).batch(32)};
}

static Sequential make_base() {
  return Sequential({Input({kSize, kSize, 3}), Conv2D(32, 3, {.padding = "same", .activation = "relu"}),
                     MaxPooling2D(2), Conv2D(48, 3, {.padding = "same", .activation = "relu"}), MaxPooling2D(2),
                     Conv2D(64, 3, {.padding = "same", .activation = "relu"}), GlobalMaxPooling2D()},
                    {.name = "base"});
}

static Model with_head(const Model& base, std::int64_t classes) {
  const auto input = Input({kSize, kSize, 3});
  // inference for the base also while the head is trained, as for layers with statistics of batches
  return Model(input, Dense(classes, {.activation = "softmax"})(base(input, {.training = 0})));
}

static double trained(const Model& model, const std::pair<data::Dataset, data::Dataset>& pictures, double learning_rate,
                      std::int64_t epochs) {
  model.compile({.optimizer = optimizers::Adam({.learning_rate = learning_rate}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model
      .fit(pictures.first, {}, {.epochs = epochs, .verbose = 2, .validation_data = {pictures.second}})["val_accuracy"]
      .back();
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  std::string folder = argc > (quick ? 2 : 1) ? argv[quick ? 2 : 1] : "";
  if (folder.empty()) {
    folder = "drawn_pictures";
    drawn::save_pictures(folder, quick ? 300 : 500, kSize, 3);
  }
  std::vector<std::string> classes;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_directory()) classes.push_back(entry.path().filename().string());
  std::sort(classes.begin(), classes.end());
  KCPP_CHECK(classes.size() >= 4, ValueError, folder, ": expected at least four subfolders, found ", classes.size());
  std::vector<std::string> firsts, others;  // every second class
  for (std::size_t i = 0; i < classes.size(); ++i) (i % 2 == 0 ? firsts : others).push_back(classes[i]);
  const auto many = pictures_of(folder, firsts, quick ? 200 : 400), few = pictures_of(folder, others, kFew);
  const auto count = static_cast<std::int64_t>(others.size());

  std::printf("\nmany pictures of every second class\n");
  const Model base = make_base();
  trained(with_head(base, static_cast<std::int64_t>(firsts.size())), many, 2e-3, quick ? 8 : 15);

  std::printf("\na new head on the frozen base, %lld pictures of each of the other classes\n",
              static_cast<long long>(kFew));
  base.set_trainable(false);
  const Model model = with_head(base, count);
  const double frozen = trained(model, few, 1e-2, quick ? 40 : 60);

  std::printf("\nthe whole network with a low rate\n");
  base.set_trainable(true);
  const double tuned = trained(model, few, 2e-4, quick ? 30 : 40);
  model.save("transfer_learning.keras");

  std::printf("\nthe same network from the beginning\n");
  const double scratch = trained(with_head(make_base(), count), few, 2e-3, quick ? 70 : 100);
  std::printf("frozen base %.3f, fine-tuned %.3f, from scratch %.3f, guessing %.3f\n", frozen, tuned, scratch,
              1.0 / static_cast<double>(count));
}
