#include "core/drawing/color.hpp"

#include <charconv>

namespace kerascpp::drawing {
namespace {

struct NamedColor {
  std::string_view name;
  std::uint32_t value;
};
constexpr NamedColor kNames[] = {
    {"black", 0x000000},      {"blue", 0x0000ff},      {"brown", 0xa52a2a},       {"crimson", 0xdc143c},
    {"cyan", 0x00ffff},       {"firebrick", 0xb22222}, {"forestgreen", 0x228b22}, {"gold", 0xffd700},
    {"gray", 0x808080},       {"green", 0x008000},     {"grey", 0x808080},        {"lightblue", 0xadd8e6},
    {"lightgreen", 0x90ee90}, {"lightgrey", 0xd3d3d3}, {"lightpink", 0xffb6c1},   {"lightyellow", 0xffffe0},
    {"magenta", 0xff00ff},    {"maroon", 0x800000},    {"navy", 0x000080},        {"olive", 0x808000},
    {"orange", 0xffa500},     {"pink", 0xffc0cb},      {"purple", 0x800080},      {"red", 0xff0000},
    {"salmon", 0xfa8072},     {"silver", 0xc0c0c0},    {"teal", 0x008080},        {"turquoise", 0x40e0d0},
    {"violet", 0xee82ee},     {"white", 0xffffff},     {"yellow", 0xffff00}};

Color color(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U & 0xffU),
          static_cast<std::uint8_t>(value & 0xffU)};
}

}  // namespace

std::optional<Color> color_of(std::string_view text) {
  for (const NamedColor& named : kNames)
    if (named.name == text) return color(named.value);
  if (text.size() != 7 || text.front() != '#') return {};
  std::uint32_t value = 0;
  const char *const begin = text.data() + 1, *const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(begin, end, value, 16);
  if (error != std::errc() || stopped != end) return {};
  return color(value);
}

}  // namespace kerascpp::drawing
