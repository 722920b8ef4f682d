#include "core/drawing/stroke_font.hpp"

#include <charconv>
#include <cmath>
#include <numbers>
#include <string_view>

#include "core/drawing/text_width.hpp"

namespace kerascpp::drawing {
namespace {

constexpr double kUnits = 14;  // of the grid that the glyphs are drawn on, in the size of the font

/// Strokes are separated by ';'. Each is a list of points, x and y upwards from the baseline, and of arcs: A, the
/// center, both radii, and the angles it begins and ends at in degrees. Capitals are 10 high, small letters 7.
struct Drawn {
  char32_t character;
  const char* strokes;
};
constexpr Drawn kGlyphs[] = {
    {U' ', ""},
    {U'!', "2.25 10 2.25 3 ; 2.25 .1 2.25 .5"},
    {U'"', "2.9 10 2.9 7.5 ; 5.1 10 5.1 7.5"},
    {U'#', "2.9 9.8 1.7 0 ; 6.3 9.8 5.1 0 ; 1 6.6 7.4 6.6 ; .6 3.2 7 3.2"},
    {U'$', "A 4 6.9 2.4 1.9 30 270 A 4 3 2.6 2 90 -150 ; 4 10.4 4 -.6"},
    {U'%', "A 3.4 7.6 2.1 2.4 0 360 ; A 9.5 2.4 2.1 2.4 0 360 ; 9.6 10 3.3 0"},
    {U'&', "7.2 0 2.4 7 A 3.8 8.2 1.5 1.8 220 -40 2.2 4.6 A 3.4 2.5 2.3 2.5 130 290 7.2 4.4"},
    {U'\'', "2.25 10 2.25 7.5"},
    {U'(', "A 5.2 4 3.6 7 125 235"},
    {U')', "A -.7 4 3.6 7 55 -55"},
    {U'*', "4 10 4 5.8 ; 2.2 8.9 5.8 6.9 ; 5.8 8.9 2.2 6.9"},
    {U'+', "4 1.2 4 7.2 ; 1 4.2 7 4.2"},
    {U',', "2.4 .5 1.7 -1.6"},
    {U'-', "1.8 3.9 6.2 3.9"},
    {U'.', "2.25 .1 2.25 .5"},
    {U'/', ".4 -1 4.1 10.4"},
    {U'0', "A 4 5 2.7 5 0 360"},
    {U'1', "1.8 7.8 4.4 10 4.4 0"},
    {U'2', "A 4 7.2 2.6 2.8 160 -30 1.3 .1 6.8 .1"},
    {U'3', "A 3.9 7.5 2.4 2.5 150 -90 A 3.9 2.5 2.7 2.5 90 -150"},
    {U'4', "5.4 0 5.4 10 1 3 7.2 3"},
    {U'5', "6.3 9.9 2 9.9 1.6 5.4 A 3.9 3.2 2.8 3.2 125 -150"},
    {U'6', "A 4 3.1 2.7 3.1 0 360 ; A 5.8 3.1 4.5 6.9 100 180"},
    {U'7', "1.2 9.9 6.8 9.9 3.2 0"},
    {U'8', "A 4 7.5 2.3 2.4 0 360 ; A 4 2.6 2.7 2.6 0 360"},
    {U'9', "A 4 6.9 2.7 3.1 0 360 ; A 2.2 6.9 4.5 6.9 0 -80"},
    {U':', "2.25 .1 2.25 .5 ; 2.25 6 2.25 6.4"},
    {U';', "2.4 .5 1.7 -1.6 ; 2.25 6 2.25 6.4"},
    {U'<', "6.8 7.4 1.3 4.2 6.8 1"},
    {U'=', "1 5.5 7 5.5 ; 1 2.9 7 2.9"},
    {U'>', "1.2 7.4 6.7 4.2 1.2 1"},
    {U'?', "A 4 7.4 2.5 2.6 165 -45 4 3.6 4 2.6 ; 4 .1 4 .5"},
    {U'@', "A 6.4 4.4 2.4 2.8 0 360 ; 8.8 7.2 8.8 3 A 10.1 3 1.3 1.5 180 330 A 6.4 4.4 5.2 5.8 0 310"},
    {U'A', "1 0 5 10 9 0 ; 2.5 3.5 7.5 3.5"},
    {U'B', "1.6 0 1.6 10 5.3 10 A 5.3 7.6 2.6 2.4 90 -90 1.6 5.2 ; 5.3 5.2 A 5.6 2.6 3 2.6 90 -90 1.6 0"},
    {U'C', "A 5.2 5 4 5 45 315"},
    {U'D', "1.6 0 1.6 10 4.6 10 A 4.6 5 4.1 5 90 -90 1.6 0"},
    {U'E', "8.3 10 1.7 10 1.7 0 8.4 0 ; 1.7 5.2 7.6 5.2"},
    {U'F', "8.2 10 1.7 10 1.7 0 ; 1.7 5 7.3 5"},
    {U'G', "A 5.2 5 4 5 45 330 8.8 4.6 5.6 4.6"},
    {U'H', "1.6 10 1.6 0 ; 8.5 10 8.5 0 ; 1.6 5.2 8.5 5.2"},
    {U'I', "2.25 10 2.25 0"},
    {U'J', "7.4 10 7.4 3 A 4.7 3 2.7 3 0 -170"},
    {U'K', "1.6 10 1.6 0 ; 8.4 10 1.6 3.6 ; 3.8 5.7 8.8 0"},
    {U'L', "1.8 10 1.8 0 8.3 0"},
    {U'M', "1.5 0 1.5 10 6.45 1.5 11.4 10 11.4 0"},
    {U'N', "1.6 0 1.6 10 8.5 0 8.5 10"},
    {U'O', "A 5 5 4 5 0 360"},
    {U'P', "1.6 0 1.6 10 5.4 10 A 5.4 7.2 3 2.8 90 -90 1.6 4.4"},
    {U'Q', "A 5 5 4 5 0 360 ; 6 2.4 9 -.8"},
    {U'R', "1.6 0 1.6 10 5.4 10 A 5.4 7.2 3 2.8 90 -90 1.6 4.4 ; 5.2 4.4 8.7 0"},
    {U'S', "A 5 7.4 3.2 2.6 30 270 A 5 2.4 3.5 2.4 90 -150"},
    {U'T', ".9 10 9.1 10 ; 5 10 5 0"},
    {U'U', "1.6 10 1.6 3.4 A 5.05 3.4 3.45 3.4 180 360 8.5 10"},
    {U'V', "1 10 5 0 9 10"},
    {U'W', ".9 10 3.6 0 6.45 9.5 9.3 0 12 10"},
    {U'X', "1.3 10 8.7 0 ; 8.7 10 1.3 0"},
    {U'Y', "1 10 5 5 9 10 ; 5 5 5 0"},
    {U'Z', "1.4 9.9 8.6 9.9 1.3 .1 8.8 .1"},
    {U'[', "3.4 10.4 1.5 10.4 1.5 -2 3.4 -2"},
    {U'\\', ".4 10.4 4.1 -1"},
    {U']', "1.1 10.4 3 10.4 3 -2 1.1 -2"},
    {U'^', "1.8 7.2 4 10 6.2 7.2"},
    {U'_', ".3 -1.6 7.7 -1.6"},
    {U'`', "3.2 10 4.6 8.2"},
    {U'a', "A 3.8 3.4 2.7 3.4 0 360 ; 6.6 7 6.6 0"},
    {U'b', "1.4 10.2 1.4 0 ; A 4.2 3.4 2.7 3.4 0 360"},
    {U'c', "A 4.1 3.4 2.8 3.4 50 310"},
    {U'd', "6.6 10.2 6.6 0 ; A 3.8 3.4 2.7 3.4 0 360"},
    {U'e', "1.3 3.6 6.7 3.6 A 4 3.4 2.7 3.4 3 310"},
    {U'f', "A 3.8 8 1.6 2.1 80 180 2.2 0 ; .6 6.8 4.1 6.8"},
    {U'g', "A 3.8 3.4 2.7 3.4 0 360 ; 6.6 7 6.6 -.8 A 3.9 -.8 2.7 2.2 0 -150"},
    {U'h', "1.4 10.2 1.4 0 ; 1.4 4 A 4 4 2.6 2.9 180 0 6.6 0"},
    {U'i', "2.25 7 2.25 0 ; 2.25 9.5 2.25 9.9"},
    {U'j', "2.6 7 2.6 -1.5 A 1.2 -1.5 1.4 1.5 0 -90 ; 2.6 9.5 2.6 9.9"},
    {U'k', "1.5 10.2 1.5 0 ; 6.4 7 1.5 2.8 ; 3 4.2 6.8 0"},
    {U'l', "2.25 10.2 2.25 0"},
    {U'm', "1.4 7 1.4 0 ; 1.4 4.2 A 3.9 4.2 2.5 2.7 180 0 6.4 0 ; 6.4 4.2 A 8.9 4.2 2.5 2.7 180 0 11.4 0"},
    {U'n', "1.4 7 1.4 0 ; 1.4 4 A 4 4 2.6 2.9 180 0 6.6 0"},
    {U'o', "A 4 3.4 2.8 3.4 0 360"},
    {U'p', "1.4 7 1.4 -3 ; A 4.2 3.4 2.7 3.4 0 360"},
    {U'q', "6.6 7 6.6 -3 ; A 3.8 3.4 2.7 3.4 0 360"},
    {U'r', "2.2 7 2.2 0 ; 2.2 3.8 A 5.2 3.8 3 3 180 75"},
    {U's', "A 4 5.1 2.3 1.7 35 270 A 4 1.7 2.5 1.7 90 -145"},
    {U't', "2 9.4 2 1.8 A 3.6 1.8 1.6 1.8 180 280 ; .5 6.8 4 6.8"},
    {U'u', "1.4 7 1.4 2.8 A 4 2.8 2.6 2.8 180 360 ; 6.6 7 6.6 0"},
    {U'v', "1.1 7 4 0 6.9 7"},
    {U'w', "1.2 7 3.8 0 6.45 6.6 9.1 0 11.7 7"},
    {U'x', "1.3 7 6.7 0 ; 6.7 7 1.3 0"},
    {U'y', "1.2 7 4.1 0 ; 6.8 7 3.2 -2 2.4 -2.8 1.4 -2.9"},
    {U'z', "1.4 6.8 6.6 6.8 1.4 .2 6.7 .2"},
    {U'{', "5.4 10.4 4.4 10.2 4 9.4 4 5.4 3.6 4.6 2.6 4.1 3.6 3.6 4 2.8 4 -1 4.4 -1.9 5.4 -2.1"},
    {U'|', "2.25 10.6 2.25 -2"},
    {U'}', "2.6 10.4 3.6 10.2 4 9.4 4 5.4 4.4 4.6 5.4 4.1 4.4 3.6 4 2.8 4 -1 3.6 -1.9 2.6 -2.1"},
    {U'~', "1 3.6 1.6 4.6 2.6 4.9 4 4.2 5.4 3.5 6.4 3.8 7 4.8"},
    {U'\u00a0', ""},
    {U'\u00b0', "A 4.7 8 1.8 1.8 0 360"},
    {U'\u00b1', "4.7 2.6 4.7 8.2 ; 1.8 5.4 7.6 5.4 ; 1.8 .6 7.6 .6"},
    {U'\u00b5', "2 7 2 -3 ; 2 2.8 A 4.6 2.8 2.6 2.8 180 360 ; 7.2 7 7.2 0"},
    {U'\u00b7', "4.7 4 4.7 4.4"},
    {U'\u00d7', "2.2 6.6 7.2 1.6 ; 7.2 6.6 2.2 1.6"},
    {U'\u00df', "2 0 2 7.6 A 4.4 7.6 2.4 2.6 180 -40 5 5.6 A 4.6 2.9 2.8 2.9 60 -110"},
    {U'\u00d8', "A 4.7 5 3.7 5 0 360 ; 1.6 -.3 7.8 10.3"},
    {U'\u00f8', "A 4.7 3.4 2.8 3.4 0 360 ; 2 -.3 7.4 7.1"},
    {U'\u2026', "3 .1 3 .5 ; 7 .1 7 .5 ; 11 .1 11 .5"},
    {U'\u2190', "1.6 4.2 12.4 4.2 ; 4.6 7 1.6 4.2 4.6 1.4"},
    {U'\u2192', "1.6 4.2 12.4 4.2 ; 9.4 7 12.4 4.2 9.4 1.4"},
};

/// Letters of Latin-1 that are others with an accent, from U+00C0 on: the letter, and the accent by its place below.
constexpr std::string_view kBases = "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.y";
constexpr std::string_view kAccents = "012345.601240124.301234..01241..012345.601240124.301234..01241.4";
// grave, acute, circumflex, tilde, diaeresis, ring, cedilla, around the middle of a letter, above 7
constexpr const char* kAccentStrokes[] = {"-1.2 10.4 .6 8.8",
                                          "1.2 10.4 -.6 8.8",
                                          "-1.7 8.8 0 10.4 1.7 8.8",
                                          "-1.8 9.2 -.9 10 .9 9 1.8 9.8",
                                          "-1.4 9.4 -1.4 9.8 ; 1.4 9.4 1.4 9.8",
                                          "A 0 9.8 1.2 1.2 0 360",
                                          "0 -.2 .6 -1.4 -.2 -2.4 -1.2 -2.4"};
constexpr std::size_t kCedilla = 6;

/// Reads a drawing, moved by (dx, dy), into strokes for a font of size 1.
class Reader {
 public:
  Reader(Glyph& glyph, double dx, double dy) : glyph_(glyph), dx_(dx), dy_(dy) {}

