#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kerascpp::utils {

/// A hash over bytes that come in pieces, in blocks of 64 bytes as MD5 and SHA-2 have them.
class Digest {
 public:
  virtual ~Digest() = default;
  void update(std::string_view bytes);
  /// The hash in hexadecimal digits. Ends the digest.
  [[nodiscard]] std::string finish();

 protected:
  explicit Digest(bool big_endian) : big_endian_(big_endian) {}
  /// One block as 16 words.
  virtual void add_block(const std::array<std::uint32_t, 16>& words) = 0;
  [[nodiscard]] virtual std::string hex() const = 0;
  [[nodiscard]] std::string hex_of(const std::uint32_t* words, int count) const;

 private:
  void add_buffer();

  bool big_endian_;
  std::uint64_t length_ = 0;
  std::array<unsigned char, 64> buffer_{};
};

/// Source: RFC 1321.
class Md5 final : public Digest {
 public:
  Md5() : Digest(false) {}

 protected:
  void add_block(const std::array<std::uint32_t, 16>& words) override;
  [[nodiscard]] std::string hex() const override { return hex_of(state_.data(), 4); }

 private:
  std::array<std::uint32_t, 4> state_{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
};

/// Source: FIPS 180-4.
class Sha256 final : public Digest {
 public:
  Sha256();

 protected:
  void add_block(const std::array<std::uint32_t, 16>& words) override;
  [[nodiscard]] std::string hex() const override { return hex_of(state_.data(), 8); }

 private:
  std::array<std::uint32_t, 8> state_{};
};

}  // namespace kerascpp::utils
