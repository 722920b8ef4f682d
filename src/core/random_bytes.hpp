#pragma once

#include <cstdint>

namespace kerascpp {

/// Bytes at any place: of a file, or of a member of an archive. For one thread at a time.
class RandomBytes {
 public:
  RandomBytes() = default;
  virtual ~RandomBytes() = default;
  RandomBytes(const RandomBytes&) = delete;
  RandomBytes& operator=(const RandomBytes&) = delete;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// offset + count is at most size(). Throws IoError when reading fails.
  virtual void read(std::uint64_t offset, void* out, std::uint64_t count) const = 0;
};

}  // namespace kerascpp
