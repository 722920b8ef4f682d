#pragma once

#include "backends/cpu/random/uniform_blocks.hpp"

namespace kerascpp::cpu {

template <InstructionSet Set>
void uniform_blocks(const UniformDraw& draw, std::uint64_t first, std::int64_t count, float* out) {
  // as many blocks side by side as fill the widest registers several times, so that multiplications overlap
  constexpr int kLanes = 32;
  std::uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
  for (std::int64_t begin = 0; begin < count; begin += kLanes) {
    const int lanes = count - begin < kLanes ? static_cast<int>(count - begin) : kLanes;
    for (int i = 0; i < kLanes; ++i) {
      const std::uint64_t index = first + static_cast<std::uint64_t>(begin) + static_cast<std::uint64_t>(i);
      c0[i] = static_cast<std::uint32_t>(index);
      c1[i] = static_cast<std::uint32_t>(index >> 32);
      c2[i] = static_cast<std::uint32_t>(draw.number);
      c3[i] = static_cast<std::uint32_t>(draw.number >> 32);
    }
    auto k0 = static_cast<std::uint32_t>(draw.seed);
    auto k1 = static_cast<std::uint32_t>(draw.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      for (int i = 0; i < kLanes; ++i) {
        const std::uint64_t product0 = std::uint64_t{0xD2511F53U} * c0[i];
        const std::uint64_t product1 = std::uint64_t{0xCD9E8D57U} * c2[i];
        c0[i] = static_cast<std::uint32_t>(product1 >> 32) ^ c1[i] ^ k0;
        c1[i] = static_cast<std::uint32_t>(product1);
        c2[i] = static_cast<std::uint32_t>(product0 >> 32) ^ c3[i] ^ k1;
        c3[i] = static_cast<std::uint32_t>(product0);
      }
      k0 += 0x9E3779B9U;
      k1 += 0xBB67AE85U;
    }
    const auto unit = [](std::uint32_t word) {
      return static_cast<float>(static_cast<std::int32_t>(word >> 8)) * 0x1p-24F;
    };
    const auto scaled = [&](std::uint32_t word) {
      const double value = draw.low + draw.scale * static_cast<double>(unit(word));
      return static_cast<float>(value < draw.largest ? value : draw.largest);
    };
    const auto store = [&](const auto& value) {
      float* to = out + 4 * begin;
      for (int i = 0; i < lanes; ++i) {
        to[4 * i] = value(c0[i]);
        to[4 * i + 1] = value(c1[i]);
        to[4 * i + 2] = value(c2[i]);
        to[4 * i + 3] = value(c3[i]);
      }
    };
    if (draw.low == 0 && draw.scale == 1)
      store(unit);
    else
      store(scaled);
  }
}

}  // namespace kerascpp::cpu
