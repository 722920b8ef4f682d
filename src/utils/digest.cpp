#include "utils/digest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kerascpp::utils {
namespace {

bool is_prime(int n) {
  for (int d = 2; d * d <= n; ++d)
    if (n % d == 0) return false;
  return true;
}

/// The first 32 bits behind the point of `root` of the first primes: the constants of SHA-256.
template <std::size_t Count>
std::array<std::uint32_t, Count> fractions_of_primes(long double (*root)(long double)) {
  std::array<std::uint32_t, Count> words{};
  int prime = 1;
  for (std::uint32_t& word : words) {
    do ++prime;
    while (!is_prime(prime));
    const long double value = root(prime);
    word = static_cast<std::uint32_t>((value - std::floor(value)) * 0x1p32L);
  }
  return words;
}

/// floor(2^32 |sin(i + 1)|): the constants of MD5.
std::array<std::uint32_t, 64> sines() {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = static_cast<std::uint32_t>(std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 0x1p32));
  return words;
}

}  // namespace

void Digest::update(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t used = length_ % buffer_.size(), taken = std::min(buffer_.size() - used, bytes.size());
    std::copy_n(bytes.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(used));
    bytes.remove_prefix(taken);
    length_ += taken;
    if (length_ % buffer_.size() == 0) add_buffer();
  }
}

std::string Digest::finish() {
  // one bit, zeros, and the number of bits in the last eight bytes of a block
  const std::uint64_t bits = length_ * 8;
  update("\x80");
  while (length_ % buffer_.size() != 56) update(std::string_view("", 1));
  std::string tail(8, '\0');
  for (std::size_t i = 0; i < 8; ++i)
    tail[i] = static_cast<char>(static_cast<unsigned char>(bits >> (8 * (big_endian_ ? 7 - i : i))));
  update(tail);
  return hex();
}

void Digest::add_buffer() {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < buffer_.size(); ++i)
    words[i / 4] |= static_cast<std::uint32_t>(buffer_[i]) << (8 * (big_endian_ ? 3 - i % 4 : i % 4));
  add_block(words);
}

std::string Digest::hex_of(const std::uint32_t* words, int count) const {
  std::string text;
  for (int i = 0; i < 4 * count; ++i) {
    const std::uint32_t byte = words[i / 4] >> (8 * (big_endian_ ? 3 - i % 4 : i % 4)) & 0xFFU;
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

void Md5::add_block(const std::array<std::uint32_t, 16>& words) {
  static const std::array<std::uint32_t, 64> constants = sines();
  constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  auto [a, b, c, d] = state_;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t round = i / 16;
    const std::uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                                : round == 1 ? (d & b) | (~d & c)
                                : round == 2 ? b ^ c ^ d
                                             : c ^ (b | ~d);
    const std::size_t word = (round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i) % 16;
    const std::uint32_t sum = a + mixed + constants[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShifts[round][i % 4]);
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d};
}

Sha256::Sha256() : Digest(true), state_(fractions_of_primes<8>(&std::sqrt)) {}

void Sha256::add_block(const std::array<std::uint32_t, 16>& words) {
  static const std::array<std::uint32_t, 64> constants = fractions_of_primes<64>(&std::cbrt);
  std::array<std::uint32_t, 64> w{};
  std::copy(words.begin(), words.end(), w.begin());
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3U) + w[i - 7] +
           (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10U);
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t first =
        h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    const std::uint32_t second =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const std::array<std::uint32_t, 8> sums{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state_[i] += sums[i];
}

}  // namespace kerascpp::utils