  void read(std::string_view text) {
    glyph_.strokes.emplace_back();
    for (rest_ = text; skip_spaces();) {
      if (rest_.front() == ';') {
        rest_.remove_prefix(1);
        glyph_.strokes.emplace_back();
      } else if (rest_.front() == 'A') {
        rest_.remove_prefix(1);
        read_arc();
      } else {
        const double x = number(), y = number();
        add(x, y);
      }
    }
  }

 private:
  bool skip_spaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    return !rest_.empty();
  }

  double number() {
    skip_spaces();
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  void read_arc() {
    const double x = number(), y = number(), radius_x = number(), radius_y = number(), from = number(), to = number();
    const int pieces = static_cast<int>(std::ceil(std::abs(to - from) / 12));
    for (int i = 0; i <= pieces; ++i) {
      const double angle = (from + (to - from) * i / pieces) * std::numbers::pi / 180;
      add(x + radius_x * std::cos(angle), y + radius_y * std::sin(angle));
    }
  }

  void add(double x, double y) { glyph_.strokes.back().push_back({(x + dx_) / kUnits, -(y + dy_) / kUnits}); }

  Glyph& glyph_;
  double dx_, dy_;
  std::string_view rest_;
};

const char* drawing_of(char32_t c) {
  for (const Drawn& glyph : kGlyphs)
    if (glyph.character == c) return glyph.strokes;
  return nullptr;
}

/// Whether `c` is a letter with an accent; draws it then.
bool draw_accented(char32_t c, Glyph& glyph) {
  if (c < 0xC0 || c >= 0xC0 + kBases.size() || kBases[c - 0xC0] == '.') return false;
  const char base = kBases[c - 0xC0];
  const auto accent = static_cast<std::size_t>(kAccents[c - 0xC0] - '0');
  const double middle = kUnits * glyph.advance / 2,
               shift = middle - kUnits * character_width(static_cast<unsigned char>(base)) / 2;
  const bool capital = base >= 'A' && base <= 'Z';
  // an accent takes the place of the dot
  Reader(glyph, shift, 0)
      .read(base == 'i' && accent != kCedilla ? "2.25 7 2.25 0" : drawing_of(static_cast<unsigned char>(base)));
  Reader(glyph, middle, accent == kCedilla ? 0 : capital ? 2.2 : -.4).read(kAccentStrokes[accent]);
  return true;
}

}  // namespace

Glyph glyph_of(char32_t c) {
  Glyph glyph;
  glyph.advance = character_width(c);
  if (const char* const drawing = drawing_of(c); drawing != nullptr) {
    Reader(glyph, 0, 0).read(drawing);
  } else if (!draw_accented(c, glyph)) {
    const double right = glyph.advance - 0.09, top = -10 / kUnits;
    glyph.strokes = {{{0.09, 0}, {0.09, top}, {right, top}, {right, 0}, {0.09, 0}}};
  }
  return glyph;
}

}  // namespace kerascpp::drawing
