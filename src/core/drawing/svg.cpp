#include <cmath>
#include <cstdint>
#include <string_view>

#include <kerascpp/core/error.hpp>

#include "core/drawing/markup.hpp"
#include "core/drawing/picture.hpp"
#include "core/png_bytes.hpp"
#include "core/unicode.hpp"

namespace kerascpp::drawing {
namespace {

bool fits_markup(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
}

std::string attributes_of(const Style& style) {
  std::string text = text_of("fill=\"", escape_markup(style.fill), "\"");
  if (style.fill_opacity != 1) text += text_of(" fill-opacity=\"", coordinate(style.fill_opacity), "\"");
  if (style.stroke == "none") return text;
  text += text_of(" stroke=\"", escape_markup(style.stroke), "\"");
  if (style.stroke_width != 1) text += text_of(" stroke-width=\"", coordinate(style.stroke_width), "\"");
  std::string dashes;
  for (const double length : style.dashes) dashes += (dashes.empty() ? "" : ",") + coordinate(length);
  return dashes.empty() ? text : text_of(text, " stroke-dasharray=\"", dashes, "\"");
}

/// Source: RFC 4648.
std::string base64(const std::string& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : kDigits[bits >> (18 - 6 * i) & 63U];
  }
  return text;
}

class SvgWriter {
 public:
  void operator()(const GroupBegin& group) {
    body_ += text_of("<g class=\"", escape_markup(group.class_name), "\">\n<title>", escape_markup(group.title),
                     "</title>\n");
  }

  void operator()(const GroupEnd&) { body_ += "</g>\n"; }

  void operator()(const Rectangle& shape) {
    const std::string corners = shape.style.radius > 0 ? text_of("rx=\"", coordinate(shape.style.radius), "\" ") : "";
    body_ += text_of("<rect x=\"", coordinate(shape.x), "\" y=\"", coordinate(shape.y), "\" width=\"",
                     coordinate(shape.width), "\" height=\"", coordinate(shape.height), "\" ", corners,
                     attributes_of(shape.style), "/>\n");
  }

  void operator()(const Ellipse& shape) {
    const bool circle = shape.radius_x == shape.radius_y;
    const std::string radii =
        circle ? text_of("r=\"", coordinate(shape.radius_x))
               : text_of("rx=\"", coordinate(shape.radius_x), "\" ry=\"", coordinate(shape.radius_y));
    body_ += text_of(circle ? "<circle cx=\"" : "<ellipse cx=\"", coordinate(shape.center.x), "\" cy=\"",
                     coordinate(shape.center.y), "\" ", radii, "\" ", attributes_of(shape.style), "/>\n");
  }

  void operator()(const Polyline& line) {
    body_ += line.closed ? "<polygon points=\"" : "<polyline points=\"";
    for (std::size_t i = 0; i < line.points.size(); ++i)
      body_ += text_of(i == 0 ? "" : " ", coordinate(line.points[i].x), ",", coordinate(line.points[i].y));
    body_ += text_of("\" ", attributes_of(line.style), line.closed ? "" : " stroke-linejoin=\"round\"", "/>\n");
  }

  void operator()(const Bitmap& bitmap) {
    body_ +=
        text_of("<image x=\"", coordinate(bitmap.x), "\" y=\"", coordinate(bitmap.y), "\" width=\"",
                coordinate(bitmap.width), "\" height=\"", coordinate(bitmap.height),
                "\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,",
                base64(png_bytes(bitmap.pixels.data(), bitmap.rows, bitmap.columns, 3, "to_svg")), "\"/>\n");
  }

  void operator()(const Text& text) {
    const TextStyle& style = text.style;
    const std::string x = coordinate(text.at.x), y = coordinate(text.at.y);
    body_ += text_of("<text x=\"", x, "\" y=\"", y, "\" font-size=\"", coordinate(style.size), "\" text-anchor=\"",
                     style.anchor, "\" fill=\"", escape_markup(style.fill), "\"");
    if (style.bold) body_ += " font-weight=\"bold\"";
    if (style.rotate != 0) body_ += text_of(" transform=\"rotate(", coordinate(style.rotate), " ", x, " ", y, ")\"");
    if (text.texts_and_bold.size() > 1) body_ += " xml:space=\"preserve\"";
    body_ += ">";
    for (const auto& [words, bold] : text.texts_and_bold) {
      const bool differs = bold != style.bold;
      body_ +=
          differs ? text_of("<tspan font-weight=\"bold\">", escape_markup(words), "</tspan>") : escape_markup(words);
    }
    body_ += "</text>\n";
  }

  [[nodiscard]] std::string document(double width, double height) const {
    const std::string w = coordinate(width), h = coordinate(height);
    return text_of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", w,
                   "\" height=\"", h, "\" viewBox=\"0 0 ", w, " ", h,
                   "\" font-family=\"Helvetica, Arial, sans-serif\">\n"
                   "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
                   body_, "</svg>\n");
  }

 private:
  std::string body_;
};

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

std::string coordinate(double value) {
  const double rounded = std::round(value * 100) / 100;
  return text_of(rounded == 0 ? 0.0 : rounded);
}

std::string to_svg(const Picture& picture) {
  SvgWriter writer;
  for (const Element& element : picture.elements()) std::visit(writer, element);
  return writer.document(picture.width(), picture.height());
}

}  // namespace kerascpp::drawing
