#include <algorithm>
#include <cmath>
#include <set>

#include <kerascpp/core/random.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// Largest distance between the empirical distribution of `values` and `cdf`, times sqrt(n).
template <class Cdf>
double kolmogorov(std::vector<double> values, const Cdf& cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double p = cdf(values[i]);
    distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return distance * std::sqrt(n);
}

// A fair sample exceeds this once in a thousand tries (limit distribution of Kolmogorov).
constexpr double kKolmogorovLimit = 1.95;

double chi_square(const std::vector<std::int64_t>& counts) {
  double total = 0;
  for (const std::int64_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const std::int64_t count : counts) sum += std::pow(static_cast<double>(count) - expected, 2) / expected;
  return sum;
}

// Upper 0.1 % point of chi-square by Wilson and Hilferty's cube root.
double chi_square_limit(std::size_t cells) {
  const auto k = static_cast<double>(cells - 1);
  return k * std::pow(1 - 2 / (9 * k) + 3.09 * std::sqrt(2 / (9 * k)), 3);
}

double correlation(const std::vector<double>& values, std::size_t lag) {
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i + lag < values.size(); ++i) sum += values[i] * values[i + lag];
  for (const double value : values) squares += value * value;
  return sum / squares;
}

}  // namespace

TEST_CASE("philox gives the published words of Random123", "[core]") {
  // kat_vectors of the Random123 distribution, philox4x32 with 10 rounds
  const PhiloxBlock zeros = philox(0, 0, 0);
  CHECK(zeros.word[0] == 0x6627e8d5U);
  CHECK(zeros.word[1] == 0xe169c58dU);
  CHECK(zeros.word[2] == 0xbc57ac4cU);
  CHECK(zeros.word[3] == 0x9b00dbd8U);
  const PhiloxBlock ones = philox(~0ULL, ~0ULL, ~0ULL);
  CHECK(ones.word[0] == 0x408f276dU);
  CHECK(ones.word[1] == 0x41c83b0eU);
  CHECK(ones.word[2] == 0xa20bc7c6U);
  CHECK(ones.word[3] == 0x6d5451fdU);
  const PhiloxBlock pi = philox(0x85a308d3243f6a88ULL, 0x0370734413198a2eULL, 0x299f31d0a4093822ULL);
  CHECK(pi.word[0] == 0xd16cfe09U);
  CHECK(pi.word[1] == 0x94fdcceb);
  CHECK(pi.word[2] == 0x5001e420U);
  CHECK(pi.word[3] == 0x24126ea1U);
}

TEST_CASE("a draw depends on seed and number alone", "[core]") {
  RandomStream a(7);
  RandomStream b(7);
  const Tensor first = a.normal({3, 5});
  const Tensor second = a.normal({3, 5});
  CHECK_FALSE(identical(first, second));
  CHECK(a.position() == 2);
  b.set_position(1);
  CHECK(identical(b.normal({3, 5}), second));
  b.set_position(0);
  CHECK(identical(b.normal({3, 5}), first));
  CHECK_FALSE(identical(RandomStream(8).normal({3, 5}), first));
  // a longer draw begins like a shorter one
  CHECK(identical(RandomStream(7).normal({4, 5}).rows(0, 3), first));
}

TEST_CASE("uniform numbers are the words of philox cut to 24 and 53 bits", "[core]") {
  const Tensor narrow = RandomStream(11).uniform({10});
  const Tensor wide = RandomStream(11).uniform({5}, 0, 1, DType::Float64);
  for (int i = 0; i < 10; ++i) {
    const PhiloxBlock block = philox(static_cast<std::uint64_t>(i / 4), 0, 11);
    CHECK(narrow.item<double>(i) == std::ldexp(block.word[i % 4] >> 8, -24));
  }
  for (int i = 0; i < 5; ++i) {
    const PhiloxBlock block = philox(static_cast<std::uint64_t>(i / 2), 0, 11);
    const std::uint64_t word = block.word[2 * (i % 2)] | std::uint64_t{block.word[2 * (i % 2) + 1]} << 32;
    CHECK(wide.item<double>(i) == std::ldexp(static_cast<double>(word >> 11), -53));
  }
}

