#include "saving/yaml_scalar.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace kerascpp {
namespace {

/// "word", "Word" or "WORD", as YAML 1.1 lists its words.
bool is_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (!std::equal(text.begin(), text.end(), word.begin(), word.end(), same)) return false;
  const auto upper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  const auto count = std::count_if(text.begin(), text.end(), upper);
  return count == 0 || count == static_cast<std::ptrdiff_t>(text.size()) || (count == 1 && upper(text.front()));
}

std::optional<bool> bool_of(std::string_view text) {
  for (const char* word : {"true", "yes", "on"})
    if (is_word(text, word)) return true;
  for (const char* word : {"false", "no", "off"})
    if (is_word(text, word)) return false;
  return {};
}

std::string without_underscores(std::string_view text) {
  std::string result(text);
  std::erase(result, '_');
  return result;
}

template <class T>
std::optional<T> parsed(std::string_view text, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  std::from_chars_result result{};
  if constexpr (std::is_integral_v<T>)
    result = std::from_chars(text.data(), end, value, base);
  else
    result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return {};
  return value;
}

/// Decimal, 0x..., 0b..., and a leading 0 for octal.
std::optional<std::int64_t> integer_of(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  const std::string digits = without_underscores(text);
  if (digits.empty() || std::isdigit(static_cast<unsigned char>(digits.front())) == 0) return {};
  std::string_view rest = digits;
  int base = 10;
  if (rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'b')) {
    base = rest[1] == 'x' ? 16 : 2;
    rest.remove_prefix(2);
  } else if (rest.size() > 1 && rest[0] == '0') {
    base = 8;
    rest.remove_prefix(1);
  }
  const std::optional<std::int64_t> value = parsed<std::int64_t>(rest, base);
  if (!value || *value < 0) return {};
  return negative ? -*value : *value;
}

std::optional<double> float_of(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  const std::string digits = without_underscores(text);
  const double sign = negative ? -1 : 1;
  if (is_word(digits, ".inf") || digits == ".Inf") return sign * std::numeric_limits<double>::infinity();
  if (is_word(digits, ".nan") || digits == ".NaN") return std::numeric_limits<double>::quiet_NaN();
  // neither "inf" nor "nan" nor hexadecimal: a digit or a point begins it
  if (digits.empty() || (std::isdigit(static_cast<unsigned char>(digits.front())) == 0 && digits.front() != '.'))
    return {};
  if (digits.find_first_not_of("0123456789.eE+-") != std::string::npos) return {};
  const std::optional<double> value = parsed<double>(digits);
  if (!value) return {};
  return sign * *value;
}

}  // namespace

Config resolve_yaml_scalar(const std::string& text) {
  if (text.empty() || text == "~" || is_word(text, "null")) return {};
  if (const std::optional<bool> value = bool_of(text)) return *value;
  if (const std::optional<std::int64_t> value = integer_of(text)) return static_cast<long long>(*value);
  if (const std::optional<double> value = float_of(text)) return *value;
  return text;
}

}  // namespace kerascpp
