#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/preprocessing/sequence.hpp>

namespace kerascpp::preprocessing::text {

/// What Keras takes out of texts: punctuation, tabs and line breaks, but not '.
inline constexpr const char* kFilters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

struct WordOptions {
  std::string filters = kFilters;  ///< characters that count as `split`
  bool lower = true;               ///< also beyond ASCII, as Python does
  std::string split = " ";
};

/// The words of a UTF-8 text. Source: tf_keras.preprocessing.text.text_to_word_sequence.
[[nodiscard]] KCPP_API std::vector<std::string> text_to_word_sequence(std::string_view text,
                                                                      const WordOptions& options = {});

/// Splits a text into words.
using Analyzer = Callable<std::vector<std::string>(std::string_view text)>;

struct HashingOptions {
  /// "" for a hash that is the same on every machine and run (FNV-1a; Python's own is not), "md5" as in Keras.
  std::string hash_function = {};
  std::string filters = kFilters;
  bool lower = true;
  std::string split = " ";
  Analyzer analyzer = {};  ///< in place of text_to_word_sequence
};

/// A number in [1, n) for each word of a text, by its hash: two words may share one.
///
/// Throws ValueError unless n >= 2, or for an unknown hash function.
/// Source: tf_keras.preprocessing.text.hashing_trick.
[[nodiscard]] KCPP_API std::vector<std::int64_t> hashing_trick(std::string_view text, std::int64_t n,
                                                               const HashingOptions& options = {});
/// The same with the default hash. Source: tf_keras.preprocessing.text.one_hot.
[[nodiscard]] KCPP_API std::vector<std::int64_t> one_hot(std::string_view text, std::int64_t n,
                                                         const WordOptions& options = {});

/// Texts, each one a string or a list of words: `{"one text", "another"}`, `{{"two", "words"}, "a text"}`.
class KCPP_API Texts {
 public:
  /// A text, or its words.
  class Item {
   public:
    Item(const char* text) : text_(text) {}                                             // NOLINT: implicit by design
    Item(std::string text) : text_(std::move(text)) {}                                  // NOLINT
    Item(std::vector<std::string> words) : is_list_(true), words_(std::move(words)) {}  // NOLINT
    Item(std::initializer_list<const char*> words) : is_list_(true), words_(words.begin(), words.end()) {}
    [[nodiscard]] bool is_list() const { return is_list_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

   private:
    bool is_list_ = false;
    std::string text_;
    std::vector<std::string> words_;
  };

  Texts(std::initializer_list<Item> items) : items_(items) {}
  Texts(const std::vector<std::string>& texts) : items_(texts.begin(), texts.end()) {}               // NOLINT
  Texts(const std::vector<std::vector<std::string>>& lists) : items_(lists.begin(), lists.end()) {}  // NOLINT
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  std::vector<Item> items_;
};

struct TokenizerOptions {
  std::optional<std::int64_t> num_words = {};  ///< only the num_words - 1 most frequent words are numbered
  std::string filters = kFilters;
  bool lower = true;
  std::string split = " ";
  bool char_level = false;                    ///< characters instead of words
  std::optional<std::string> oov_token = {};  ///< stands for words that are not known
  Analyzer analyzer = {};                     ///< in place of text_to_word_sequence; is not saved
  std::int64_t document_count = 0;
};

/// Numbers the words of texts by how frequent they are, from 1 on; 0 is left for padding.
///
/// Source: tf_keras.preprocessing.text.Tokenizer, whose files it reads and writes.
class KCPP_API Tokenizer {
 public:
  explicit Tokenizer(TokenizerOptions options = {});
  ~Tokenizer();
  Tokenizer(const Tokenizer& other);
  Tokenizer(Tokenizer&& other) noexcept;
  Tokenizer& operator=(const Tokenizer& other);
  Tokenizer& operator=(Tokenizer&& other) noexcept;

  /// Counts the words of `texts` and numbers all words counted so far.
  void fit_on_texts(const Texts& texts);
  /// Counts in how many sequences each number stands, for "tfidf".
  void fit_on_sequences(const Sequences& sequences);

  /// Words that are not known are left out unless there is an oov_token.
  [[nodiscard]] Sequences texts_to_sequences(const Texts& texts) const;
  /// The words of each sequence with a space between them.
  [[nodiscard]] std::vector<std::string> sequences_to_texts(const Sequences& sequences) const;
  /// One row per text, one column per word.
  ///
  /// mode     "binary" whether a word occurs, "count" how often, "freq" its share of the words, "tfidf" its weight
  ///          against its frequency in all documents
  /// returns  (N, num_words) float64; without num_words one column more than there are words
  ///
  /// Throws ValueError for another mode, before a fit when it needs one.
  [[nodiscard]] Tensor texts_to_matrix(const Texts& texts, const std::string& mode = "binary") const;
  [[nodiscard]] Tensor sequences_to_matrix(const Sequences& sequences, const std::string& mode = "binary") const;

  /// Words with how often they occurred, in the order of their first occurrence.
  [[nodiscard]] const std::vector<std::pair<std::string, std::int64_t>>& word_counts() const;
  /// In how many texts each word occurred.
  [[nodiscard]] std::int64_t word_docs(const std::string& word) const;
  /// The number of a word; empty when it has none.
  [[nodiscard]] std::optional<std::int64_t> word_index(const std::string& word) const;
  /// The word of a number; empty when there is none.
  [[nodiscard]] std::optional<std::string> index_word(std::int64_t index) const;
  /// Words in the order of their numbers, that of number 1 first.
  [[nodiscard]] std::vector<std::string> words() const;
  [[nodiscard]] std::int64_t document_count() const;
  [[nodiscard]] const TokenizerOptions& options() const;

  [[nodiscard]] Config get_config() const;
  [[nodiscard]] std::string to_json() const;

 private:
  friend KCPP_API Tokenizer tokenizer_from_json(std::string_view json);
  struct State;
  std::unique_ptr<State> state_;
};

/// A tokenizer from the text of `to_json`. Throws FormatError naming what is missing or wrong.
/// Source: tf_keras.preprocessing.text.tokenizer_from_json.
[[nodiscard]] KCPP_API Tokenizer tokenizer_from_json(std::string_view json);

}  // namespace kerascpp::preprocessing::text
