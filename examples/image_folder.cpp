// Classifies the pictures of a folder that has one subfolder for each class, and shows what the network looks at.
//
//   image_folder            shapes drawn at run time
//   image_folder FOLDER     JPEG and PNG pictures
//   image_folder quick      fewer pictures and epochs
#include <algorithm>

#include "drawn_pictures.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

int main(int argc, char** argv) {
  set_random_seed(1);
  const std::string given = argc > 1 ? argv[1] : "";
  const bool quick = given == "quick";
  std::string folder = given;
  if (given.empty() || quick) {
    folder = "drawn_pictures";
    drawn::save_pictures(folder, quick ? 60 : 200, 48, 7);
  }
  auto [train, held_out] =
      utils::image_datasets_from_directory(folder, {.image_size = {48, 48}, .seed = 5, .validation_split = 0.25});
  const auto classes = static_cast<std::int64_t>(train.class_names.size());

  Sequential model{Input({48, 48, 3}),   RandomFlip({.mode = "horizontal"}),
                   Rescaling(1.0 / 255), Conv2D(16, 3, {.padding = "same", .activation = "relu", .name = "edges"}),
                   MaxPooling2D(2),      Conv2D(32, 3, {.padding = "same", .activation = "relu"}),
                   MaxPooling2D(2),      Conv2D(64, 3, {.padding = "same", .activation = "relu", .name = "parts"}),
                   GlobalMaxPooling2D(), Dense(classes, {.name = "scores"})};
  model.summary();
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 2e-3}),
                 .loss = losses::SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  const History history =
      model.fit(train, {}, {.epochs = quick ? 15 : 20, .verbose = 2, .validation_data = {held_out}});

  utils::plot_history(history, {.to_file = "image_folder_history.svg"});
  utils::plot_filters(model, "edges", {.to_file = "image_folder_filters.png"});
  const data::Element batch = *held_out.begin();
  const Tensor x = batch.x[0].rows(0, std::min<std::int64_t>(9, batch.x[0].dim(0)));
  utils::plot_activations(model, "edges", x, {.to_file = "image_folder_activations.png"});
  utils::plot_grad_cam(x, utils::grad_cam(model, x), {.to_file = "image_folder_grad_cam.png"});

  // how often each class is taken for another
  Tensor confusion = zeros({classes, classes});
  for (const data::Element& element : held_out) {
    const Tensor best = ops::argmax(Tensor(model.predict_on_batch(element.x)), -1);
    for (std::int64_t i = 0; i < best.size(); ++i)
      ++confusion.data<float>()[element.y[0].item<std::int64_t>(i) * classes + best.item<std::int64_t>(i)];
  }
  utils::plot_confusion_matrix(confusion, train.class_names, "image_folder_confusion.svg");
  std::printf("accuracy %.3f, guessing %.3f\n", model.evaluate(held_out, {}, {.verbose = 0}).at("accuracy"),
              1.0 / static_cast<double>(classes));
}
