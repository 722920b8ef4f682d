#include "core/drawing/palette.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace kerascpp::drawing {
namespace {

std::string text_of_color(const Color& color) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", int{color.red}, int{color.green}, int{color.blue});
  return text;
}

std::uint8_t part(double share) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0))); }

}  // namespace

std::string class_color(std::size_t i) {
  static constexpr const char* kStrong[] = {"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
                                            "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"};
  if (i < std::size(kStrong)) return kStrong[i];
  const double hue = std::fmod(static_cast<double>(i) * 0.381966, 1.0);
  const auto channel = [hue](double at) {
    const double apart = std::abs(std::fmod(hue + at, 1.0) * 6 - 3) - 1;
    return part(0.15 + 0.65 * std::clamp(apart, 0.0, 1.0));
  };
  return text_of_color({channel(0), channel(2.0 / 3), channel(1.0 / 3)});
}

Color heat_color(double share) {
  const auto bump = [share](double middle) { return part(1.5 - std::abs(4 * share - middle)); };
  return {bump(3), bump(2), bump(1)};
}

}  // namespace kerascpp::drawing
