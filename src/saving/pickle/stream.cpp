#include "saving/pickle/stream.hpp"

#include <charconv>
#include <cstring>

namespace kerascpp {

unsigned char PickleStream::byte() {
  unsigned char value = 0;
  source_.read(&value, 1);
  return value;
}

std::uint64_t PickleStream::number(int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= std::uint64_t{byte()} << static_cast<unsigned>(8 * i);
  return value;
}

std::int64_t PickleStream::integer(std::uint64_t bytes) {
  if (bytes > 8) fail("an integer of ", bytes, " bytes does not fit into 64 bits");
  if (bytes == 0) return 0;
  const auto shift = static_cast<unsigned>(64 - 8 * bytes);
  return static_cast<std::int64_t>(number(static_cast<int>(bytes)) << shift) >> shift;
}

double PickleStream::real() {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
  double value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

std::string PickleStream::text(std::uint64_t bytes) {
  if (bytes > source_.remaining()) fail("a text of ", bytes, " bytes is cut off");
  std::string text(static_cast<std::size_t>(bytes), '\0');
  source_.read(text.data(), text.size());
  return text;
}

std::string PickleStream::line() {
  std::string text;
  for (char c = static_cast<char>(byte()); c != '\n'; c = static_cast<char>(byte())) text += c;
  return text;
}

double PickleStream::line_real() {
  const std::string text = line();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) fail("\"", text.substr(0, 40), "\" is no number");
  return value;
}

std::string PickleStream::line_quoted() {
  const std::string text = line();
  if (text.size() < 2 || text.front() != text.back() || (text.front() != '\'' && text.front() != '"'))
    fail("a text without quotes");
  if (text.find('\\') != std::string::npos) fail("a text of protocol 0 with escapes is not supported");
  return text.substr(1, text.size() - 2);
}

std::int64_t PickleStream::integer_of(std::string digits) const {
  if (!digits.empty() && digits.back() == 'L') digits.pop_back();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size())
    fail("\"", digits.substr(0, 40), "\" is no integer of 64 bits");
  return value;
}

}  // namespace kerascpp
