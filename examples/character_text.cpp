// Learns a text letter by letter and writes on, colder and warmer.
//
//   character_text            sentences put together at run time
//   character_text FILE       your own text
//   character_text quick      a shorter text
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

static std::string sentences(std::int64_t count) {
  const std::vector<std::string> who{"the old sailor", "a small fox", "my sister", "the baker", "nobody"};
  const std::vector<std::string> does{"looks for", "carries", "paints", "remembers", "sells"};
  const std::vector<std::string> what{"a blue boat", "the red door", "seven apples", "an open letter", "the moon"};
  const std::vector<std::string> when{"at night", "in the garden", "before breakfast", "all summer long"};
  RandomStream random(3);
  const Tensor numbers = random.randint(0, 1000, {count, 4});
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto one = [&](const std::vector<std::string>& words, std::int64_t which) {
      return words[numbers.item<std::size_t>(4 * i + which) % words.size()];
    };
    text += one(who, 0) + " " + one(does, 1) + " " + one(what, 2) + " " + one(when, 3) + ". ";
  }
  return text;
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const std::string given = argc > 1 ? argv[1] : "";
  const bool quick = given == "quick";
  std::string text = sentences(quick ? 400 : 800);
  if (!given.empty() && !quick) {
    std::ifstream file(given);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::map<char, std::int64_t> numbers;
  for (const char c : text) numbers.emplace(c, 0);
  std::string letters;
  for (auto& [letter, number] : numbers) {
    number = static_cast<std::int64_t>(letters.size());
    letters += letter;
  }
  const auto count = static_cast<std::int64_t>(letters.size()), length = static_cast<std::int64_t>(text.size());
  std::printf("%lld letters, %lld different ones\n", static_cast<long long>(length), static_cast<long long>(count));

  // at each place of a window the next letter is asked for
  constexpr std::int64_t kWindow = 40;
  std::vector<std::int64_t> coded;
  for (const char c : text) coded.push_back(numbers[c]);
  const std::int64_t rows = (length - 1) / kWindow;
  KCPP_CHECK(rows >= 10, ValueError, "the text is too short: expected at least ", 10 * kWindow, " letters");
  const Tensor x = Tensor(coded).rows(0, rows * kWindow).reshape({rows, kWindow});
  const Tensor y = Tensor(coded).rows(1, rows * kWindow + 1).reshape({rows, kWindow});

  Sequential model{Input({None}, {.dtype = "int64"}), Embedding(count, 16), GRU(96, {.return_sequences = true}),
                   Dense(count)};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 5e-3}),
                 .loss = losses::SparseCategoricalCrossentropy({.from_logits = true})});
  const History history =
      model.fit(x, y, {.batch_size = 16, .epochs = quick ? 6 : 12, .verbose = 2, .validation_split = 0.1});
  utils::plot_history(history, {.to_file = "character_text_history.svg"});

  for (const double temperature : {0.2, 0.6, 1.0}) {
    RandomStream random(9);
    std::string written = text.substr(0, kWindow);
    for (int i = 0; i < 160; ++i) {
      std::vector<std::int64_t> seen;
      for (const char c : written.substr(written.size() - kWindow)) seen.push_back(numbers[c]);
      const Tensor scores = model.predict_on_batch(Tensor(seen).reshape({1, kWindow}));
      const Tensor chances = ops::softmax(scores[0][-1] / static_cast<float>(temperature));
      double left = random.uniform({}).item<double>();
      std::int64_t next = 0;
      while (next + 1 < count && (left -= chances.item<double>(next)) > 0) ++next;
      written += letters[static_cast<std::size_t>(next)];
    }
    std::printf("temperature %.1f: %s\n", temperature, written.substr(kWindow).c_str());
  }

  double frequencies = 0;  // the loss of one who knows only how frequent letters are
  for (const char c : letters) {
    const double share = static_cast<double>(std::count(text.begin(), text.end(), c)) / static_cast<double>(length);
    frequencies -= share * std::log(share);
  }
  std::printf("loss for a letter %.3f, by frequencies %.3f\n", history["val_loss"].back(), frequencies);
}
