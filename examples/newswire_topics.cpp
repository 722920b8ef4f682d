// Finds the topics of newswires of Reuters by the words in them, whatever their order.
//
//   newswire_topics               reuters.npz of the cache of data sets
//   newswire_topics FOLDER        that in FOLDER
//   newswire_topics FOLDER quick  one pass
//
// A random fifth of the newswires is kept for testing.
#include <algorithm>
#include <cstdio>
#include <vector>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

/// The topic that most newswires have, as their share.
static double share_of_largest(const Tensor& topics) {
  std::vector<double> counts;
  for (const std::int64_t topic : topics.to_vector<std::int64_t>()) {
    counts.resize(std::max(counts.size(), static_cast<std::size_t>(topic) + 1));
    ++counts[static_cast<std::size_t>(topic)];
  }
  return *std::max_element(counts.begin(), counts.end()) / static_cast<double>(topics.size());
}

int main(int argc, char** argv) {
  set_random_seed(1);
  constexpr std::int64_t kWords = 10000;
  const auto [train, test] = datasets::reuters({.path = argc > 1 ? argv[1] : "", .num_words = kWords});
  const preprocessing::text::Tokenizer words({.num_words = kWords});
  const Tensor x = words.sequences_to_matrix(train.x, "binary").astype(DType::Float32);
  const Tensor test_x = words.sequences_to_matrix(test.x, "binary").astype(DType::Float32);

  Sequential model{Input({kWords}), Dense(256, {.activation = "relu"}), Dropout(0.5),
                   Dense(46, {.activation = "softmax"})};
  model.summary();
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(x, train.y, {.batch_size = 64, .epochs = argc > 2 ? 1 : 6, .verbose = 2});
  std::printf("accuracy %.4f, guessing %.4f\n", model.evaluate(test_x, test.y, {.verbose = 0}).at("accuracy"),
              share_of_largest(test.y));
}
