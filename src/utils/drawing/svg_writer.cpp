#include "utils/drawing/svg_writer.hpp"

#include <cmath>

#include <kerascpp/core/error.hpp>

#include "utils/unicode.hpp"

namespace kerascpp::utils::drawing {
namespace {

bool fits_markup(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
}

/// Widths in units of the font size, after Helvetica's, by groups of characters.
double width_of(char32_t c) {
  if (c >= 0x1100) return 1.0;  // Hangul, Chinese, Japanese and pictures
  if (c >= 0x80) return 0.67;
  if (std::string_view("ijl'|!.,:;It[]()/\\f ").find(static_cast<char>(c)) != std::string_view::npos) return 0.32;
  if (std::string_view("mwMW%@").find(static_cast<char>(c)) != std::string_view::npos) return 0.92;
  return c >= 'A' && c <= 'Z' ? 0.72 : 0.57;
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::u32string result;
  for (const char32_t c : from_utf8(text)) {
    switch (c) {
      case '&':
        result += U"&amp;";
        break;
      case '<':
        result += U"&lt;";
        break;
      case '>':
        result += U"&gt;";
        break;
      case '"':
        result += U"&quot;";
        break;
      default:
        result += fits_markup(c) ? c : U'\uFFFD';
    }
  }
  return to_utf8(result);
}

double text_width(std::string_view text, double size, bool bold) {
  double width = 0;
  for (const char32_t c : from_utf8(text)) width += width_of(c);
  return width * size * (bold ? 1.08 : 1.0);
}

std::string coordinate(double value) {
  const double rounded = std::round(value * 100) / 100;
  return text_of(rounded == 0 ? 0.0 : rounded);
}

void SvgWriter::begin_group(std::string_view class_name, std::string_view title) {
  body_ += text_of("<g class=\"", class_name, "\">\n<title>", escape_markup(title), "</title>\n");
}

void SvgWriter::end_group() { body_ += "</g>\n"; }

void SvgWriter::rectangle(double x, double y, double width, double height, std::string_view attributes) {
  body_ += text_of("<rect x=\"", coordinate(x), "\" y=\"", coordinate(y), "\" width=\"", coordinate(width),
                   "\" height=\"", coordinate(height), "\" ", attributes, "/>\n");
}

void SvgWriter::circle(const Point& center, double radius, std::string_view attributes) {
  body_ += text_of("<circle cx=\"", coordinate(center.x), "\" cy=\"", coordinate(center.y), "\" r=\"",
                   coordinate(radius), "\" ", attributes, "/>\n");
}

void SvgWriter::polyline(const std::vector<Point>& points, std::string_view attributes) {
  body_ += "<polyline points=\"";
  for (std::size_t i = 0; i < points.size(); ++i)
    body_ += text_of(i == 0 ? "" : " ", coordinate(points[i].x), ",", coordinate(points[i].y));
  body_ += text_of("\" fill=\"none\" ", attributes, "/>\n");
}

void SvgWriter::text(const Point& at, std::string_view text, const TextStyle& style) {
  body_ += text_of("<text x=\"", coordinate(at.x), "\" y=\"", coordinate(at.y), "\" font-size=\"",
                   coordinate(style.size), "\" text-anchor=\"", style.anchor, "\" fill=\"", style.fill, "\"");
  if (style.bold) body_ += " font-weight=\"bold\"";
  if (style.rotate != 0)
    body_ +=
        text_of(" transform=\"rotate(", coordinate(style.rotate), " ", coordinate(at.x), " ", coordinate(at.y), ")\"");
  body_ += text_of(">", escape_markup(text), "</text>\n");
}

void SvgWriter::spans(const Point& at, const std::vector<std::pair<std::string, bool>>& texts_and_bold, double size,
                      std::string_view fill) {
  body_ += text_of("<text x=\"", coordinate(at.x), "\" y=\"", coordinate(at.y), "\" font-size=\"", coordinate(size),
                   "\" fill=\"", fill, "\" text-anchor=\"middle\" xml:space=\"preserve\">");
  for (const auto& [text, bold] : texts_and_bold)
    body_ += bold ? text_of("<tspan font-weight=\"bold\">", escape_markup(text), "</tspan>") : escape_markup(text);
  body_ += "</text>\n";
}

std::string SvgWriter::document(double width, double height) const {
  const std::string w = coordinate(std::ceil(width)), h = coordinate(std::ceil(height));
  std::string text =
      text_of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", w,
              "\" height=\"", h, "\" viewBox=\"0 0 ", w, " ", h, "\" font-family=\"Helvetica, Arial, sans-serif\">\n");
  if (!definitions_.empty()) text += text_of("<defs>", definitions_, "</defs>\n");
  text += "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  return text + body_ + "</svg>\n";
}

}  // namespace kerascpp::utils::drawing
