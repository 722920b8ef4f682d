#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

/// How texts become words. ASCII alone has upper case, punctuation and white space here, as in TensorFlow's operations.
namespace kerascpp {

[[nodiscard]] KCPP_API std::string lower_ascii(std::string text);
/// Without the 32 characters !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~
[[nodiscard]] KCPP_API std::string strip_punctuation(std::string text);
/// Source: tf.strings.split.
[[nodiscard]] KCPP_API std::vector<std::string> split_whitespace(std::string_view text);
/// The characters of UTF-8 text; U+FFFD for what is no UTF-8. Source: tf.strings.unicode_split.
[[nodiscard]] KCPP_API std::vector<std::string> split_characters(std::string_view text);
/// Runs of tokens of each of these lengths, joined by blanks: all of the first length, then all of the second, ...
/// Source: tf.strings.ngrams.
[[nodiscard]] KCPP_API std::vector<std::string> ngrams_of(const std::vector<std::string>& tokens,
                                                          const std::vector<std::int64_t>& lengths);

}  // namespace kerascpp
