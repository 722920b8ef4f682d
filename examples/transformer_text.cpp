// Tells praise from blame in sentences where the order of words matters ("not bad at all"): attention over the words,
// after Vaswani et al., arXiv 1706.03762.
//
//   transformer_text          sentences put together at run time
//   transformer_text quick    fewer of them
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

struct Reviews {
  std::vector<std::string> texts;
  std::vector<int> praise;
};

/// What counts is said of the film, not of the cinema, and "not" turns it round.
static Reviews reviews(std::int64_t count, std::uint64_t seed) {
  const std::vector<std::string> good{"great", "lovely", "clever", "touching"}, bad{"boring", "awful", "silly", "dull"};
  const std::vector<std::string> about{"the film", "the story", "the acting"};
  const std::vector<std::string> beside{"the cinema", "the popcorn", "the weather"};
  RandomStream random(seed);
  const Tensor draws = random.randint(0, 1 << 30, {count, 8});
  Reviews result;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto draw = [&](std::int64_t which) { return draws.item<std::size_t>(8 * i + which); };
    const auto one = [&](const std::vector<std::string>& words, std::int64_t which) {
      return words[draw(which) % words.size()];
    };
    const bool word_is_good = draw(0) % 2 == 0, is_turned = draw(1) % 2 == 0;
    const std::string of_film =
        one(about, 2) + (is_turned ? " was not " : " was ") + (word_is_good ? one(good, 3) : one(bad, 3));
    const std::string of_other =
        one(beside, 4) + (draw(5) % 2 == 0 ? " was not " : " was ") + (draw(6) % 2 == 0 ? one(good, 7) : one(bad, 7));
    result.texts.push_back(draw(7) % 3 == 0 ? of_other + " but " + of_film : of_film + " though " + of_other);
    result.praise.push_back(word_is_good != is_turned ? 1 : 0);
  }
  return result;
}

/// Words and their places as vectors.
static Symbol embedded(const Symbol& tokens, std::int64_t vocabulary, std::int64_t length, std::int64_t width) {
  const Symbol places = Embedding(length, width)(constant(arange(static_cast<double>(length)).astype(DType::Int64)));
  return Embedding(vocabulary, width)(tokens)[0] + places;
}

/// Attention among words, then a small network for each of them, both with what goes past them.
static Symbol transformer_block(const Symbol& x, std::int64_t heads, std::int64_t width) {
  const Symbol attended = MultiHeadAttention(heads, width / heads)({x, x});
  const Symbol first = LayerNormalization()(x + Dropout(0.1)(attended)[0]);
  const Symbol wide = Dense(width)(Dense(2 * width, {.activation = "relu"})(first));
  return LayerNormalization()(first + Dropout(0.1)(wide)[0]);
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  constexpr std::int64_t kLength = 12, kWidth = 32;
  const Reviews train = reviews(quick ? 2000 : 6000, 1), test = reviews(1000, 2);
  const auto words = TextVectorization({.output_sequence_length = kLength});
  words.adapt(strings(train.texts));

  const auto tokens = Input({kLength}, {.dtype = "int64"});
  const Symbol x = transformer_block(embedded(tokens, words.vocabulary_size(), kLength, kWidth), 2, kWidth);
  const Model model(tokens, Dense(1, {.activation = "sigmoid"})(GlobalAveragePooling1D()(x)));
  model.summary();
  model.compile(
      {.optimizer = optimizers::Adam({.learning_rate = 2e-3}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  model.fit(words(strings(train.texts)), Tensor(train.praise),
            {.batch_size = 32, .epochs = quick ? 10 : 15, .verbose = 2, .validation_split = 0.1});

  const std::vector<std::string> examples{"the popcorn was awful but the film was not boring",
                                          "the story was not clever though the cinema was great"};
  for (const std::string& text : examples)
    std::printf("%-60s praise %.2f\n", text.c_str(),
                model.predict(words(strings({text})), {.verbose = 0}).item<double>());

  // without order: words are only counted
  const auto bag = TextVectorization({.output_mode = "multi_hot"});
  bag.adapt(strings(train.texts));
  Sequential counting{Input({bag.vocabulary_size()}), Dense(1, {.activation = "sigmoid"})};
  counting.compile(
      {.optimizer = optimizers::Adam({.learning_rate = 1e-2}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  counting.fit(bag(strings(train.texts)), Tensor(train.praise), {.epochs = 10, .verbose = 0});
  std::printf("accuracy %.3f, by words alone %.3f\n",
              model.evaluate(words(strings(test.texts)), Tensor(test.praise), {.verbose = 0}).at("accuracy"),
              counting.evaluate(bag(strings(test.texts)), Tensor(test.praise), {.verbose = 0}).at("accuracy"));
}
