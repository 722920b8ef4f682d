#include "utils/tar_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <kerascpp/core/error.hpp>

namespace kerascpp::utils {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kLongestName = 1U << 16U;

using Block = std::array<unsigned char, kBlock>;

std::string text_field(const Block& block, std::size_t first, std::size_t size) {
  const auto* const begin = block.data() + first;
  return {begin, std::find(begin, begin + size, '\0')};
}

/// Octal digits, or 64 bits of a binary number behind a byte of 0x80.
std::uint64_t number_field(const Block& block, std::size_t first, std::size_t size, const std::string& path) {
  std::uint64_t value = 0;
  if (block[first] == 0x80) {
    for (std::size_t i = first + size - 8; i < first + size; ++i) value = value << 8U | block[i];
    KCPP_CHECK(value < std::uint64_t{1} << 62U, FormatError, path, ": not a tar archive: a member is too long");
    return value;
  }
  for (std::size_t i = first; i < first + size; ++i) {
    if (block[i] == ' ' || block[i] == '\0') continue;
    KCPP_CHECK(block[i] >= '0' && block[i] <= '7', FormatError, path, ": not a tar archive: a bad number in a header");
    value = value << 3U | static_cast<unsigned>(block[i] - '0');
  }
  return value;
}

void check_sum(const Block& block, const std::string& path) {
  constexpr std::size_t kFirst = 148, kSize = 8;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= kFirst && i < kFirst + kSize ? ' ' : block[i];
  KCPP_CHECK(sum == number_field(block, kFirst, kSize, path), FormatError, path,
             ": not a tar archive, or a damaged one: the checksum of a header is wrong");
}

/// What the records "length key=value\n" of a pax header say of the name and the size.
void read_pax(const std::string& text, std::string& name, std::string& size, const std::string& path) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), length);
    const auto key = static_cast<std::size_t>(end - text.data()) + 1;
    KCPP_CHECK(error == std::errc() && length > key - at && length <= text.size() - at && text[at + length - 1] == '\n',
               FormatError, path, ": a damaged tar archive: a bad pax header");
    const std::string record = text.substr(key, at + length - 1 - key);
    if (record.starts_with("path=")) name = record.substr(5);
    if (record.starts_with("size=")) size = record.substr(5);
    at += length;
  }
}

}  // namespace

bool leads_outside(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos ||
      name.find(':') != std::string::npos)
    return true;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.compare(begin, end - begin, "..") == 0) return true;
    begin = end + 1;
  }
  return false;
}

TarReader::TarReader(const std::string& path) : path_(path), file_(path) {}

std::string TarReader::read_text(std::uint64_t size) {
  KCPP_CHECK(size <= kLongestName, FormatError, path_, ": a name in the tar archive has ", size, " bytes");
  std::string text(static_cast<std::size_t>(size), '\0');
  left_ = size;
  padding_ = (kBlock - size % kBlock) % kBlock;
  read(text.data(), text.size());
  return text;
}

bool TarReader::next(TarMember& member) {
  std::string long_name, long_size;
  for (;;) {
    skip_rest();
    if (file_.at_end()) return false;
    Block block{};
    file_.read(block.data(), kBlock);
    if (std::all_of(block.begin(), block.end(), [](unsigned char c) { return c == 0; })) return false;
    check_sum(block, path_);
    const char type = static_cast<char>(block[156]);
    std::uint64_t size = number_field(block, 124, 12, path_);
    if (type == 'L') {
      long_name = read_text(size);
      long_name.erase(std::find(long_name.begin(), long_name.end(), '\0'), long_name.end());
      continue;
    }
    if (type == 'x' || type == 'g') {
      const std::string records = read_text(size);
      if (type == 'x') read_pax(records, long_name, long_size, path_);
      continue;
    }
    if (!long_size.empty()) {
      const auto [end, error] = std::from_chars(long_size.data(), long_size.data() + long_size.size(), size);
      KCPP_CHECK(error == std::errc() && *end == '\0' && size < std::uint64_t{1} << 62U, FormatError, path_,
                 ": a damaged tar archive: a bad pax header");
    }
    const std::string prefix = text_field(block, 257, 5) == "ustar" ? text_field(block, 345, 155) : std::string();
    std::string name = text_field(block, 0, 100);
    if (!prefix.empty()) name = prefix + "/" + name;
    if (!long_name.empty()) name = long_name;
    while (name.starts_with("./")) name.erase(0, 2);
    KCPP_CHECK(type == '0' || type == '\0' || type == '5' || type == '7', FormatError, path_, ": the member \"", name,
               "\" is a link or a device; only files and folders are unpacked");
    member.is_folder = type == '5' || name.empty() || name.back() == '/';
    if (name.empty()) name = ".";
    KCPP_CHECK(!leads_outside(name), FormatError, path_, ": the member \"", name, "\" leads out of the archive");
    member.name = std::move(name);
    member.size = member.is_folder ? 0 : size;
    left_ = member.size;
    padding_ = (kBlock - left_ % kBlock) % kBlock;
    return true;
  }
}

void TarReader::read(void* out, std::size_t count) {
  KCPP_CHECK(count <= left_, FormatError, path_, ": a member of the tar archive is shorter than expected");
  file_.read(out, count);
  left_ -= count;
}

std::string TarReader::read_rest() {
  KCPP_CHECK(left_ <= file_.largest_size(), FormatError, path_, ": the file is truncated");
  std::string bytes(static_cast<std::size_t>(left_), '\0');
  read(bytes.data(), bytes.size());
  return bytes;
}

void TarReader::skip_rest() {
  std::array<char, 1U << 16U> unused{};
  for (left_ += padding_, padding_ = 0; left_ > 0;)
    read(unused.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left_, unused.size())));
}

}  // namespace kerascpp::utils
