#pragma once

#include <vector>

namespace kerascpp::layers {

/// What documents teach of their tokens.
template <class Token>
struct LearnedVocabulary {
  std::vector<Token> tokens;        ///< the most frequent ones first, of equally frequent ones the last in their order
  std::vector<double> idf_weights;  ///< of each: log(1 + documents / (1 + documents with it)), rounded to float32
};

/// documents: the tokens of each. Token: std::string or std::int64_t.
/// Source: adapt of keras.layers.StringLookup and IntegerLookup.
template <class Token>
[[nodiscard]] LearnedVocabulary<Token> learn_vocabulary(const std::vector<std::vector<Token>>& documents,
                                                        const std::vector<Token>& left_out);

}  // namespace kerascpp::layers
