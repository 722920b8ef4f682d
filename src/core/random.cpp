#include <kerascpp/core/random.hpp>

#include <atomic>
#include <cmath>
#include <mutex>
#include <numeric>
#include <random>

#include "core/convert.hpp"
#include "core/random_fill.hpp"
#include "core/random_seed_observer.hpp"

namespace kerascpp {
namespace {

void check_floating(DType dtype, std::string_view who) {
  KCPP_CHECK(is_floating(dtype), DTypeError, "[", who, "] expected a floating dtype, received ", dtype);
}

void check_stddev(double stddev, std::string_view who) {
  KCPP_CHECK(stddev >= 0, ValueError, "[", who, "] stddev must not be negative, received ", stddev);
}

// Whether dtype holds every integer in [low, high).
bool holds(DType dtype, std::int64_t low, std::int64_t high) {
  return with_type(dtype, [&]<class T>() {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return std::in_range<T>(low) && std::in_range<T>(high - 1);
    else
      return false;
  });
}

struct SeedObservers {
  std::mutex mutex;
  std::vector<void (*)()> callbacks;
};

SeedObservers& observers() {
  static SeedObservers instance;
  return instance;
}

}  // namespace

PhiloxBlock philox(std::uint64_t counter_low, std::uint64_t counter_high, std::uint64_t key) {
  return philox_detail::block(counter_low, counter_high, key);
}

// Threads that draw from one stream get different draws, in an order that is theirs to fix.
std::uint64_t RandomStream::next_draw() { return std::atomic_ref<std::uint64_t>(draws_).fetch_add(1); }

Tensor RandomStream::uniform(const Shape& shape, double low, double high, DType dtype) {
  check_floating(dtype, "random_uniform");
  KCPP_CHECK(low <= high && std::isfinite(high - low), ValueError, "[random_uniform] expected low <= high, received ",
             low, " and ", high);
  Tensor result = Tensor::empty(shape, dtype);
  fill_uniform({seed_, next_draw()}, low, high, dtype, 0, result.size(), result.raw());
  return result;
}

Tensor RandomStream::normal(const Shape& shape, double mean, double stddev, DType dtype) {
  check_floating(dtype, "random_normal");
  check_stddev(stddev, "random_normal");
  Tensor result = Tensor::empty(shape, dtype);
  fill_normal({seed_, next_draw()}, mean, stddev, dtype, 0, result.size(), result.raw());
  return result;
}

Tensor RandomStream::truncated_normal(const Shape& shape, double mean, double stddev, DType dtype) {
  check_floating(dtype, "truncated_normal");
  check_stddev(stddev, "truncated_normal");
  Tensor result = Tensor::empty(shape, dtype);
  fill_truncated_normal({seed_, next_draw()}, mean, stddev, dtype, 0, result.size(), result.raw());
  return result;
}

Tensor RandomStream::randint(std::int64_t low, std::int64_t high, const Shape& shape, DType dtype) {
  KCPP_CHECK(is_integer(dtype), DTypeError, "[randint] expected an integer dtype, received ", dtype);
  KCPP_CHECK(low < high, ValueError, "[randint] expected low < high, received ", low, " and ", high);
  KCPP_CHECK(holds(dtype, low, high), ValueError, "[randint] ", dtype, " cannot hold all integers in [", low, ", ",
             high, ")");
  Tensor result = Tensor::empty(shape, dtype);
  fill_integers({seed_, next_draw()}, low, high, dtype, 0, result.size(), result.raw());
  return result;
}

Tensor RandomStream::permutation(std::int64_t n) {
  KCPP_CHECK(n >= 0, ValueError, "[permutation] expected a length of at least 0, received ", n);
  Tensor result = Tensor::empty({n}, DType::Int64);
  auto* const values = result.data<std::int64_t>();
  std::iota(values, values + n, std::int64_t{0});
  const RandomDraw draw{seed_, next_draw()};
  // Fisher and Yates: position i takes one of the i + 1 values that are left
  for (std::int64_t i = n - 1; i > 0; --i) {
    const auto element = static_cast<std::uint64_t>(i);
    std::swap(values[i], values[random_integer(draw, element, element + 1)]);
  }
  return result;
}

RandomStream& global_random_stream() {
  static RandomStream stream([] {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  }());
  return stream;
}

void on_random_seed(void (*callback)()) {
  const std::lock_guard lock(observers().mutex);
  observers().callbacks.push_back(callback);
}

void set_random_seed(std::uint64_t seed) {
  global_random_stream() = RandomStream(seed);
  const std::lock_guard lock(observers().mutex);
  for (void (*callback)() : observers().callbacks) callback();
}

std::int64_t next_seed() {
  return global_random_stream().randint(0, std::int64_t{1} << 31, {}, DType::Int64).item<std::int64_t>();
}

Tensor random_normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return global_random_stream().normal(shape, mean, stddev, dtype);
}
Tensor random_uniform(const Shape& shape, double low, double high, DType dtype) {
  return global_random_stream().uniform(shape, low, high, dtype);
}
Tensor rand(const Shape& shape) { return global_random_stream().uniform(shape); }
Tensor randn(const Shape& shape) { return global_random_stream().normal(shape); }
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, DType dtype) {
  return global_random_stream().randint(low, high, shape, dtype);
}

}  // namespace kerascpp
