#include "core/random_fill.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/convert.hpp"

namespace kerascpp {
namespace {

// float64 elements come from 64-bit words, two to a block; the smaller types from 32-bit words, four to a block.
template <class T>
inline constexpr std::int64_t kPerBlock = std::is_same_v<T, double> ? 2 : 4;

/// Calls `make(block index, values)` for each block that meets the range; `values` receives kPerBlock<T> elements.
template <class T, class Make>
void fill_blocks(std::int64_t first, std::int64_t count, T* out, const Make& make) {
  constexpr std::int64_t kBlock = kPerBlock<T>;
  const std::int64_t last = first + count;
  for (std::int64_t index = first / kBlock; index * kBlock < last; ++index) {
    T values[kBlock];
    make(static_cast<std::uint64_t>(index), values);
    const std::int64_t begin = std::max(first, index * kBlock);
    const std::int64_t end = std::min(last, (index + 1) * kBlock);
    for (std::int64_t i = begin; i < end; ++i) out[i - first] = values[i - index * kBlock];
  }
}

template <class F>
void with_floating_type(DType dtype, F&& function) {
  with_type(dtype, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T> || is_half_type<T>)
      function.template operator()<T>();
    else
      throw DTypeError(text_of("[random] expected a floating dtype, received ", dtype));
  });
}

template <class T>
T predecessor(T value) {
  if constexpr (is_half_type<T>) {
    // sign and magnitude: down from zero is the smallest negative number
    const bool is_zero = (value.bits & 0x7fffU) == 0;
    const bool is_negative = (value.bits & 0x8000U) != 0;
    value.bits = static_cast<std::uint16_t>(is_zero ? 0x8001 : is_negative ? value.bits + 1 : value.bits - 1);
    return value;
  } else {
    return std::nextafter(value, -std::numeric_limits<T>::infinity());
  }
}

/// The largest T below `high`: rounding may not carry a value to the open end of its interval.
template <class T>
double below(double high) {
  const T rounded = convert<T>(high);
  return convert<double>(convert<double>(rounded) < high ? rounded : predecessor(rounded));
}

template <class T>
void standard_normals(const PhiloxBlock& block, double* values) {
  if constexpr (std::is_same_v<T, double>) {
    std::copy_n(normal_block64(block).value, 2, values);
  } else {
    std::copy_n(normal_block32(block).value, 4, values);
  }
}

}  // namespace

void fill_uniform(const RandomDraw& draw, double low, double high, DType dtype, std::int64_t first, std::int64_t count,
                  void* out) {
  with_floating_type(dtype, [&]<class T>() {
    const double scale = high - low;
    const double largest = std::max(low, below<T>(high));
    fill_blocks(first, count, static_cast<T*>(out), [&](std::uint64_t index, T* values) {
      const PhiloxBlock block = random_block(draw, index);
      for (int k = 0; k < kPerBlock<T>; ++k) {
        double unit = 0;
        if constexpr (std::is_same_v<T, double>)
          unit = uniform53(random_word64(block, k));
        else
          unit = static_cast<double>(uniform24(block.word[k]));
        values[k] = convert<T>(std::min(low + scale * unit, largest));
      }
    });
  });
}

void fill_normal(const RandomDraw& draw, double mean, double stddev, DType dtype, std::int64_t first,
                 std::int64_t count, void* out) {
  with_floating_type(dtype, [&]<class T>() {
    fill_blocks(first, count, static_cast<T*>(out), [&](std::uint64_t index, T* values) {
      double normals[kPerBlock<T>];
      standard_normals<T>(random_block(draw, index), normals);
      for (int k = 0; k < kPerBlock<T>; ++k) values[k] = convert<T>(mean + stddev * normals[k]);
    });
  });
}

void fill_truncated_normal(const RandomDraw& draw, double mean, double stddev, DType dtype, std::int64_t first,
                           std::int64_t count, void* out) {
  constexpr double kLimit = 2;
  with_floating_type(dtype, [&]<class T>() {
    fill_blocks(first, count, static_cast<T*>(out), [&](std::uint64_t index, T* values) {
      double normals[kPerBlock<T>];
      standard_normals<T>(random_block(draw, index), normals);
      for (int k = 0; k < kPerBlock<T>; ++k) {
        double normal = normals[k];
        double retry[kPerBlock<T>];
        for (std::uint64_t attempt = 1; std::abs(normal) > kLimit; ++attempt) {
          if (attempt == philox_detail::kMaxAttempts) {
            normal = 0;  // probability 10^-343
            break;
          }
          standard_normals<T>(random_block(draw, index, attempt), retry);
          normal = retry[k];
        }
        values[k] = convert<T>(mean + stddev * normal);
      }
    });
  });
}

void fill_integers(const RandomDraw& draw, std::int64_t low, std::int64_t high, DType dtype, std::int64_t first,
                   std::int64_t count, void* out) {
  // unsigned arithmetic: the range may be wider than int64 can count
  const std::uint64_t bound = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  with_type(dtype, [&]<class T>() {
    T* const values = static_cast<T*>(out);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::uint64_t offset = random_integer(draw, static_cast<std::uint64_t>(first + i), bound);
      values[i] = convert<T>(static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset));
    }
  });
}

}  // namespace kerascpp
