// Words, hashes and tokenizers are those of tf_keras.

#include <kerascpp/preprocessing/text.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

using namespace preprocessing::text;

const std::vector<std::string> kTexts{
    "The cat sat on the mat.",
    "The dog, the cat & the bird: all friends!\tOr not?",
    "",
    "Äpfel und ÄPFEL; Straße, ΟΔΟΣ και Σίσυφος, İstanbul -- ЖУК",
};

template <class T>
std::vector<T> values_of(const Config& list) {
  std::vector<T> values;
  for (const Config& item : list.as_list())
    if constexpr (std::is_same_v<T, std::string>)
      values.push_back(item.as_string());
    else
      values.push_back(static_cast<T>(item.as_int()));
  return values;
}

Sequences sequences_of(const Config& list) {
  Sequences sequences;
  for (const Config& item : list.as_list()) sequences.push_back(values_of<std::int64_t>(item));
  return sequences;
}

TokenizerOptions tokenizer_options(const Config& arguments) {
  TokenizerOptions options;
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "num_words") options.num_words = value.as_int();
    if (key == "oov_token") options.oov_token = value.as_string();
    if (key == "char_level") options.char_level = value.as_bool();
    if (key == "lower") options.lower = value.as_bool();
    if (key == "filters") options.filters = value.as_string();
  }
  return options;
}

void check_tokenizer(const Tokenizer& tokenizer, const Config& row) {
  Config config = tokenizer.get_config();
  for (const char* key : {"word_counts", "word_docs", "index_docs", "index_word", "word_index"})
    config.set(key, parse_json(config.at(key).as_string()));
  CHECK(config == row.at("config"));
  const Sequences sequences = sequences_of(row.at("sequences"));
  std::vector<std::string> texts{"the unknown cat"};
  texts.insert(texts.end(), kTexts.begin(), kTexts.end());
  CHECK(tokenizer.texts_to_sequences(texts) == sequences);
  CHECK(tokenizer.sequences_to_texts(sequences) == values_of<std::string>(row.at("texts")));
  for (const auto& [mode, matrix] : row.at("matrices").as_map()) {
    INFO(mode);
    check_close(tokenizer.texts_to_matrix(texts, mode), fixture_tensor(matrix), 1e-15 * 8);
  }
}

}  // namespace

TEST_CASE("texts are split into words as in Keras", "[preprocessing][text][keras]") {
  for (const Config& row : fixtures("utils/text").at("words").as_list()) {
    INFO(to_string(row));
    WordOptions options;
    for (const auto& [key, value] : row.at("arguments").as_map()) {
      if (key == "lower") options.lower = value.as_bool();
      if (key == "filters") options.filters = value.as_string();
      if (key == "split") options.split = value.as_string();
    }
    CHECK(text_to_word_sequence(row.at("text").as_string(), options) == values_of<std::string>(row.at("words")));
  }
}

TEST_CASE("words are hashed as in Keras", "[preprocessing][text][keras]") {
  for (const Config& row : fixtures("utils/text").at("hashes").as_list()) {
    INFO(to_string(row));
    CHECK(hashing_trick(row.at("text").as_string(), row.at("n").as_int(), {.hash_function = "md5"}) ==
          values_of<std::int64_t>(row.at("numbers")));
  }
  const std::vector<std::int64_t> numbers = one_hot("one two one", 1000);
  REQUIRE(numbers.size() == 3);
  CHECK(numbers[0] == numbers[2]);
  CHECK(numbers[0] != numbers[1]);
  CHECK(one_hot("one two one", 2) == std::vector<std::int64_t>{1, 1, 1});
  const Analyzer by_character = [](std::string_view text) {
    std::vector<std::string> letters;
    for (const char c : text) letters.emplace_back(1, c);
    return letters;
  };
  CHECK(hashing_trick("abca", 50, {.analyzer = by_character}).size() == 4);
}

TEST_CASE("a tokenizer counts and numbers words as Keras's", "[preprocessing][text][keras]") {
  for (const Config& row : fixtures("utils/text").at("tokenizers").as_list()) {
    DYNAMIC_SECTION(to_string(row.at("arguments"))) {
      Tokenizer tokenizer(tokenizer_options(row.at("arguments")));
      tokenizer.fit_on_texts(kTexts);
      tokenizer.fit_on_texts({{"The", "list", "of", "words"}});
      check_tokenizer(tokenizer, row);
      check_tokenizer(tokenizer_from_json(row.at("json").as_string()), row);
      check_tokenizer(tokenizer_from_json(tokenizer.to_json()), row);
    }
  }
}

TEST_CASE("a tokenizer is asked for what it knows", "[preprocessing][text]") {
  Tokenizer tokenizer;
  tokenizer.fit_on_texts({"b a b", "b c"});
  CHECK(tokenizer.words() == std::vector<std::string>{"b", "a", "c"});
  CHECK(tokenizer.word_index("c") == 3);
  CHECK_FALSE(tokenizer.word_index("d"));
  CHECK(tokenizer.index_word(1) == "b");
  CHECK_FALSE(tokenizer.index_word(0));
  CHECK(tokenizer.word_docs("b") == 2);
  CHECK(tokenizer.word_docs("d") == 0);
  CHECK(tokenizer.document_count() == 2);
  CHECK(tokenizer.word_counts().front() == std::pair<std::string, std::int64_t>{"b", 3});
  const Tokenizer copy = tokenizer;
  tokenizer.fit_on_sequences({{1, 1, 2}});
  CHECK(tokenizer.document_count() == 3);
  CHECK(copy.document_count() == 2);
}

TEST_CASE("tokenizers refuse what they cannot use", "[preprocessing][text]") {
  const Tokenizer fresh;
  CHECK_THROWS_WITH(fresh.sequences_to_matrix({{1}}), ContainsSubstring("fit on texts first"));
  CHECK_THROWS_WITH(fresh.sequences_to_matrix({{1}}, "mean"), ContainsSubstring("received \"mean\""));
  CHECK_THROWS_WITH(Tokenizer({.num_words = 4}).sequences_to_matrix({{1}}, "tfidf"), ContainsSubstring("fit first"));
  CHECK_THROWS_WITH(Tokenizer({.num_words = 4}).sequences_to_matrix({{-1}}), ContainsSubstring("number -1"));
  CHECK_THROWS_AS(Tokenizer({.num_words = -4}), ValueError);
  CHECK_THROWS_AS(Tokenizer({.split = ""}), ValueError);
  CHECK_THROWS_WITH(hashing_trick("a", 1), ContainsSubstring("at least 2"));
  CHECK_THROWS_WITH(hashing_trick("a", 9, {.hash_function = "sha"}), ContainsSubstring("received \"sha\""));
  CHECK_THROWS_AS(text_to_word_sequence("a", {.split = ""}), ValueError);
  CHECK_THROWS_AS(tokenizer_from_json("{"), FormatError);
  CHECK_THROWS_AS(tokenizer_from_json("{}"), FormatError);
  Config config = Config::map({{"class_name", "Tokenizer"}, {"config", fresh.get_config()}});
  config.find("config")->set("index_docs", "{\"one\": 1}");
  CHECK_THROWS_WITH(tokenizer_from_json(to_json(config)), ContainsSubstring("\"one\" of index_docs is no number"));
  config.find("config")->set("index_docs", "{}");
  config.find("config")->set("oov_token", "x");
  config.find("config")->set("word_index", "{\"x\": 1}");
  CHECK_THROWS_WITH(tokenizer_from_json(to_json(config)), ContainsSubstring("index_word has no word 1"));
}

}  // namespace kerascpp::test
