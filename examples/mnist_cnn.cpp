// A convolutional network on MNIST.
//
//   mnist_cnn                digits drawn at run time
//   mnist_cnn FOLDER         the official idx files in FOLDER
//   mnist_cnn FOLDER TRAIN   only the test files of FOLDER: the first TRAIN pictures train, the others test
//   mnist_cnn FOLDER TRAIN MODEL.keras   keeps the trained model, which Keras reads as well
#include <cstdio>
#include <cstdlib>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

datasets::Dataset load(int argc, char** argv) {
  if (argc < 2) return datasets::digits();
  if (argc < 3) return datasets::mnist({.path = argv[1]});
  const datasets::Split all = datasets::mnist({.path = argv[1], .test_only = true}).test;
  const std::int64_t at = std::atoll(argv[2]), end = all.x.dim(0);
  return {{all.x.rows(0, at), all.y.rows(0, at)}, {all.x.rows(at, end), all.y.rows(at, end)}};
}

}  // namespace

int main(int argc, char** argv) {
  set_random_seed(1);
  auto [train, test] = load(argc, argv);
  Sequential model{Input({28, 28, 1}),
                   Conv2D(32, 3, {.activation = "relu"}),
                   Conv2D(64, 3, {.activation = "relu"}),
                   MaxPooling2D(2),
                   Dropout(0.25),
                   Flatten(),
                   Dense(128, {.activation = "relu"}),
                   Dropout(0.5),
                   Dense(10, {.activation = "softmax"})};
  model.summary();
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const History history =
      model.fit(train.x, train.y, {.batch_size = 128, .epochs = 12, .validation_data = {test.x, test.y}});
  double best = 0;
  for (double accuracy : history["val_accuracy"]) best = accuracy > best ? accuracy : best;
  std::printf("best test accuracy: %.4f\n", best);
  if (argc > 3) model.save(argv[3]);
}