TEST_CASE("normal numbers are Box and Muller's function of the words", "[core]") {
  const double pi = std::acos(-1.0);
  const Tensor narrow = RandomStream(5).normal({4000}, 3, 2);
  const Tensor wide = RandomStream(5).normal({4000}, 3, 2, DType::Float64);
  const double double_factor = 16;  // both logarithm, sine and root round
  for (std::int64_t i = 0; i < 4000; ++i) {
    const PhiloxBlock block = philox(static_cast<std::uint64_t>(i / 4), 0, 5);
    const std::int64_t pair = i % 4 / 2;
    const double radius = std::sqrt(-2 * std::log(std::ldexp(block.word[2 * pair] + 1.0, -32)));
    const double angle = 2 * pi * std::ldexp(block.word[2 * pair + 1], -32);
    const double expected = 3 + 2 * radius * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
    CHECK(std::abs(narrow.item<double>(i) - expected) <= 0x1p-24 * std::abs(expected) + 1e-14);
  }
  for (std::int64_t i = 0; i < 4000; ++i) {
    const PhiloxBlock block = philox(static_cast<std::uint64_t>(i / 2), 0, 5);
    const std::uint64_t a = block.word[0] | std::uint64_t{block.word[1]} << 32;
    const std::uint64_t b = block.word[2] | std::uint64_t{block.word[3]} << 32;
    const double radius = std::sqrt(-2 * std::log(std::ldexp(static_cast<double>((a >> 11) + 1), -53)));
    const double angle = 2 * pi * std::ldexp(static_cast<double>(b >> 11), -53);
    const double expected = 3 + 2 * radius * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
    CHECK(std::abs(wide.item<double>(i) - expected) <= double_factor * 0x1p-53 * 8);
  }
}

TEST_CASE("uniform draws pass Kolmogorov's test and stay inside their interval", "[core]") {
  RandomStream stream(2024);
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    const std::vector<double> values = stream.uniform({100000}, -2, 6, dtype).to_vector<double>();
    CHECK(kolmogorov(values, [](double x) { return (x + 2) / 8; }) < kKolmogorovLimit);
    CHECK(*std::min_element(values.begin(), values.end()) >= -2);
    CHECK(*std::max_element(values.begin(), values.end()) < 6);
  }
}

TEST_CASE("uniform draws of every floating dtype stay below their upper bound", "[core]") {
  RandomStream stream(3);
  for (const DType dtype : {DType::Float16, DType::BFloat16, DType::Float32, DType::Float64}) {
    INFO(name(dtype));
    for (const auto& [low, high] : {std::pair{0.0, 1.0}, {-1.0, 0.0}, {1024.0, 1025.0}, {-3.0, -2.0}}) {
      const std::vector<double> values = stream.uniform({4000}, low, high, dtype).to_vector<double>();
      CHECK(*std::min_element(values.begin(), values.end()) >= low);
      CHECK(*std::max_element(values.begin(), values.end()) < high);
    }
    CHECK(stream.uniform({3}, 2, 2, dtype).to_vector<double>() == std::vector<double>{2, 2, 2});
  }
}

TEST_CASE("normal draws pass Kolmogorov's test", "[core]") {
  RandomStream stream(99);
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    const std::vector<double> values = stream.normal({100000}, 1, 3, dtype).to_vector<double>();
    CHECK(kolmogorov(values, [](double x) { return normal_cdf((x - 1) / 3); }) < kKolmogorovLimit);
  }
  CHECK(stream.normal({3}, 5, 0).to_vector<float>() == std::vector<float>{5, 5, 5});
}

TEST_CASE("truncated normal draws keep the shape of the bell within two deviations", "[core]") {
  const double tail = normal_cdf(-2);
  RandomStream stream(17);
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    const std::vector<double> values = stream.truncated_normal({100000}, -1, 0.5, dtype).to_vector<double>();
    CHECK(kolmogorov(values, [tail](double x) { return (normal_cdf((x + 1) / 0.5) - tail) / (1 - 2 * tail); }) <
          kKolmogorovLimit);
    CHECK(*std::min_element(values.begin(), values.end()) >= -2);
    CHECK(*std::max_element(values.begin(), values.end()) <= 0);
  }
}

TEST_CASE("neighbouring elements and draws are not correlated", "[core]") {
  RandomStream stream(31);
  const std::vector<double> values = stream.normal({100000}, 0, 1, DType::Float64).to_vector<double>();
  const double limit = 3.3 / std::sqrt(1e5);  // 0.1 % of a fair sample
  for (const std::size_t lag : {1U, 2U, 3U, 4U, 8U}) CHECK(std::abs(correlation(values, lag)) < limit);
  const std::vector<double> next = stream.normal({100000}, 0, 1, DType::Float64).to_vector<double>();
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * next[i];
  CHECK(std::abs(sum / 1e5) < limit);
}

