#include "core/npy_texts.hpp"

#include <charconv>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/strings.hpp>

namespace kerascpp {
namespace {

/// Appends a code point in UTF-8; false for a number that is none.
bool append_utf8(std::string& text, std::uint32_t point) {
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  if (point < 0x80) {
    text += static_cast<char>(point);
    return true;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(kLead[more] | point >> (6 * more));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80U | (point >> (6 * i) & 0x3FU));
  return true;
}

std::uint32_t code_point(const char* at, bool big_endian) {
  std::uint32_t point = 0;
  for (std::size_t i = 0; i < 4; ++i)
    point |= static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])) << (8 * (big_endian ? 3 - i : i));
  return point;
}

}  // namespace

bool is_npy_text(std::string_view descr) {
  return descr.size() > 2 && std::string_view("<>|=").find(descr[0]) != std::string_view::npos &&
         (descr[1] == 'S' || descr[1] == 'a' || descr[1] == 'U');
}

Tensor read_npy_texts(const NpyHeader& header, ByteSource& source) {
  std::uint64_t length = 0;
  const char* const end = header.descr.data() + header.descr.size();
  const auto [stop, error] = std::from_chars(header.descr.data() + 2, end, length);
  KCPP_CHECK(error == std::errc() && stop == end && length < (1U << 30U), FormatError, source.name(), ": dtype '",
             header.descr, "' says no length of texts");
  const bool is_unicode = header.descr[1] == 'U';
  const std::uint64_t width = is_unicode ? 4 * length : length;
  std::uint64_t count = 1;
  for (const std::int64_t dimension : header.shape) count = dimension == 0 ? 0 : count;
  for (const std::int64_t dimension : header.shape) {
    const auto step = static_cast<std::uint64_t>(dimension);
    KCPP_CHECK(count == 0 || step <= source.remaining() / count, FormatError, source.name(),
               ": the file is truncated: shape ", header.shape, " of texts needs more than the ", source.remaining(),
               " bytes that follow the header");
    count *= step;
  }
  KCPP_CHECK(count == 0 || width <= source.remaining() / count, FormatError, source.name(),
             ": the file is truncated: ", count, " texts of ", width, " bytes need more than the ", source.remaining(),
             " bytes that follow the header");
  std::vector<char> bytes(static_cast<std::size_t>(count * width));
  source.read(bytes.data(), bytes.size());
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < count; ++i) {
    const char* const at = bytes.data() + i * width;
    std::string text;
    if (!is_unicode) text.assign(at, static_cast<std::size_t>(width));
    for (std::uint64_t j = 0; is_unicode && j < length; ++j)
      KCPP_CHECK(append_utf8(text, code_point(at + 4 * j, header.descr[0] == '>')), FormatError, source.name(),
                 ": text ", i, " has a number that is no code point");
    text.resize(text.find_last_not_of('\0') + 1);
    texts.push_back(std::move(text));
  }
  if (header.fortran_order && header.shape.ndim() > 1) {
    // the first index runs fastest
    std::vector<std::string> ordered(texts.size());
    const Shape strides = header.shape.strides();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto rest = static_cast<std::int64_t>(i);
      std::int64_t place = 0;
      for (int axis = 0; axis < header.shape.ndim(); ++axis) {
        place += rest % header.shape[axis] * strides[axis];
        rest /= header.shape[axis];
      }
      ordered[static_cast<std::size_t>(place)] = std::move(texts[i]);
    }
    texts = std::move(ordered);
  }
  return strings(texts, header.shape);
}

}  // namespace kerascpp
