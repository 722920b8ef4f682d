#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that turn strings and integers into numbers of tokens. They compute on the host before the graph of a model
/// runs; a model may start with them, and takes strings then (`strings({"a", "b"})`).
namespace kerascpp::layers {

/// A table of tokens, std::string or std::int64_t. They are numbered: first the mask token, in output mode "int" and if
/// there is one, then those that stand for tokens out of the vocabulary, then the vocabulary.
template <class Token>
class KCPP_API Vocabulary {
 public:
  Vocabulary() = default;
  Vocabulary(const Vocabulary&) = default;
  Vocabulary& operator=(const Vocabulary&) = default;
  virtual ~Vocabulary();

  [[nodiscard]] virtual std::vector<Token> get_vocabulary(bool include_special_tokens) const = 0;
  /// With the special tokens in front, or without them. Throws ValueError for repeated tokens, too many of them, or
  /// special tokens anywhere else; idf_weights come with output mode "tf_idf" alone, one for each token given.
  virtual void set_vocabulary(const std::vector<Token>& vocabulary, const std::vector<double>& idf_weights) = 0;
  [[nodiscard]] virtual std::int64_t vocabulary_size() const = 0;
};

/// A layer with a vocabulary. `adapt` makes one of the tokens in data, the most frequent ones first.
template <class Token>
class KCPP_API VocabularyLayer : public AdaptableLayer {
 public:
  using AdaptableLayer::AdaptableLayer;

  [[nodiscard]] std::vector<Token> get_vocabulary(bool include_special_tokens = true) const {
    return vocabulary().get_vocabulary(include_special_tokens);
  }
  void set_vocabulary(const std::vector<Token>& tokens, const std::vector<double>& idf_weights = {}) const {
    vocabulary().set_vocabulary(tokens, idf_weights);
  }
  /// Special tokens counted.
  [[nodiscard]] std::int64_t vocabulary_size() const { return vocabulary().vocabulary_size(); }

