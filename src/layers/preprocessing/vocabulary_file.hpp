#pragma once

#include <string>
#include <vector>

namespace kerascpp::layers {

/// The file in an archive that keeps a vocabulary, one token in each line. Token: std::string or std::int64_t.
inline constexpr const char* kVocabularyFile = "vocabulary.txt";

template <class Token>
[[nodiscard]] std::string vocabulary_text(const std::vector<Token>& tokens);

/// Empty lines at the end are no tokens; lines may end with "\r\n". Throws FormatError for what is no integer.
template <class Token>
[[nodiscard]] std::vector<Token> tokens_of_file(const std::string& contents);

}  // namespace kerascpp::layers
