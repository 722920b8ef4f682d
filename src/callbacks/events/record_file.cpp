#include "callbacks/events/record_file.hpp"

#include <array>

#include <kerascpp/core/error.hpp>

namespace kerascpp::callbacks {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82f63b78U : 0U);
    table[byte] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

/// Least significant byte first.
template <class T>
std::string little_endian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// Checksums of bytes that hold checksums are weak: records turn them and add a number.
std::string masked_checksum(std::string_view bytes) {
  const std::uint32_t checksum = crc32c(bytes);
  return little_endian(static_cast<std::uint32_t>((checksum >> 15U | checksum << 17U) + 0xa282ead8U));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t value = 0xffffffffU;
  for (const char c : bytes) value = kTable[(value ^ static_cast<unsigned char>(c)) & 0xffU] ^ (value >> 8U);
  return ~value;
}

RecordFile::RecordFile(const std::string& path) : path_(path), file_(path, std::ios::binary) { flush(); }

void RecordFile::write(std::string_view record) {
  const std::string length = little_endian(static_cast<std::uint64_t>(record.size()));
  file_ << length << masked_checksum(length) << record << masked_checksum(record);
}

void RecordFile::flush() {
  file_.flush();
  KCPP_CHECK(file_.good(), IoError, "[TensorBoard] cannot write \"", path_, "\"");
}

}  // namespace kerascpp::callbacks
