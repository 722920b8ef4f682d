#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kerascpp::utils {

/// A message in the wire format of Protocol Buffers, field by field.
/// Source: the encoding in the documentation of Protocol Buffers.
class ProtobufMessage {
 public:
  /// int32, int64, uint64, bool and enumerations.
  ProtobufMessage& number(int field, std::int64_t value) {
    tag(field, 0);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  ProtobufMessage& real(int field, double value) {
    tag(field, 1);
    fixed(std::bit_cast<std::uint64_t>(value), 8);
    return *this;
  }
  ProtobufMessage& single(int field, float value) {
    tag(field, 5);
    fixed(std::bit_cast<std::uint32_t>(value), 4);
    return *this;
  }
  /// Strings, bytes and messages.
  ProtobufMessage& text(int field, std::string_view value) {
    tag(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  ProtobufMessage& message(int field, const ProtobufMessage& value) { return text(field, value.bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void tag(int field, unsigned kind) { varint(static_cast<std::uint64_t>(field) << 3U | kind); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  void fixed(std::uint64_t bits, int size) {
    for (int i = 0; i < size; ++i, bits >>= 8U) bytes_ += static_cast<char>(bits);
  }

  std::string bytes_;
};

}  // namespace kerascpp::utils
