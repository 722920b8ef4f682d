#include "layers/preprocessing/vocabulary_file.hpp"

#include <algorithm>
#include <charconv>

#include <kerascpp/core/error.hpp>

#include "layers/preprocessing/lookup_options.hpp"

namespace kerascpp::layers {
namespace {

std::vector<std::string> lines_of(const std::string& contents) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= contents.size();) {
    const std::size_t end = std::min(contents.find('\n', begin), contents.size());
    lines.push_back(contents.substr(begin, end - begin));
    if (!lines.back().empty() && lines.back().back() == '\r') lines.back().pop_back();
    begin = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::int64_t integer_of(const std::string& line) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  KCPP_CHECK(error == std::errc() && end == line.data() + line.size(), FormatError, "[", kVocabularyFile,
             "] expected an integer in each line, received \"", line, "\"");
  return value;
}

}  // namespace

template <class Token>
std::string vocabulary_text(const std::vector<Token>& tokens) {
  std::string lines;
  for (std::size_t i = 0; i < tokens.size(); ++i) lines += (i > 0 ? "\n" : "") + LookupKind<Token>::text(tokens[i]);
  return lines;
}

template <>
std::vector<std::string> tokens_of_file<std::string>(const std::string& contents) {
  return lines_of(contents);
}

template <>
std::vector<std::int64_t> tokens_of_file<std::int64_t>(const std::string& contents) {
  std::vector<std::int64_t> tokens;
  for (const std::string& line : lines_of(contents)) tokens.push_back(integer_of(line));
  return tokens;
}

template std::string vocabulary_text(const std::vector<std::string>&);
template std::string vocabulary_text(const std::vector<std::int64_t>&);

}  // namespace kerascpp::layers
