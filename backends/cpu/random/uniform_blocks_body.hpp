#pragma once

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "backends/cpu/random/uniform_blocks.hpp"

namespace kerascpp::cpu {
namespace uniform {

constexpr std::uint32_t kFactor0 = 0xD2511F53U, kFactor1 = 0xCD9E8D57U, kStep0 = 0x9E3779B9U, kStep1 = 0xBB67AE85U;
constexpr int kRounds = 10;

/// The four values in [0, 1) of block `index`.
template <InstructionSet Set>
void unit_block(const UniformDraw& draw, std::uint64_t index, float* out) {
  std::uint32_t c[4] = {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                        static_cast<std::uint32_t>(draw.number), static_cast<std::uint32_t>(draw.number >> 32)};
  auto k0 = static_cast<std::uint32_t>(draw.seed), k1 = static_cast<std::uint32_t>(draw.seed >> 32);
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kFactor0} * c[0], product1 = std::uint64_t{kFactor1} * c[2];
    c[0] = static_cast<std::uint32_t>(product1 >> 32) ^ c[1] ^ k0;
    c[1] = static_cast<std::uint32_t>(product1);
    c[2] = static_cast<std::uint32_t>(product0 >> 32) ^ c[3] ^ k1;
    c[3] = static_cast<std::uint32_t>(product0);
    k0 += kStep0;
    k1 += kStep1;
  }
  for (int i = 0; i < 4; ++i) out[i] = static_cast<float>(static_cast<std::int32_t>(c[i] >> 8)) * 0x1p-24F;
}

#if defined(__AVX2__)
/// Four blocks from `index` on. Words are the lower halves of 64-bit lanes, where products read them; what their upper
/// halves hold does not matter.
struct FourBlocks {
  __m256i c0, c1, c2, c3;

  FourBlocks(const UniformDraw& draw, std::uint64_t index)
      : c0(_mm256_add_epi64(_mm256_set1_epi64x(static_cast<long long>(index)), _mm256_setr_epi64x(0, 1, 2, 3))),
        c1(_mm256_srli_epi64(c0, 32)),
        c2(_mm256_set1_epi64x(static_cast<long long>(draw.number))),
        c3(_mm256_srli_epi64(c2, 32)) {}

  [[gnu::always_inline]] void round(__m256i k0, __m256i k1) {
    const __m256i product0 = _mm256_mul_epu32(c0, _mm256_set1_epi64x(kFactor0));
    const __m256i product1 = _mm256_mul_epu32(c2, _mm256_set1_epi64x(kFactor1));
    c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product1, 32), c1), k0);
    c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product0, 32), c3), k1);
    c1 = product1;
    c3 = product0;
  }

  void store(float* out) const {
    const __m256i left = _mm256_blend_epi32(c0, _mm256_slli_epi64(c1, 32), 0xaa);
    const __m256i right = _mm256_blend_epi32(c2, _mm256_slli_epi64(c3, 32), 0xaa);
    const __m256i even = _mm256_unpacklo_epi64(left, right), odd = _mm256_unpackhi_epi64(left, right);
    store_units(out, _mm256_permute2x128_si256(even, odd, 0x20));
    store_units(out + 8, _mm256_permute2x128_si256(even, odd, 0x31));
  }

  static void store_units(float* out, __m256i words) {
    const __m256 units = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(words, 8)), _mm256_set1_ps(0x1p-24F));
    _mm256_storeu_ps(out, units);
  }
};
#endif

template <InstructionSet Set>
void units(const UniformDraw& draw, std::uint64_t first, std::int64_t count, float* out) {
  std::int64_t block = 0;
#if defined(__AVX2__)
  // two sets side by side, so that multiplications overlap
  for (; block + 8 <= count; block += 8) {
    FourBlocks a(draw, first + static_cast<std::uint64_t>(block)),
        b(draw, first + static_cast<std::uint64_t>(block) + 4);
    auto k0 = static_cast<std::uint32_t>(draw.seed), k1 = static_cast<std::uint32_t>(draw.seed >> 32);
    for (int round = 0; round < kRounds; ++round) {
      const __m256i key0 = _mm256_set1_epi64x(k0), key1 = _mm256_set1_epi64x(k1);
      a.round(key0, key1);
      b.round(key0, key1);
      k0 += kStep0;
      k1 += kStep1;
    }
    a.store(out + 4 * block);
    b.store(out + 4 * block + 16);
  }
#endif
  for (; block < count; ++block) unit_block<Set>(draw, first + static_cast<std::uint64_t>(block), out + 4 * block);
}

}  // namespace uniform

template <InstructionSet Set>
void uniform_blocks(const UniformDraw& draw, std::uint64_t first, std::int64_t count, float* out) {
  uniform::units<Set>(draw, first, count, out);
  if (draw.low == 0 && draw.scale == 1) return;
  for (std::int64_t i = 0; i < 4 * count; ++i) {
    const double value = draw.low + draw.scale * static_cast<double>(out[i]);
    out[i] = static_cast<float>(value < draw.largest ? value : draw.largest);
  }
}

}  // namespace kerascpp::cpu
