#include <kerascpp/core/error.hpp>
#include <kerascpp/preprocessing/text.hpp>

#include "core/unicode.hpp"
#include "utils/digest.hpp"

namespace kerascpp::preprocessing::text {
namespace {

std::int64_t fnv1a(std::string_view word, std::int64_t modulus) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(modulus));
}

/// The 128 bits of the digest as one number, modulo `modulus`, four bits at a time.
std::int64_t md5(std::string_view word, std::int64_t modulus) {
  utils::Md5 digest;
  digest.update(word);
  const auto n = static_cast<std::uint64_t>(modulus);
  std::uint64_t rest = 0;
  for (const char digit : digest.finish()) {
    const auto value = static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    for (int bit = 3; bit >= 0; --bit) {  // doubling stays below 2^64 since modulus < 2^63
      rest = rest * 2 + (value >> static_cast<unsigned>(bit) & 1U);
      if (rest >= n) rest -= n;
    }
  }
  return static_cast<std::int64_t>(rest);
}

}  // namespace

std::vector<std::string> text_to_word_sequence(std::string_view text, const WordOptions& options) {
  KCPP_CHECK(!options.split.empty(), ValueError, "[text_to_word_sequence] split must not be empty");
  const std::u32string filters = from_utf8(options.filters), split = from_utf8(options.split);
  const std::u32string given = from_utf8(text), lowered = options.lower ? lower(given) : given;
  std::u32string clean;
  for (const char32_t c : lowered)
    if (filters.find(c) == std::u32string::npos)
      clean += c;
    else
      clean += split;
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= clean.size();) {
    const std::size_t end = std::min(clean.find(split, begin), clean.size());
    if (end > begin) words.push_back(to_utf8(std::u32string_view(clean).substr(begin, end - begin)));
    begin = end + split.size();
  }
  return words;
}

std::vector<std::int64_t> hashing_trick(std::string_view text, std::int64_t n, const HashingOptions& options) {
  KCPP_CHECK(n >= 2, ValueError, "[hashing_trick] n must be at least 2, received ", n);
  KCPP_CHECK(options.hash_function.empty() || options.hash_function == "md5", ValueError,
             "[hashing_trick] hash_function must be \"\" or \"md5\", received \"", options.hash_function, "\"");
  const std::vector<std::string> words =
      options.analyzer ? options.analyzer(text)
                       : text_to_word_sequence(text, {options.filters, options.lower, options.split});
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words)
    numbers.push_back((options.hash_function.empty() ? fnv1a(word, n - 1) : md5(word, n - 1)) + 1);
  return numbers;
}

std::vector<std::int64_t> one_hot(std::string_view text, std::int64_t n, const WordOptions& options) {
  return hashing_trick(text, n, {.filters = options.filters, .lower = options.lower, .split = options.split});
}

}  // namespace kerascpp::preprocessing::text