TEST_CASE("random integers hit every value equally often", "[core]") {
  RandomStream stream(41);
  for (const std::int64_t range : {2, 7, 100}) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(range));
    for (const int value : stream.randint(-3, range - 3, {50000}).to_vector<int>())
      ++counts.at(static_cast<std::size_t>(value + 3));
    CHECK(chi_square(counts) < chi_square_limit(counts.size()));
  }
  // 3 * 2^30: a modulo would make the lower third twice as likely
  std::vector<std::int64_t> thirds(3);
  for (const auto value : stream.randint(0, 3LL << 30, {30000}, DType::Int64).to_vector<long>())
    ++thirds.at(static_cast<std::size_t>(value >> 30));
  CHECK(chi_square(thirds) < chi_square_limit(3));
  std::vector<std::int64_t> wide(3);
  for (const auto value : stream.randint(0, 3LL << 61, {30000}, DType::Int64).to_vector<long>())
    ++wide.at(static_cast<std::size_t>(value >> 61));
  CHECK(chi_square(wide) < chi_square_limit(3));
}

TEST_CASE("random integers span the whole range of their dtype", "[core]") {
  RandomStream stream(43);
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (const long value : stream.randint(lowest, highest, {1000}, DType::Int64).to_vector<long>())
    negative += value < 0;
  CHECK(negative > 400);
  CHECK(negative < 600);
  const std::vector<int> bytes = stream.randint(0, 256, {5000}, DType::UInt8).to_vector<int>();
  CHECK(std::set<int>(bytes.begin(), bytes.end()).size() == 256);
  CHECK(stream.randint(5, 6, {3}).to_vector<int>() == std::vector<int>{5, 5, 5});
}

TEST_CASE("permutations are fair and hold every index once", "[core]") {
  RandomStream stream(47);
  std::vector<std::int64_t> counts(24);
  for (int trial = 0; trial < 24000; ++trial) {
    const Tensor order = stream.permutation(4);
    const auto* p = order.data<std::int64_t>();
    std::size_t rank = 0;  // Lehmer code
    for (int i = 0; i < 4; ++i) {
      std::size_t smaller = 0;
      for (int k = i + 1; k < 4; ++k) smaller += p[k] < p[i];
      rank = rank * static_cast<std::size_t>(4 - i) + smaller;
    }
    ++counts.at(rank);
  }
  CHECK(chi_square(counts) < chi_square_limit(24));
  std::vector<std::int64_t> values = stream.permutation(1000).to_vector<std::int64_t>();
  std::sort(values.begin(), values.end());
  CHECK(values == arange(0, 1000, 1, DType::Int64).to_vector<std::int64_t>());
  CHECK(stream.permutation(0).size() == 0);
}

TEST_CASE("the global stream restarts with set_random_seed", "[core]") {
  set_random_seed(123);
  const Tensor a = randn({4});
  const Tensor b = rand({4});
  const Tensor c = randint(0, 1000, {4});
  const std::int64_t seed = next_seed();
  CHECK(c.dtype() == DType::Int32);
  CHECK(seed >= 0);
  CHECK(seed < (std::int64_t{1} << 31));
  CHECK(next_seed() != seed);
  set_random_seed(123);
  CHECK(identical(random_normal({4}), a));
  CHECK(identical(random_uniform({4}), b));
  CHECK(identical(randint(0, 1000, {4}), c));
  CHECK(next_seed() == seed);
}

TEST_CASE("impossible random draws are refused", "[core]") {
  RandomStream stream(1);
  CHECK_THROWS_WITH(stream.uniform({2}, 1, 0), "[random_uniform] expected low <= high, received 1 and 0");
  CHECK_THROWS_WITH(stream.uniform({2}, 0, 1, DType::Int32),
                    "[random_uniform] expected a floating dtype, received int32");
  CHECK_THROWS_WITH(stream.normal({2}, 0, -1), "[random_normal] stddev must not be negative, received -1");
  CHECK_THROWS_AS(stream.truncated_normal({2}, 0, 1, DType::Bool), DTypeError);
  CHECK_THROWS_WITH(stream.randint(3, 3, {2}), "[randint] expected low < high, received 3 and 3");
  CHECK_THROWS_WITH(stream.randint(0, 129, {2}, DType::Int8), "[randint] int8 cannot hold all integers in [0, 129)");
  CHECK_THROWS_AS(stream.randint(0, 2, {2}, DType::Float32), DTypeError);
  CHECK_THROWS_AS(stream.permutation(-1), ValueError);
  CHECK(stream.position() == 0);
}
