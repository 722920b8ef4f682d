#include "core/text_hash.hpp"

#include <bit>
#include <cstring>
#include <utility>

// Bytes are read as little endian numbers, as on every machine that this project is built for.

namespace kerascpp {
namespace {

using Word = std::uint64_t;

constexpr Word k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

Word fetch64(const char* at) {
  Word value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Word fetch32(const char* at) {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Word shift_mix(Word value) { return value ^ (value >> 47); }

Word mix(Word u, Word v, Word factor) {
  const Word a = shift_mix((u ^ v) * factor);
  return shift_mix((v ^ a) * factor) * factor;
}

Word hash_up_to_16(const char* s, std::size_t length) {
  const Word factor = k2 + length * 2;
  if (length >= 8) {
    const Word a = fetch64(s) + k2, b = fetch64(s + length - 8);
    return mix(std::rotr(b, 37) * factor + a, (std::rotr(a, 25) + b) * factor, factor);
  }
  if (length >= 4) return mix(length + (fetch32(s) << 3), fetch32(s + length - 4), factor);
  if (length == 0) return k2;
  const auto byte = [s](std::size_t i) { return static_cast<Word>(static_cast<unsigned char>(s[i])); };
  const Word y = byte(0) + (byte(length / 2) << 8), z = length + (byte(length - 1) << 2);
  return shift_mix(y * k2 ^ z * k0) * k2;
}

Word hash_17_to_32(const char* s, std::size_t length) {
  const Word factor = k2 + length * 2;
  const Word a = fetch64(s) * k1, b = fetch64(s + 8);
  const Word c = fetch64(s + length - 8) * factor, d = fetch64(s + length - 16) * k2;
  return mix(std::rotr(a + b, 43) + std::rotr(c, 30) + d, a + std::rotr(b + k2, 18) + c, factor);
}

Word hash_33_to_64(const char* s, std::size_t length) {
  const Word factor = k2 + length * 2;
  const Word a = fetch64(s) * k2, b = fetch64(s + 8);
  const Word c = fetch64(s + length - 8) * factor, d = fetch64(s + length - 16) * k2;
  const Word y = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
  const Word z = mix(y, a + std::rotr(b + k2, 18) + c, factor);
  const Word e = fetch64(s + 16) * factor, f = fetch64(s + 24);
  const Word g = (y + fetch64(s + length - 32)) * factor, h = (z + fetch64(s + length - 24)) * factor;
  return mix(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g, factor);
}

struct Pair {
  Word first = 0, second = 0;
};

Pair weak_hash_32(const char* s, Word a, Word b) {
  const Word w = fetch64(s), x = fetch64(s + 8), y = fetch64(s + 16), z = fetch64(s + 24);
  a += w;
  b = std::rotr(b + a + z, 21);
  const Word c = a;
  a += x + y;
  b += std::rotr(a, 44);
  return {a + z, b + c};
}

Word hash_above_64(const char* s, std::size_t length) {
  constexpr Word seed = 81;
  Word x = seed * k2 + fetch64(s), y = seed * k1 + 113, z = shift_mix(y * k2 + 113) * k2;
  Pair v, w;
  const char* const end = s + (length - 1) / 64 * 64;  // the last block may overlap the one before
  const char* const last = end + ((length - 1) & 63) - 63;
  do {
    x = std::rotr(x + y + v.first + fetch64(s + 8), 37) * k1;
    y = std::rotr(y + v.second + fetch64(s + 48), 42) * k1;
    x ^= w.second;
    y += v.first + fetch64(s + 40);
    z = std::rotr(z + w.first, 33) * k1;
    v = weak_hash_32(s, v.second * k1, x + w.first);
    w = weak_hash_32(s + 32, z + w.second, y + fetch64(s + 16));
    std::swap(z, x);
    s += 64;
  } while (s != end);
  const Word factor = k1 + ((z & 0xff) << 1);
  s = last;
  w.first += (length - 1) & 63;
  v.first += w.first;
  w.first += v.first;
  x = std::rotr(x + y + v.first + fetch64(s + 8), 37) * factor;
  y = std::rotr(y + v.second + fetch64(s + 48), 42) * factor;
  x ^= w.second * 9;
  y += v.first * 9 + fetch64(s + 40);
  z = std::rotr(z + w.first, 33) * factor;
  v = weak_hash_32(s, v.second * factor, x + w.first);
  w = weak_hash_32(s + 32, z + w.second, y + fetch64(s + 16));
  std::swap(z, x);
  return mix(mix(v.first, w.first, factor) + shift_mix(y) * k0 + z, mix(v.second, w.second, factor) + x, factor);
}

struct SipState {
  Word v0, v1, v2, v3;

  explicit SipState(const std::array<Word, 2>& key)
      : v0(key[0] ^ 0x736f6d6570736575),
        v1(key[1] ^ 0x646f72616e646f6d),
        v2(key[0] ^ 0x6c7967656e657261),
        v3(key[1] ^ 0x7465646279746573) {}

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }

  void take(Word word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

Word fingerprint64(std::string_view bytes) {
  if (bytes.size() <= 16) return hash_up_to_16(bytes.data(), bytes.size());
  if (bytes.size() <= 32) return hash_17_to_32(bytes.data(), bytes.size());
  if (bytes.size() <= 64) return hash_33_to_64(bytes.data(), bytes.size());
  return hash_above_64(bytes.data(), bytes.size());
}

Word join_fingerprints(Word first, Word second) {
  constexpr Word factor = 0xc6a4a7935bd1e995;
  const Word joined = (first ^ factor ^ shift_mix(second * factor) * factor) * factor;
  return shift_mix(shift_mix(joined) * factor);
}

Word sip_hash(std::string_view bytes, const std::array<Word, 2>& key) {
  SipState state(key);
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) state.take(fetch64(bytes.data() + i));
  Word last = static_cast<Word>(bytes.size()) << 56;
  std::memcpy(&last, bytes.data() + whole, bytes.size() - whole);  // its last byte stays the length
  state.take(last);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace kerascpp
