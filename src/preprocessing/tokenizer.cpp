#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/preprocessing/text.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/unicode.hpp"

namespace kerascpp::preprocessing::text {
namespace {

/// The largest number of columns that a matrix may get from a file's word of how many there are.
constexpr std::int64_t kMostWords = std::int64_t{1} << 40U;

}  // namespace

struct Tokenizer::State {
  TokenizerOptions options;
  std::vector<std::pair<std::string, std::int64_t>> word_counts;
  std::unordered_map<std::string, std::size_t> count_places;
  std::unordered_map<std::string, std::int64_t> word_docs;
  std::map<std::int64_t, std::int64_t> index_docs;
  std::unordered_map<std::string, std::int64_t> word_index;
  std::map<std::int64_t, std::string> index_word;

  [[nodiscard]] std::vector<std::string> split(const Texts::Item& item) const;
  void count(const std::string& word);
  void number_words();
  [[nodiscard]] std::optional<std::int64_t> oov_index() const;
  /// What stands for the known number `index`: itself, that of oov_token, or nothing.
  [[nodiscard]] std::optional<std::int64_t> within_limit(std::int64_t index) const;
  [[nodiscard]] double weight(std::int64_t index, double count, double length, const std::string& mode) const;
};

std::vector<std::string> Tokenizer::State::split(const Texts::Item& item) const {
  const auto lowered = [this](const std::string& text) {
    return options.lower ? to_utf8(lower(from_utf8(text))) : text;
  };
  std::vector<std::string> result;
  if (item.is_list()) {
    for (const std::string& word : item.words()) result.push_back(lowered(word));
  } else if (options.char_level) {
    for (const char32_t c : from_utf8(lowered(item.text()))) result.push_back(to_utf8(std::u32string_view(&c, 1)));
  } else if (options.analyzer) {
    result = options.analyzer(item.text());
  } else {
    result = text_to_word_sequence(item.text(), {options.filters, options.lower, options.split});
  }
  return result;
}

void Tokenizer::State::count(const std::string& word) {
  const auto [place, is_new] = count_places.try_emplace(word, word_counts.size());
  if (is_new) word_counts.emplace_back(word, 0);
  ++word_counts[place->second].second;
}

void Tokenizer::State::number_words() {
  auto sorted = word_counts;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  word_index.clear();
  index_word.clear();
  std::int64_t index = 0;
  const auto add = [&](const std::string& word) {
    word_index[word] = ++index;  // a word that equals oov_token takes the later number, as in Keras
  };
  if (options.oov_token) add(*options.oov_token);
  for (const auto& item : sorted) add(item.first);
  for (const auto& [word, number] : word_index) index_word[number] = word;
  for (const auto& [word, documents] : word_docs) index_docs[word_index.at(word)] = documents;
}

std::optional<std::int64_t> Tokenizer::State::oov_index() const {
  if (!options.oov_token) return std::nullopt;
  const auto found = word_index.find(*options.oov_token);
  return found == word_index.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> Tokenizer::State::within_limit(std::int64_t index) const {
  return options.num_words.value_or(0) != 0 && index >= *options.num_words ? oov_index() : std::optional(index);
}

double Tokenizer::State::weight(std::int64_t index, double count, double length, const std::string& mode) const {
  if (mode == "count") return count;
  if (mode == "freq") return count / length;
  if (mode == "binary") return 1;
  const auto documents = index_docs.find(index);
  const double with_word = documents == index_docs.end() ? 0 : static_cast<double>(documents->second);
  return (1 + std::log(count)) * std::log(1 + static_cast<double>(options.document_count) / (1 + with_word));
}

Tokenizer::Tokenizer(TokenizerOptions options) : state_(std::make_unique<State>()) {
  KCPP_CHECK(options.num_words.value_or(1) >= 0, ValueError, "[Tokenizer] num_words must not be negative, received ",
             options.num_words.value_or(1));
  KCPP_CHECK(!options.split.empty(), ValueError, "[Tokenizer] split must not be empty");
  state_->options = std::move(options);
}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(const Tokenizer& other) : state_(std::make_unique<State>(*other.state_)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(const Tokenizer& other) {
  if (this != &other) *state_ = *other.state_;
  return *this;
}
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

void Tokenizer::fit_on_texts(const Texts& texts) {
  for (const Texts::Item& item : texts) {
    ++state_->options.document_count;
    const std::vector<std::string> words = state_->split(item);
    for (const std::string& word : words) state_->count(word);
    for (const std::string& word : std::unordered_set<std::string>(words.begin(), words.end()))
      ++state_->word_docs[word];
  }
  state_->number_words();
}

void Tokenizer::fit_on_sequences(const Sequences& sequences) {
  state_->options.document_count += static_cast<std::int64_t>(sequences.size());
  for (const auto& sequence : sequences)
    for (const std::int64_t index : std::unordered_set<std::int64_t>(sequence.begin(), sequence.end()))
      ++state_->index_docs[index];
}

Sequences Tokenizer::texts_to_sequences(const Texts& texts) const {
  Sequences sequences;
  for (const Texts::Item& item : texts) {
    auto& sequence = sequences.emplace_back();
    for (const std::string& word : state_->split(item)) {
      const auto found = state_->word_index.find(word);
      const auto index = found == state_->word_index.end() ? state_->oov_index() : state_->within_limit(found->second);
      if (index) sequence.push_back(*index);
    }
  }
  return sequences;
}

std::vector<std::string> Tokenizer::sequences_to_texts(const Sequences& sequences) const {
  std::vector<std::string> texts;
  for (const auto& sequence : sequences) {
    std::string text;
    for (const std::int64_t number : sequence) {
      const auto index = state_->index_word.count(number) == 0 ? state_->oov_index() : state_->within_limit(number);
      if (index) text += (text.empty() ? "" : " ") + state_->index_word.at(*index);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

Tensor Tokenizer::texts_to_matrix(const Texts& texts, const std::string& mode) const {
  return sequences_to_matrix(texts_to_sequences(texts), mode);
}

Tensor Tokenizer::sequences_to_matrix(const Sequences& sequences, const std::string& mode) const {
  KCPP_CHECK(mode == "binary" || mode == "count" || mode == "freq" || mode == "tfidf", ValueError,
             "[Tokenizer] mode must be \"binary\", \"count\", \"freq\" or \"tfidf\", received \"", mode, "\"");
  KCPP_CHECK(state_->options.num_words.value_or(0) != 0 || !state_->word_index.empty(), ValueError,
             "[Tokenizer] give num_words, or fit on texts first");
  KCPP_CHECK(mode != "tfidf" || state_->options.document_count > 0, ValueError,
             "[Tokenizer] mode \"tfidf\" needs a fit first");
  const std::int64_t width = state_->options.num_words.value_or(0) != 0
                                 ? *state_->options.num_words
                                 : static_cast<std::int64_t>(state_->word_index.size()) + 1;
  Tensor matrix = zeros({static_cast<std::int64_t>(sequences.size()), width}, DType::Float64);
  auto* row = matrix.data<double>();
  for (const auto& sequence : sequences) {
    std::map<std::int64_t, double> counts;
    for (const std::int64_t index : sequence) {
      KCPP_CHECK(index >= 0, ValueError, "[Tokenizer] a sequence holds the negative number ", index);
      if (index < width) ++counts[index];
    }
    for (const auto& [index, count] : counts)
      row[index] = state_->weight(index, count, static_cast<double>(sequence.size()), mode);
    row += width;
  }
  return matrix;
}

const std::vector<std::pair<std::string, std::int64_t>>& Tokenizer::word_counts() const { return state_->word_counts; }
std::int64_t Tokenizer::word_docs(const std::string& word) const {
  const auto found = state_->word_docs.find(word);
  return found == state_->word_docs.end() ? 0 : found->second;
}
std::optional<std::int64_t> Tokenizer::word_index(const std::string& word) const {
  const auto found = state_->word_index.find(word);
  return found == state_->word_index.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::string> Tokenizer::index_word(std::int64_t index) const {
  const auto found = state_->index_word.find(index);
  return found == state_->index_word.end() ? std::nullopt : std::optional(found->second);
}
std::vector<std::string> Tokenizer::words() const {
  std::vector<std::string> words;
  for (const auto& item : state_->index_word) words.push_back(item.second);
  return words;
}
std::int64_t Tokenizer::document_count() const { return state_->options.document_count; }
const TokenizerOptions& Tokenizer::options() const { return state_->options; }

Config Tokenizer::get_config() const {
  const State& state = *state_;
  Config::Map counts, word_docs, index_docs, index_word, word_index;
  for (const auto& [word, count] : state.word_counts) {
    counts.emplace_back(word, count);
    if (const auto docs = state.word_docs.find(word); docs != state.word_docs.end())
      word_docs.emplace_back(word, docs->second);
  }
  for (const auto& [index, count] : state.index_docs) index_docs.emplace_back(std::to_string(index), count);
  for (const auto& [index, word] : state.index_word) {
    index_word.emplace_back(std::to_string(index), word);
    word_index.emplace_back(word, index);
  }
  const auto optional = [](const auto& value) { return value ? Config(*value) : Config(); };
  return Config::map({{"num_words", optional(state.options.num_words)},
                      {"filters", state.options.filters},
                      {"lower", state.options.lower},
                      {"split", state.options.split},
                      {"char_level", state.options.char_level},
                      {"oov_token", optional(state.options.oov_token)},
                      {"document_count", state.options.document_count},
                      {"word_counts", kerascpp::to_json(Config(std::move(counts)))},
                      {"word_docs", kerascpp::to_json(Config(std::move(word_docs)))},
                      {"index_docs", kerascpp::to_json(Config(std::move(index_docs)))},
                      {"index_word", kerascpp::to_json(Config(std::move(index_word)))},
                      {"word_index", kerascpp::to_json(Config(std::move(word_index)))}});
}

std::string Tokenizer::to_json() const {
  return kerascpp::to_json(Config::map({{"class_name", "Tokenizer"}, {"config", get_config()}}));
}

namespace {

std::int64_t number_of(const std::string& key, const char* where) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), value);
  KCPP_CHECK(error == std::errc() && end == key.data() + key.size(), FormatError, "[tokenizer_from_json] the key \"",
             key, "\" of ", where, " is no number");
  return value;
}

}  // namespace

Tokenizer tokenizer_from_json(std::string_view json) {
  const Config whole = parse_json(json, "tokenizer_from_json");
  const Config& config = whole.at("config");
  TokenizerOptions options;
  if (const Config& value = config.at("num_words"); !value.is_null()) options.num_words = value.as_int();
  KCPP_CHECK(options.num_words.value_or(0) <= kMostWords, FormatError, "[tokenizer_from_json] num_words is ",
             options.num_words.value_or(0));
  options.filters = config.at("filters").as_string();
  options.lower = config.at("lower").as_bool();
  options.split = config.at("split").as_string();
  options.char_level = config.at("char_level").as_bool();
  if (const Config* value = config.find("oov_token"); value != nullptr && !value->is_null())
    options.oov_token = value->as_string();
  options.document_count = config.at("document_count").as_int();
  Tokenizer tokenizer(std::move(options));
  Tokenizer::State& state = *tokenizer.state_;
  // each a text of JSON of its own
  const auto each = [&config](const char* key, const auto& take) {
    const Config inner = parse_json(config.at(key).as_string(), key);
    for (const auto& [name, value] : inner.as_map()) take(name, value);
  };
  each("word_counts", [&](const std::string& word, const Config& count) {
    state.count_places.emplace(word, state.word_counts.size());
    state.word_counts.emplace_back(word, count.as_int());
  });
  each("word_docs", [&](const std::string& word, const Config& count) { state.word_docs[word] = count.as_int(); });
  each("word_index", [&](const std::string& word, const Config& index) { state.word_index[word] = index.as_int(); });
  each("index_word", [&](const std::string& key, const Config& word) {
    state.index_word[number_of(key, "index_word")] = word.as_string();
  });
  each("index_docs", [&](const std::string& key, const Config& count) {
    state.index_docs[number_of(key, "index_docs")] = count.as_int();
  });
  if (const auto oov = state.oov_index())
    KCPP_CHECK(state.index_word.count(*oov) != 0, FormatError, "[tokenizer_from_json] index_word has no word ", *oov,
               ", which word_index gives to oov_token");
  return tokenizer;
}

}  // namespace kerascpp::preprocessing::text
