#include "utils/mersenne_twister.hpp"

#include <bit>
#include <numeric>

namespace kerascpp::utils {
namespace {

constexpr std::size_t kShift = 397;

}  // namespace

MersenneTwister::MersenneTwister(std::uint32_t seed) {
  state_[0] = seed;
  for (std::size_t i = 1; i < kWords; ++i)
    state_[i] = 1812433253U * (state_[i - 1] ^ state_[i - 1] >> 30U) + static_cast<std::uint32_t>(i);
}

MersenneTwister::MersenneTwister(const std::vector<std::uint32_t>& key) : MersenneTwister(19650218U) {
  std::size_t i = 1, j = 0;
  const auto step = [&] {
    if (++i < kWords) return;
    state_[0] = state_[kWords - 1];
    i = 1;
  };
  for (std::size_t k = std::max(kWords, key.size()); k > 0; --k) {
    state_[i] =
        (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30U) * 1664525U) + key[j] + static_cast<std::uint32_t>(j);
    if (++j == key.size()) j = 0;
    step();
  }
  for (std::size_t k = kWords - 1; k > 0; --k) {
    state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30U) * 1566083941U) - static_cast<std::uint32_t>(i);
    step();
  }
  state_[0] = 0x80000000U;
}

std::uint32_t MersenneTwister::next() {
  if (at_ == kWords) {
    for (std::size_t i = 0; i < kWords; ++i) {
      const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % kWords] & 0x7fffffffU);
      state_[i] = state_[(i + kShift) % kWords] ^ y >> 1U ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    at_ = 0;
  }
  std::uint32_t y = state_[at_++];
  y ^= y >> 11U;
  y ^= y << 7U & 0x9d2c5680U;
  y ^= y << 15U & 0xefc60000U;
  return y ^ y >> 18U;
}

double MersenneTwister::random() {
  const std::uint32_t high = next() >> 5U, low = next() >> 6U;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

std::int64_t NumpyRandom::interval(std::int64_t largest) {
  if (largest <= 0) return 0;
  const auto limit = static_cast<std::uint64_t>(largest);
  const std::uint64_t mask = std::bit_ceil(limit + 1) - 1;
  for (;;) {
    std::uint64_t value = generator_.next();
    if (limit > UINT32_MAX) value = value << 32U | generator_.next();
    value &= mask;
    if (value <= limit) return static_cast<std::int64_t>(value);
  }
}

std::vector<std::int64_t> NumpyRandom::permutation(std::int64_t n) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  shuffle(order);
  return order;
}

PythonRandom::PythonRandom(std::uint64_t seed)
    : generator_(seed >> 32U == 0 ? std::vector<std::uint32_t>{static_cast<std::uint32_t>(seed)}
                                  : std::vector<std::uint32_t>{static_cast<std::uint32_t>(seed),
                                                               static_cast<std::uint32_t>(seed >> 32U)}) {}

std::uint64_t PythonRandom::below(std::uint64_t n) {
  const auto bits = static_cast<unsigned>(std::bit_width(n));
  for (;;) {
    std::uint64_t value = 0;
    if (bits <= 32) {
      value = generator_.next() >> (32U - bits);
    } else {
      value = generator_.next();
      value |= static_cast<std::uint64_t>(generator_.next() >> (64U - bits)) << 32U;
    }
    if (value < n) return value;
  }
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

}  // namespace kerascpp::utils
