#include "saving/base64.hpp"

#include <cstdint>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63U];
  }
  return text;
}

std::string from_base64(std::string_view text, std::string_view what) {
  KCPP_CHECK(text.size() % 4 == 0, FormatError, what, " has ", text.size(), " characters, which are no groups of four");
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t filled = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const char c = text[i + j];
      const std::size_t digit = c == '=' && i + 4 == text.size() && j >= 2 ? 0 : kDigits.find(c);
      KCPP_CHECK(digit != std::string_view::npos, FormatError, what, " has a character at ", i + j,
                 " that is no base64");
      if (c == '=') ++filled;
      group = group << 6U | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t j = 0; j < 3 - filled; ++j) bytes += static_cast<char>(group >> (16 - 8 * j) & 255U);
  }
  return bytes;
}

}  // namespace kerascpp
