// needs: base
// Element i of draw n under seed s, as src/core/philox.hpp defines it: the same numbers as on the CPU.

struct RandomBlock {
  uint32 word[4];
};
struct Draw {
  uint64 seed, number;
};
__device__ inline Draw draw_of(const int64* key) {
  Draw draw;
  draw.seed = uint64(key[0]);
  draw.number = uint64(key[1]);
  return draw;
}

__device__ inline RandomBlock random_block(const Draw& draw, uint64 index, uint64 attempt = 0) {
  const uint64 low = index | attempt << 56;
  uint32 c0 = uint32(low), c1 = uint32(low >> 32), c2 = uint32(draw.number), c3 = uint32(draw.number >> 32);
  uint32 k0 = uint32(draw.seed), k1 = uint32(draw.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64 product0 = uint64(0xD2511F53u) * c0, product1 = uint64(0xCD9E8D57u) * c2;
    c0 = uint32(product1 >> 32) ^ c1 ^ k0;
    c1 = uint32(product1);
    c2 = uint32(product0 >> 32) ^ c3 ^ k1;
    c3 = uint32(product0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  RandomBlock block;
  block.word[0] = c0;
  block.word[1] = c1;
  block.word[2] = c2;
  block.word[3] = c3;
  return block;
}
__device__ inline uint64 random_word64(const RandomBlock& block, int which) {
  return block.word[2 * which] | uint64(block.word[2 * which + 1]) << 32;
}
// uniform in [0, 1) with 24 or 53 bits
__device__ inline double unit24(uint32 word) { return double(float(word >> 8) * 5.9604644775390625e-8f); }
__device__ inline double unit53(uint64 word) { return double(word >> 11) * 1.1102230246251565e-16; }
// uniform in (0, 1), never an end
__device__ inline double open_unit(uint32 word) { return (double(word) + 0.5) * 2.3283064365386963e-10; }

__device__ inline double log_unit(double u) {
  const uint64 bits = bits_of(u);
  const uint64 offset = bits - 0x3fe6a09e667f3bcdull;
  const double exponent = double(int64(offset) >> 52);
  const double m = double_of(bits - (offset & 0xfff0000000000000ull));
  const double s = (m - 1) / (m + 1);
  const double t = s * s;
  double series = 1.0 / 21;
  for (int k = 19; k >= 3; k -= 2) series = series * t + 1.0 / k;
  return exponent * 0.693147180559945309417 + (2 * s + 2 * s * t * series);
}

struct SinCos {
  double sin, cos;
};
__device__ inline SinCos sin_cos_turn(double turn) {
  const double quarters = 4 * turn;
  const int quadrant = int(quarters + 0.5);
  const double x = (quarters - quadrant) * 1.57079632679489661923, t = x * x;
  double s = 1, c = 1;
  for (int k = 16; k >= 2; k -= 2) s = 1 - s * t * (1.0 / (k * (k + 1)));
  s *= x;
  for (int k = 17; k >= 1; k -= 2) c = 1 - c * t * (1.0 / (k * (k + 1)));
  SinCos result;
  result.sin = (quadrant & 3) == 0 ? s : (quadrant & 3) == 1 ? c : (quadrant & 3) == 2 ? -s : -c;
  result.cos = (quadrant & 3) == 0 ? c : (quadrant & 3) == 1 ? -s : (quadrant & 3) == 2 ? -c : s;
  return result;
}
// two standard normal numbers (Box and Muller, 1958)
__device__ inline SinCos box_muller(double u1, double u2) {
  const double radius = sqrt(-2 * log_unit(u1));
  SinCos direction = sin_cos_turn(u2);
  direction.sin *= radius;
  direction.cos *= radius;
  return direction;
}
// Standard normal number k of a block: of four for float and narrower, of two for double.
template <class T>
__device__ inline double normal_of(const RandomBlock& block, int k) {
  const int pair = k / 2;
  const SinCos z = box_muller((double(block.word[2 * pair]) + 1) * 2.3283064365386963e-10,
                              double(block.word[2 * pair + 1]) * 2.3283064365386963e-10);
  return k % 2 == 0 ? z.cos : z.sin;
}
template <>
__device__ inline double normal_of<double>(const RandomBlock& block, int k) {
  const SinCos z =
      box_muller(unit53(random_word64(block, 0)) + 1.1102230246251565e-16, unit53(random_word64(block, 1)));
  return k == 0 ? z.cos : z.sin;
}
template <class T>
__device__ inline double unit_of(const RandomBlock& block, int k) {
  return unit24(block.word[k]);
}
template <>
__device__ inline double unit_of<double>(const RandomBlock& block, int k) {
  return unit53(random_word64(block, k));
}

// An integer in [0, bound) for element i (Lemire, "Fast random integer generation in an interval", 2019).
__device__ inline uint64 random_integer(const Draw& draw, uint64 i, uint64 bound) {
  if (bound <= 0x100000000ull) {
    const uint64 refused_below = 0x100000000ull % bound;
    for (uint64 attempt = 0;; ++attempt) {
      const uint64 product = random_block(draw, i / 4, attempt).word[i % 4] * bound;
      if ((product & 0xffffffffull) >= refused_below || attempt == 255) return product >> 32;
    }
  }
  uint64 mask = bound - 1;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  for (uint64 attempt = 0;; ++attempt) {
    const uint64 word = random_word64(random_block(draw, i / 2, attempt), int(i % 2)) & mask;
    if (word <= bound - 1) return word;
    if (attempt == 255) return word >> 1;
  }
}
