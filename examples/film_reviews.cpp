// Tells praise from blame in film reviews of IMDB, word by word.
//
//   film_reviews lstm                 a network that reads the words one after the other
//   film_reviews convolution          a network that looks for groups of words
//   film_reviews NETWORK FOLDER       with imdb.npz in FOLDER instead of the cache of data sets
//   film_reviews NETWORK FOLDER quick one pass over a part of the reviews
#include <algorithm>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

constexpr std::int64_t kWords = 10000;

static Sequential reader(std::int64_t length) {
  return Sequential{
      Input({length}, {.dtype = "int32"}), Embedding(kWords, 64), SpatialDropout1D(0.3), LSTM(64), Dropout(0.3),
      Dense(1, {.activation = "sigmoid"})};
}

static Sequential group_finder(std::int64_t length) {
  return Sequential{Input({length}, {.dtype = "int32"}),    Embedding(kWords, 64), Dropout(0.4),
                    Conv1D(128, 5, {.activation = "relu"}), GlobalMaxPooling1D(),  Dropout(0.4),
                    Dense(64, {.activation = "relu"}),      Dropout(0.3),          Dense(1, {.activation = "sigmoid"})};
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const std::string network = argc > 1 ? argv[1] : "";
  if (network != "lstm" && network != "convolution") {
    std::fprintf(stderr, "usage: film_reviews lstm|convolution [FOLDER [quick]]\n");
    return 2;
  }
  const bool quick = argc > 3, recurrent = network == "lstm";
  const std::int64_t length = quick ? 80 : recurrent ? 200 : 400;
  const auto [train, test] = datasets::imdb({.path = argc > 2 ? argv[2] : "", .num_words = kWords});
  const auto padded = [length](const Sequences& texts) {
    return preprocessing::sequence::pad_sequences(texts, {.maxlen = length});
  };
  Tensor x = padded(train.x), y = train.y;
  if (quick) x = x.rows(0, std::min<std::int64_t>(4000, x.dim(0))), y = y.rows(0, x.dim(0));

  const Sequential model = recurrent ? reader(length) : group_finder(length);
  model.summary();
  model.compile({.optimizer = "adam", .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  model.fit(x, y, {.batch_size = 32, .epochs = quick ? 2 : recurrent ? 5 : 6, .verbose = 2});

  const Tensor test_x = padded(test.x);
  const double accuracy = model.evaluate(test_x, test.y, {.verbose = 0}).at("accuracy");
  const double positive = ops::mean(test.y.astype(DType::Float32)).item<double>();
  std::printf("accuracy %.4f, guessing %.4f\n", accuracy, std::max(positive, 1 - positive));
}
