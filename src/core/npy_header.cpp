#include <charconv>

#include <kerascpp/core/error.hpp>

#include "core/npy_format.hpp"

namespace kerascpp {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMaxHeader = 1 << 16;  // NumPy itself writes a few hundred bytes
constexpr std::size_t kAlignment = 64;

/// Reads the Python literal {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_descr = false;
    bool has_order = false;
    bool has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !has_descr) {
        header.descr = descr();
        has_descr = true;
      } else if (key == "fortran_order" && !has_order) {
        header.fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = shape();
        has_shape = true;
      } else {
        fail(text_of("unexpected key '", key, "'"));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) fail("text after the closing brace");
    if (!has_descr || !has_order || !has_shape) fail("expected the keys descr, fortran_order and shape");
    return header;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw FormatError(text_of(origin_, ": damaged .npy header: ", what));
  }

  void skip_space() {
    const std::size_t next = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(next == std::string_view::npos ? text_.size() : next);
  }

  bool accept(char c) {
    skip_space();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(text_of("expected '", c, "'"));
  }

  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::string quoted() {
    skip_space();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) fail("expected a quoted text");
    const std::size_t end = text_.find(text_[0], 1);
    if (end == std::string_view::npos) fail("a quoted text has no end");
    std::string result(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return result;
  }

  // A list describes records; its text is kept for the message that refuses them.
  std::string descr() {
    skip_space();
    if (text_.empty() || text_[0] != '[') return quoted();
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '[') ++depth;
      if (text_[i] != ']' || --depth > 0) continue;
      std::string result(text_.substr(0, i + 1));
      text_.remove_prefix(i + 1);
      return result;
    }
    fail("the list of fields has no end");
  }

  bool boolean() {
    if (accept_word("True")) return true;
    if (accept_word("False")) return false;
    fail("fortran_order is neither True nor False");
  }

  std::int64_t length() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) fail("a length of shape is not a number that fits 63 bits");
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    accept('L');  // Python 2
    return value;
  }

  Shape shape() {
    Shape result;
    expect('(');
    while (!accept(')')) {
      if (result.ndim() == Shape::kMaxRank) fail(text_of("more than ", Shape::kMaxRank, " dimensions"));
      result.push_back(length());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return result;
  }

  std::string_view text_;
  const std::string& origin_;
};

std::size_t read_little_endian(ByteSource& source, std::size_t bytes) {
  unsigned char raw[4] = {};
  source.read(raw, bytes);
  std::size_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | raw[i];
  return value;
}

}  // namespace

NpyHeader read_npy_header(ByteSource& source) {
  char start[8] = {};
  KCPP_CHECK(source.remaining() >= sizeof(start), FormatError, source.name(), ": not a .npy file: only ",
             source.remaining(), " bytes");
  source.read(start, sizeof(start));
  KCPP_CHECK(std::string_view(start, kMagic.size()) == kMagic, FormatError, source.name(),
             ": not a .npy file: it does not begin with \"\\x93NUMPY\"");
  const int version = start[6];
  KCPP_CHECK(version >= 1 && version <= 3, FormatError, source.name(), ": .npy format ", version,
             " is not known; expected 1, 2 or 3");
  const std::size_t length = read_little_endian(source, version == 1 ? 2 : 4);
  KCPP_CHECK(length <= kMaxHeader, FormatError, source.name(), ": damaged .npy header: a length of ", length,
             " bytes; at most ", kMaxHeader, " are accepted");
  std::string text(length, '\0');
  source.read(text.data(), length);
  return HeaderParser(text, source.name()).parse();
}

std::string npy_header_bytes(const std::string& descr, const Shape& shape) {
  std::string text = text_of("{'descr': '", descr, "', 'fortran_order': False, 'shape': ", shape, ", }");
  // spaces and a line feed, so that the elements begin on a cache line
  const std::size_t fixed = kMagic.size() + 4;
  const std::size_t total = (fixed + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  text.append(total - fixed - text.size() - 1, ' ');
  text += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(text.size() & 0xffU);
  bytes += static_cast<char>(text.size() >> 8);
  return bytes + text;
}

}  // namespace kerascpp
