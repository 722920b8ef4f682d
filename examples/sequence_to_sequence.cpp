// Translates letter by letter: one LSTM reads a date as people write it, another writes it as computers do.
//
//   sequence_to_sequence          "3 march 1987" becomes "1987-03-03"
//   sequence_to_sequence quick    fewer dates
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

const std::string kLetters = " abcdefghijklmnopqrstuvwxyz0123456789,-<";  // number 0 fills up; < begins an answer
constexpr std::int64_t kRead = 18, kWritten = 10;

static Tensor coded(const std::vector<std::string>& texts, std::int64_t length) {
  std::vector<std::int64_t> numbers;
  for (const std::string& text : texts)
    for (std::size_t i = 0; i < static_cast<std::size_t>(length); ++i)
      numbers.push_back(static_cast<std::int64_t>(i < text.size() ? kLetters.find(text[i]) : 0));
  return Tensor(numbers).reshape({static_cast<std::int64_t>(texts.size()), length});
}

struct Dates {
  std::vector<std::string> read, written;
};

static Dates dates(std::int64_t count, std::uint64_t seed) {
  const std::vector<std::string> months{"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
  RandomStream random(seed);
  const Tensor draws = random.randint(0, 1 << 30, {count, 4});
  Dates result;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto draw = [&](std::int64_t which, int below) { return draws.item<int>(4 * i + which) % below; };
    const int day = 1 + draw(0, 28), month = draw(1, 12), year = 1950 + draw(2, 80);
    const std::string& name = months[static_cast<std::size_t>(month)];
    const std::string d = std::to_string(day), y = std::to_string(year);
    result.read.push_back(draw(3, 2) == 0 ? d + " " + name + " " + y : name + " " + d + ", " + y);
    char written[40];
    std::snprintf(written, sizeof written, "%04d-%02d-%02d", year, month + 1, day);
    result.written.emplace_back(written);
  }
  return result;
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  const auto count = static_cast<std::int64_t>(kLetters.size());
  const Dates train = dates(quick ? 8000 : 20000, 1), test = dates(300, 2);

  const auto source = Input({kRead}, {.dtype = "int64"}), target = Input({None}, {.dtype = "int64"});
  const auto letters = Embedding(count, 24);
  const auto state = LSTM(96, {.return_state = true})(letters(source));
  const auto writer = LSTM(96, {.return_sequences = true, .return_state = true});
  const auto scores = Dense(count, {.activation = "softmax"});
  const auto outputs = writer(letters(target), {.arguments = Dict{{"initial_state", {state[1], state[2]}}}});
  const Model model({source, target}, scores(outputs[0]));
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 5e-3}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  // the writer learns the next letter after the right ones before it
  std::vector<std::string> begun;
  for (const std::string& text : train.written) begun.push_back("<" + text.substr(0, kWritten - 1));
  model.fit({coded(train.read, kRead), coded(begun, kWritten)}, coded(train.written, kWritten),
            {.batch_size = 64, .epochs = quick ? 15 : 20, .verbose = 2, .validation_split = 0.1});

  // writing: each letter that is found is read in the next step
  const auto h = Input({96}), c = Input({96}), last = Input({1}, {.dtype = "int64"});
  const Model reader(source, {state[1], state[2]});
  const auto step = writer(letters(last), {.arguments = Dict{{"initial_state", {h, c}}}});
  const Model next({last, h, c}, {scores(step[0])[0], step[1], step[2]});
  const std::int64_t rows = static_cast<std::int64_t>(test.read.size());
  TensorList memory = reader.predict(coded(test.read, kRead), {.verbose = 0});
  Tensor letter = full({rows, 1}, static_cast<double>(kLetters.find('<')), DType::Int64);
  std::vector<std::string> answers(test.read.size());
  for (std::int64_t i = 0; i < kWritten; ++i) {
    const TensorList found = next.predict({letter, memory[0], memory[1]}, {.verbose = 0});
    letter = ops::argmax(found[0], -1).astype(DType::Int64);
    memory = {found[1], found[2]};
    for (std::int64_t row = 0; row < rows; ++row)
      answers[static_cast<std::size_t>(row)] += kLetters[letter.item<std::size_t>(row)];
  }
  std::int64_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == test.written[i] ? 1 : 0;
  for (std::size_t i = 0; i < 5; ++i) std::printf("%-18s  %s\n", test.read[i].c_str(), answers[i].c_str());
  std::printf("right dates %.3f, the most frequent one %.3f\n", static_cast<double>(right) / static_cast<double>(rows),
              1.0 / static_cast<double>(28 * 12 * 80));
}
