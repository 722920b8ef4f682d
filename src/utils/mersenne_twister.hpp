#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::utils {

/// MT19937, the generator of numpy.random.RandomState and of Python's random module, which Keras's datasets and
/// utilities are shuffled with. Source: Matsumoto, Nishimura, ACM TOMACS 8 (1998).
class KCPP_API MersenneTwister {
 public:
  explicit MersenneTwister(std::uint32_t seed);
  /// Seeded by an array of numbers, as Python does.
  explicit MersenneTwister(const std::vector<std::uint32_t>& key);
  [[nodiscard]] std::uint32_t next();
  /// In [0, 1), 53 bits.
  [[nodiscard]] double random();

 private:
  static constexpr std::size_t kWords = 624;
  std::array<std::uint32_t, kWords> state_{};
  std::size_t at_ = kWords;
};

/// Draws of numpy.random.RandomState(seed).
class KCPP_API NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : generator_(seed) {}
  /// In [0, largest].
  [[nodiscard]] std::int64_t interval(std::int64_t largest);
  [[nodiscard]] double random() { return generator_.random(); }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i-- > 1;)
      std::swap(items[i], items[static_cast<std::size_t>(interval(static_cast<std::int64_t>(i)))]);
  }
  /// 0 .. n-1 in random order.
  [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t n);

 private:
  MersenneTwister generator_;
};

/// Draws of Python's random module after random.seed(seed).
class KCPP_API PythonRandom {
 public:
  explicit PythonRandom(std::uint64_t seed);
  [[nodiscard]] double random() { return generator_.random(); }
  /// In [low, high].
  [[nodiscard]] std::int64_t randint(std::int64_t low, std::int64_t high);
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i-- > 1;)
      std::swap(items[i], items[static_cast<std::size_t>(below(static_cast<std::uint64_t>(i) + 1))]);
  }

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t n);

  MersenneTwister generator_;
};

}  // namespace kerascpp::utils
