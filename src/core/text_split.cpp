#include "core/text_split.hpp"

#include <algorithm>

namespace kerascpp {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/// Bytes of the character at the beginning of `text`; 0 when it is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i, unsigned lowest = 0x80, unsigned highest = 0xbf) {
    return byte(i) >= lowest && byte(i) <= highest;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef)  // not longer than needed, no surrogates
    return follows(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf) && follows(2) ? 3 : 0;
  if (lead >= 0xf0 && lead <= 0xf4)  // up to U+10FFFF
    return follows(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

}  // namespace

std::string lower_ascii(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string strip_punctuation(std::string text) {
  std::erase_if(text, is_punctuation);
  return text;
}

std::vector<std::string> split_whitespace(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    if (i > begin) words.emplace_back(text.substr(begin, i - begin));
    while (i < text.size() && is_space(text[i])) ++i;
  }
  return words;
}

std::vector<std::string> split_characters(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    characters.emplace_back(length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return characters;
}

std::vector<std::string> ngrams_of(const std::vector<std::string>& tokens, const std::vector<std::int64_t>& lengths) {
  std::vector<std::string> runs;
  for (const std::int64_t length : lengths) {
    const auto count = static_cast<std::size_t>(length);
    for (std::size_t first = 0; first + count <= tokens.size(); ++first) {
      std::string run = tokens[first];
      for (std::size_t i = 1; i < count; ++i) run += " " + tokens[first + i];
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

}  // namespace kerascpp
