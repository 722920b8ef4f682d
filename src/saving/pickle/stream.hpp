#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/error.hpp>

#include "core/byte_source.hpp"

namespace kerascpp {

/// The numbers and texts of a pickle, read from front to back. What is damaged throws FormatError.
class PickleStream {
 public:
  explicit PickleStream(ByteSource& source) : source_(source), size_(source.remaining()) {}

  /// Throws FormatError: the name of the source, `parts`, and how far it was read.
  template <class... Parts>
  [[noreturn]] void fail(const Parts&... parts) const {
    throw FormatError(text_of(name(), ": ", parts..., " before byte ", size_ - source_.remaining()));
  }
  [[nodiscard]] const std::string& name() const { return source_.name(); }

  [[nodiscard]] unsigned char byte();
  /// Unsigned, of 1 to 8 bytes, the lowest first.
  [[nodiscard]] std::uint64_t number(int bytes);
  /// In two's complement, of 0 to 8 bytes, the lowest first.
  [[nodiscard]] std::int64_t integer(std::uint64_t bytes);
  /// Of 8 bytes, the highest first.
  [[nodiscard]] double real();
  /// `bytes` are compared with what is left before memory is taken.
  [[nodiscard]] std::string text(std::uint64_t bytes);

  /// Up to the end of the line, which is read as well.
  [[nodiscard]] std::string line();
  /// A line that `integer_of` takes.
  [[nodiscard]] std::int64_t line_integer() { return integer_of(line()); }
  [[nodiscard]] double line_real();
  /// A line in quotes, without them.
  [[nodiscard]] std::string line_quoted();
  /// Decimal digits, with an L behind them or without.
  [[nodiscard]] std::int64_t integer_of(std::string digits) const;

 private:
  ByteSource& source_;
  std::uint64_t size_;
};

}  // namespace kerascpp
