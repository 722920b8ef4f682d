#pragma once

#include <cstdint>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// The four 32-bit words that Philox-4x32-10 gives for a counter and a key.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
struct PhiloxBlock {
  std::uint32_t word[4];
};
[[nodiscard]] KCPP_API PhiloxBlock philox(std::uint64_t counter_low, std::uint64_t counter_high, std::uint64_t key);

/// A stream of random tensors: draw number n depends on (seed, n) alone, on every device and thread count.
class KCPP_API RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::Float32);
  [[nodiscard]] Tensor normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = DType::Float32);
  /// Normal values further than two standard deviations from the mean are drawn again.
  [[nodiscard]] Tensor truncated_normal(const Shape& shape, double mean = 0, double stddev = 1,
                                        DType dtype = DType::Float32);
  /// Integers in [low, high). Throws ValueError when dtype cannot hold them.
  [[nodiscard]] Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, DType dtype = DType::Int32);
  /// 0 .. n-1 in random order, int64.
  [[nodiscard]] Tensor permutation(std::int64_t n);
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] std::uint64_t position() const { return draws_; }
  void set_position(std::uint64_t draws) { draws_ = draws; }

 private:
  std::uint64_t next_draw();

  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
};

/// The stream behind the functions below and behind layers and initializers without a seed of their own.
/// Its seed differs from run to run until `set_random_seed`.
KCPP_API RandomStream& global_random_stream();
/// Restarts the global stream, as `keras.utils.set_random_seed`.
KCPP_API void set_random_seed(std::uint64_t seed);
/// A fresh seed drawn from the global stream, in [0, 2^31).
[[nodiscard]] KCPP_API std::int64_t next_seed();

[[nodiscard]] KCPP_API Tensor random_normal(const Shape& shape, double mean = 0, double stddev = 1,
                                            DType dtype = DType::Float32);
[[nodiscard]] KCPP_API Tensor random_uniform(const Shape& shape, double low = 0, double high = 1,
                                             DType dtype = DType::Float32);
/// Uniform in [0, 1), as numpy.random.rand.
[[nodiscard]] KCPP_API Tensor rand(const Shape& shape);
/// Standard normal, as numpy.random.randn.
[[nodiscard]] KCPP_API Tensor randn(const Shape& shape);
/// Integers in [low, high), as numpy.random.randint. Throws DTypeError unless `dtype` is an integer one.
[[nodiscard]] KCPP_API Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
                                      DType dtype = DType::Int32);

}  // namespace kerascpp
