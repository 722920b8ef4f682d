#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include <kerascpp/saving/yaml.hpp>

#include "saving/yaml_scalar.hpp"

namespace kerascpp {
namespace {

bool is_plain(const std::string& text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '/';
  };
  const bool letters = !text.empty() && std::all_of(text.begin(), text.end(), allowed);
  return letters && !(text.front() >= '0' && text.front() <= '9') && text.front() != '.' &&
         resolve_yaml_scalar(text).is_string();
}

/// The code point at `at`, which moves behind it. Throws ValueError where the text is no valid UTF-8.
std::uint32_t next_code_point(const std::string& text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  const auto invalid = [&] { return ValueError("[to_yaml] a text is no valid UTF-8"); };
  if (length == 0 || at + length > text.size()) throw invalid();
  std::uint32_t point = length == 1 ? first : first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) throw invalid();
    point = (point << 6u) | (byte(at + i) & 0x3Fu);
  }
  const std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) throw invalid();
  at += length;
  return point;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = at;
    const std::uint32_t point = next_code_point(text, at);
    char escape[12];
    if (point == '"' || point == '\\') {
      result += '\\';
      result += static_cast<char>(point);
    } else if (point == '\n') {
      result += "\\n";
    } else if (point == '\t') {
      result += "\\t";
    } else if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(point));
      result += escape;
    } else if (point == 0x2028 || point == 0x2029 || point == 0xFEFF || (point >= 0xFFFE && point <= 0xFFFF)) {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(point));
      result += escape;
    } else {
      result.append(text, first, at - first);
    }
  }
  return result + "\"";
}

/// As PyYAML resolves floats: always with a point.
std::string number_text(double value) {
  KCPP_CHECK(!std::isnan(value), ValueError, "[to_yaml] NaN cannot be written");
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, result.ptr);
  if (text.find('.') == std::string::npos) {
    const std::size_t exponent = text.find('e');
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
  }
  return text;
}

std::string scalar_text(const Config& config) {
  switch (config.kind()) {
    case Config::Kind::Null:
      return "null";
    case Config::Kind::Bool:
      return config.as_bool() ? "true" : "false";
    case Config::Kind::Int:
      return std::to_string(config.as_int());
    case Config::Kind::Float:
      return number_text(config.as_double());
    case Config::Kind::String:
      return is_plain(config.as_string()) ? config.as_string() : quoted(config.as_string());
    case Config::Kind::List:
      return "[]";
    case Config::Kind::Map:
      return "{}";
  }
  KCPP_UNREACHABLE();
}

/// Writes what stands behind "key:" or "-"; `indent` is that of the lines below.
void write(const Config& config, std::size_t indent, std::string& out) {
  if (config.size() == 0) {
    out += " " + scalar_text(config) + "\n";
    return;
  }
  out += "\n";
  const std::string margin(indent, ' ');
  if (config.is_list())
    for (const Config& item : config.as_list()) {
      out += margin + "-";
      write(item, indent + 2, out);
    }
  else
    for (const auto& [key, value] : config.as_map()) {
      out += margin + scalar_text(key) + ":";
      write(value, indent + 2, out);
    }
}

}  // namespace

std::string to_yaml(const Config& config) {
  std::string text;
  write(config, 0, text);
  // the document itself follows no key
  return text.substr(1);
}

}  // namespace kerascpp