 private:
  [[nodiscard]] Vocabulary<Token>& vocabulary() const { return *as<Vocabulary<Token>>(); }
};

struct StringLookupOptions {
  std::optional<std::int64_t> max_tokens = {};  ///< the largest size of the vocabulary, special tokens counted
  std::int64_t num_oov_indices = 1;             ///< numbers for tokens out of the vocabulary, chosen by a hash; 0: none
  std::optional<std::string> mask_token = {};
  std::optional<std::string> oov_token = "[UNK]";
  std::vector<std::string> vocabulary = {};  ///< empty: learned by `adapt`
  std::vector<double> idf_weights = {};      ///< of the tokens of `vocabulary`, with output mode "tf_idf"
  bool invert = false;                       ///< numbers to strings
  std::string output_mode = "int";           ///< "int", "one_hot", "multi_hot", "count" or "tf_idf"
  bool pad_to_max_tokens = false;            ///< rows of max_tokens numbers, whatever the size of the vocabulary
  bool sparse = false;                       ///< only false
  std::string encoding = "utf-8";
  Sizes salt = {};                      ///< one or two numbers: a keyed hash
  std::string oov_method = "floormod";  ///< kept for Keras
  std::string name = {};
  std::string dtype = {};  ///< not used, as in Keras
  KCPP_FIELDS(max_tokens, num_oov_indices, mask_token, oov_token, invert, output_mode, pad_to_max_tokens, sparse,
              encoding, salt, oov_method)
};
/// The numbers of strings in a vocabulary.
///
/// strings (...) -> int64 (...), or by output_mode:
/// "one_hot"    (..., V), of (..., 1) (..., V), V being the size of the vocabulary or max_tokens
/// "multi_hot"  (..., L) -> (..., V), "count" how often, "tf_idf" the same times idf_weights
/// Throws ValueError for options that do not go together, and for an unknown string where num_oov_indices is 0.
/// Source: keras.layers.StringLookup.
[[nodiscard]] KCPP_API VocabularyLayer<std::string> StringLookup(const StringLookupOptions& options = {});

struct IntegerLookupOptions {
  std::optional<std::int64_t> max_tokens = {};
  std::int64_t num_oov_indices = 1;
  std::optional<std::int64_t> mask_token = {};
  std::optional<std::int64_t> oov_token = -1;
  std::vector<std::int64_t> vocabulary = {};
  std::string vocabulary_dtype = "int64";  ///< only this
  std::vector<double> idf_weights = {};
  bool invert = false;
  std::string output_mode = "int";
  bool sparse = false;
  bool pad_to_max_tokens = false;
  std::string oov_method = "floormod";  ///< or "farmhash": of the integer's digits
  Sizes salt = {};                      ///< with "farmhash" alone
  std::string name = {};
  std::string dtype = {};  ///< not used, as in Keras
  KCPP_FIELDS(max_tokens, num_oov_indices, mask_token, oov_token, vocabulary_dtype, invert, output_mode, sparse,
              pad_to_max_tokens, oov_method, salt)
};
/// The numbers of integers in a vocabulary, in everything else as `StringLookup`. Source: keras.layers.IntegerLookup.
[[nodiscard]] KCPP_API VocabularyLayer<std::int64_t> IntegerLookup(const IntegerLookupOptions& options = {});

struct HashingOptions {
  Config mask_value = {};           ///< the string or integer that becomes 0; all others are 1 and above then
  Sizes salt = {};                  ///< one or two numbers: a keyed hash
  std::string output_mode = "int";  ///< as in `CategoryEncoding`, or "int"
  bool sparse = false;              ///< only false
  std::string name = {};
  std::string dtype = {};  ///< empty: int64 with "int", else floatx
  bool trainable = true;
  KCPP_FIELDS(mask_value, salt, output_mode, sparse)
};
/// Numbers below num_bins for strings or integers, by FarmHash's Fingerprint64 of their characters, or, with a salt, by
/// SipHash. Arrays of uint8 are strings.
///
/// x (...) -> int64 (...), or encoded. Throws ValueError for num_bins < 1. Source: keras.layers.Hashing.
[[nodiscard]] KCPP_API Layer Hashing(std::int64_t num_bins, const HashingOptions& options = {});

struct HashedCrossingOptions {
  std::string output_mode = "int";  ///< or "one_hot"
  bool sparse = false;              ///< only false
  std::string name = {};
  std::string dtype = {};  ///< empty: int64 with "int", else floatx
  KCPP_FIELDS(output_mode, sparse)
};
/// Numbers below num_bins for tuples of features, strings or integers.
///
/// two inputs or more, (B, 1) or (B,) -> int64 of this shape, or (B, num_bins)
/// Throws ShapeError for other or unequal shapes. Source: keras.layers.HashedCrossing.
[[nodiscard]] KCPP_API Layer HashedCrossing(std::int64_t num_bins, const HashedCrossingOptions& options = {});

struct TextVectorizationOptions {
  std::optional<std::int64_t> max_tokens = {};
  /// "lower_and_strip_punctuation", "lower" or "strip_punctuation", of ASCII; or none.
  std::optional<std::string> standardize = "lower_and_strip_punctuation";
  std::optional<std::string> split = "whitespace";  ///< or "character"; none: strings are tokens
  Sizes ngrams = {};                ///< n: runs of 1 to n tokens, joined by blanks; {a, b}: of these lengths
  std::string output_mode = "int";  ///< "int", "multi_hot", "count" or "tf_idf", as in `StringLookup`
  std::optional<std::int64_t> output_sequence_length = {};  ///< of rows of numbers, cut or filled up with 0
  bool pad_to_max_tokens = false;
  std::vector<std::string> vocabulary = {};
  std::vector<double> idf_weights = {};
  bool sparse = false;  ///< only false
  bool ragged = false;  ///< only false
  std::string encoding = "utf-8";
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(standardize, split, ngrams, output_mode, output_sequence_length, ragged, encoding)
};
/// Texts as the numbers of their words.
///
/// strings (B,) or (B, 1) -> int64 (B, T), T being output_sequence_length or that of the longest text; 0 is no word, 1
/// one out of the vocabulary. Or (B, V) in the other output modes. In fit and predict texts are taken all together.
/// Source: keras.layers.TextVectorization.
[[nodiscard]] KCPP_API VocabularyLayer<std::string> TextVectorization(const TextVectorizationOptions& options = {});

}  // namespace kerascpp::layers
