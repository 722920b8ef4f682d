// What a network has learned, as a map: features of pictures by an inner layer, placed in a plane by t-SNE.
//
//   feature_map          1,500 pictures
//   feature_map quick    fewer
#include <cmath>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

/// Share of the points whose nearest neighbour is of their class.
static double same_class(const Tensor& points, const Tensor& labels) {
  std::int64_t same = 0;
  for (std::int64_t i = 0; i < points.dim(0); ++i) {
    Tensor apart = ops::sum(ops::square(points - points.rows(i, i + 1)), -1);
    apart.data<float>()[i] = INFINITY;
    same += labels.item<int>(i) == labels.item<int>(ops::argmin(apart).item<std::int64_t>()) ? 1 : 0;
  }
  return static_cast<double>(same) / static_cast<double>(points.dim(0));
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  auto [train, test] = datasets::digits({.train_samples = quick ? 2000 : 8000, .test_samples = quick ? 400 : 1500});
  Sequential model{Input({28, 28, 1}),
                   Conv2D(16, 3, {.strides = 2, .activation = "relu"}),
                   Conv2D(32, 3, {.strides = 2, .activation = "relu"}),
                   Flatten(),
                   Dense(64, {.activation = "relu", .name = "features"}),
                   Dense(10, {.activation = "softmax"})};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(train.x, train.y, {.batch_size = 64, .epochs = quick ? 5 : 8, .verbose = 2});

  const Model extractor(model.inputs(), model.get_layer("features").output());
  const Tensor features = extractor.predict(test.x, {.verbose = 0});
  const utils::Embedding map = utils::tsne(features, {.max_iter = quick ? 500 : 1000, .random_state = 1});
  utils::plot_scatter(map.points, test.y, {.to_file = "feature_map.svg", .title = "features of digits"});
  utils::plot_scatter(map.points, test.y, {.to_file = "feature_map.png", .title = "features of digits"});

  // the classes themselves: how far the means of their features are from one another
  std::vector<Tensor> means;
  std::vector<std::string> names;
  for (int digit = 0; digit < 10; ++digit) {
    const Tensor of_digit = ops::cast(ops::equal(test.y, Tensor(digit).astype(test.y.dtype())), DType::Float32);
    means.push_back(ops::matmul(of_digit.reshape({1, test.y.size()}), features)[0] / ops::sum(of_digit));
    names.push_back(std::to_string(digit));
  }
  utils::plot_scatter(
      utils::mds(ops::stack(TensorList(means))).points, {},
      {.to_file = "feature_map_classes.svg", .point_names = names, .title = "means of classes, by distance"});
  std::printf("neighbours of the same class %.3f, of pixels %.3f, guessing 0.100\n", same_class(map.points, test.y),
              same_class(test.x.reshape({test.x.dim(0), 784}), test.y));
}
