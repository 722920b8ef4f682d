#include <algorithm>
#include <thread>

#include <zlib.h>

#include <kerascpp/core/error.hpp>

#include "saving/zip_archive.hpp"

// The structures are those of the ZIP File Format Specification (APPNOTE) 6.3, with the extensions for large files
// where sizes need them.

namespace kerascpp {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50,
                        kLargeEnd = 0x06064b50, kLargeLocator = 0x07064b50;
constexpr std::uint16_t kDate = (0 << 9) | (1 << 5) | 1;  // 1 January 1980, where the format's time begins
constexpr std::uint16_t kNamesInUtf8 = 1 << 11, kVersion = 20, kLargeVersion = 45, kMadeByUnix = 3 << 8;
constexpr std::uint32_t kRegularFile = 0100644U << 16;
constexpr std::uint64_t kLarge32 = 0xffffffff, kLarge16 = 0xffff;

/// Numbers in little endian.
class Bytes {
 public:
  Bytes& put(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) text_ += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  Bytes& put(std::string_view text) {
    text_ += text;
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

unsigned long checksum(unsigned long before, std::string_view bytes) {
  // zlib takes a null pointer for the question where to begin
  return bytes.empty() ? before : crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

/// Of large members the two halves at once.
unsigned long parallel_checksum(unsigned long before, std::string_view bytes) {
  constexpr std::size_t kWorthIt = 4u << 20u;
  if (bytes.size() < kWorthIt) return checksum(before, bytes);
  const std::size_t half = bytes.size() / 2;
  unsigned long first = 0, second = 0;
  std::thread other([&] { second = checksum(0, bytes.substr(half)); });
  first = checksum(before, bytes.substr(0, half));
  other.join();
  return crc32_combine(first, second, static_cast<z_off_t>(bytes.size() - half));
}

std::string deflated(std::string_view bytes, const std::string& path) {
  z_stream stream{};
  KCPP_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
             IoError, path, ": cannot compress");
  std::string result;
  std::string piece(1u << 18u, '\0');
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    // zlib counts in 32 bits
    const std::size_t count = std::min<std::size_t>(bytes.size(), 1u << 30u);
    if (stream.avail_in == 0) {
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream.avail_in = static_cast<uInt>(count);
      bytes.remove_prefix(count);
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    result.append(piece, 0, piece.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return result;
}

}  // namespace

ZipWriter::ZipWriter(const std::string& path, bool compressed) : path_(path), file_(path), compressed_(compressed) {}

void ZipWriter::add(const std::string& name, std::string_view bytes, std::string_view tail) {
  KCPP_CHECK(name.size() <= kLarge16, ValueError, path_, ": the name ", name.substr(0, 40), "... is too long");
  Entry entry{.name = name, .offset = offset_, .size = bytes.size() + tail.size()};
  entry.checksum = static_cast<std::uint32_t>(parallel_checksum(checksum(0, bytes), tail));
  std::string packed;
  if (compressed_) {
    packed = deflated(std::string(bytes).append(tail), path_);
    bytes = packed;
    tail = {};
  }
  entry.stored = bytes.size() + tail.size();
  const bool is_large = entry.size >= kLarge32 || entry.stored >= kLarge32;
  Bytes header;
  header.put(kLocalHeader, 4).put(is_large ? kLargeVersion : kVersion, 2).put(kNamesInUtf8, 2);
  header.put(compressed_ ? Z_DEFLATED : 0, 2).put(0, 2).put(kDate, 2).put(entry.checksum, 4);
  header.put(is_large ? kLarge32 : entry.stored, 4).put(is_large ? kLarge32 : entry.size, 4);
  header.put(name.size(), 2).put(is_large ? 20 : 0, 2).put(name);
  if (is_large) header.put(1, 2).put(16, 2).put(entry.size, 8).put(entry.stored, 8);
  file_.write(header.text());
  file_.write(bytes);
  file_.write(tail);
  offset_ += header.text().size() + entry.stored;
  entries_.push_back(std::move(entry));
}

void ZipWriter::commit() {
  KCPP_CHECK(!entries_.empty(), ValueError, path_, ": an archive needs at least one member");
  Bytes directory;
  for (const Entry& entry : entries_) {
    const bool is_large = entry.size >= kLarge32 || entry.stored >= kLarge32 || entry.offset >= kLarge32;
    directory.put(kCentralHeader, 4).put(kMadeByUnix | kLargeVersion, 2);
    directory.put(is_large ? kLargeVersion : kVersion, 2).put(kNamesInUtf8, 2).put(compressed_ ? Z_DEFLATED : 0, 2);
    directory.put(0, 2).put(kDate, 2).put(entry.checksum, 4);
    directory.put(is_large ? kLarge32 : entry.stored, 4).put(is_large ? kLarge32 : entry.size, 4);
    directory.put(entry.name.size(), 2).put(is_large ? 28 : 0, 2).put(0, 2).put(0, 2).put(0, 2);
    directory.put(kRegularFile, 4).put(is_large ? kLarge32 : entry.offset, 4).put(entry.name);
    if (is_large) directory.put(1, 2).put(24, 2).put(entry.size, 8).put(entry.stored, 8).put(entry.offset, 8);
  }
  const std::uint64_t size = directory.text().size(), count = entries_.size();
  const bool is_large = count >= kLarge16 || size >= kLarge32 || offset_ >= kLarge32;
  if (is_large) {
    directory.put(kLargeEnd, 4)
        .put(44, 8)
        .put(kMadeByUnix | kLargeVersion, 2)
        .put(kLargeVersion, 2)
        .put(0, 4)
        .put(0, 4);
    directory.put(count, 8).put(count, 8).put(size, 8).put(offset_, 8);
    directory.put(kLargeLocator, 4).put(0, 4).put(offset_ + size, 8).put(1, 4);
  }
  directory.put(kEnd, 4).put(0, 2).put(0, 2);
  for (int i = 0; i < 2; ++i) directory.put(std::min(count, kLarge16), 2);
  directory.put(is_large ? kLarge32 : size, 4).put(is_large ? kLarge32 : offset_, 4).put(0, 2);
  file_.write(directory.text());
  file_.commit();
}

}  // namespace kerascpp
