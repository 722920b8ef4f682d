#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

/// Streams as Theano's, with moments and quantiles from the formulas of the distributions.
namespace kerascpp::test {
namespace {

constexpr std::int64_t kDraws = 20000;
using Numbers = std::vector<double>;

Numbers drawn(const Symbol& draw) { return K::function({}, draw)()[0].astype(DType::Float64).to_vector<double>(); }

/// Whether mean and variance lie within six standard deviations of what they are expected to be; `kurtosis` is the
/// fourth central moment over the square of the variance.
void check_moments(const Numbers& numbers, double mean, double variance, double kurtosis) {
  const auto count = static_cast<double>(numbers.size());
  const double average = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
  double square = 0;
  for (const double number : numbers) square += (number - mean) * (number - mean) / count;
  CAPTURE(average, square, mean, variance);
  CHECK(std::abs(average - mean) < 6 * std::sqrt(variance / count));
  CHECK(std::abs(square - variance) < 6 * variance * std::sqrt((kurtosis - 1) / count));
}

/// The largest distance between the share of numbers up to x and the distribution function, after Kolmogorov and
/// Smirnov; `distribution` gives the latter.
template <class F>
double distance(Numbers numbers, F distribution) {
  std::sort(numbers.begin(), numbers.end());
  const auto count = static_cast<double>(numbers.size());
  double largest = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double expected = distribution(numbers[i]);
    largest = std::max({largest, std::abs(expected - static_cast<double>(i) / count),
                        std::abs(expected - static_cast<double>(i + 1) / count)});
  }
  return largest;
}
// exceeded once in a thousand times
double critical_distance() { return 1.95 / std::sqrt(static_cast<double>(kDraws)); }

/// Pearson's statistic of how often each class came.
double chi_square(const Numbers& classes, const Numbers& probabilities) {
  Numbers counts(probabilities.size(), 0.0);
  for (const double number : classes) counts.at(static_cast<std::size_t>(number)) += 1;
  double sum = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const double expected = probabilities[c] * static_cast<double>(classes.size());
    sum += (counts[c] - expected) * (counts[c] - expected) / expected;
  }
  return sum;
}
constexpr double kChiSquare3 = 16.27;  // the 0.999 quantile for four classes

}  // namespace

TEST_CASE("draws of streams have the moments of their distributions", "[backend][random]") {
  K::RandomStreams streams(11);
  check_moments(drawn(streams.uniform({kDraws}, -1, 3)), 1, 16.0 / 12, 1.8);
  check_moments(drawn(streams.normal({kDraws}, 2, 0.5)), 2, 0.25, 3);
  // of a normal distribution cut at two standard deviations
  check_moments(drawn(streams.truncated_normal({kDraws}, 1, 2)), 1, 4 * 0.7737413, 2.4);
  check_moments(drawn(streams.binomial({kDraws}, 10, 0.3)), 3, 2.1, 3);
  check_moments(drawn(streams.poisson({kDraws}, 4.0)), 4, 4, 3.25);
  check_moments(drawn(streams.gamma({kDraws}, 3.0)), 3, 3, 5);
  check_moments(drawn(streams.beta({kDraws}, 2.0, 3.0)), 0.4, 0.04, 2.4);
  check_moments(drawn(streams.gumbel({kDraws}, 1, 2)), 1 + 2 * 0.5772157, 4 * 1.6449341, 5.4);
  check_moments(drawn(streams.random_integers({kDraws}, 2, 5)), 3.5, 1.25, 1.64);
}

TEST_CASE("draws of streams pass the test of Kolmogorov and Smirnov", "[backend][random]") {
  K::RandomStreams streams(12);
  CHECK(distance(drawn(streams.uniform({kDraws})), [](double x) { return x; }) < critical_distance());
  CHECK(distance(drawn(streams.normal({kDraws})), [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }) <
        critical_distance());
  CHECK(distance(drawn(streams.gumbel({kDraws})), [](double x) { return std::exp(-std::exp(-x)); }) <
        critical_distance());
  const Numbers gumbel = drawn(streams.gumbel({1000000}));
  CHECK(std::all_of(gumbel.begin(), gumbel.end(), [](double x) { return std::isfinite(x); }));
}

TEST_CASE("classes are drawn as often as their probabilities say", "[backend][random]") {
  K::RandomStreams streams(13);
  const Numbers p{0.1, 0.2, 0.3, 0.4};
  const Tensor probabilities = Tensor(p).astype(DType::Float32);
  CHECK(chi_square(drawn(streams.choice({kDraws}, 4, probabilities)), p) < kChiSquare3);
  CHECK(chi_square(drawn(streams.choice({kDraws}, 4)), {0.25, 0.25, 0.25, 0.25}) < kChiSquare3);
  CHECK(chi_square(drawn(streams.categorical(ops::log(ops::expand_dims(probabilities, 0)), kDraws)), p) < kChiSquare3);
  const Numbers counts = drawn(streams.multinomial(kDraws, probabilities));
  CHECK(std::accumulate(counts.begin(), counts.end(), 0.0) == kDraws);
  double statistic = 0;
  for (std::size_t c = 0; c < 4; ++c) {
    const double expected = p[c] * kDraws;
    statistic += (counts[c] - expected) * (counts[c] - expected) / expected;
  }
  CHECK(statistic < kChiSquare3);
}

TEST_CASE("streams give orders in which everything comes once", "[backend][random]") {
  K::RandomStreams streams(14);
  const Function orders({}, {streams.permutation(50), streams.shuffle_row_elements(arange(100).reshape({50, 2}))});
  const TensorList first = orders(), second = orders();
  CHECK_FALSE(identical(first[0], second[0]));
  const std::vector<std::int64_t> order = first[0].to_vector<std::int64_t>();
  CHECK(std::set<std::int64_t>(order.begin(), order.end()).size() == 50);
  const std::vector<float> rows = first[1].to_vector<float>();
  CHECK(std::set<float>(rows.begin(), rows.end()).size() == 100);
  for (std::size_t r = 0; r < 50; ++r) CHECK(rows[2 * r + 1] == rows[2 * r] + 1);
}

TEST_CASE("every symbol has a stream, which is seeded, read and set", "[backend][random]") {
  K::RandomStreams streams(15), equal(15), other(16);
  const Symbol u = streams.uniform({4}), v = streams.normal({4});
  const Function f({}, u), g({}, v), still({}, u, {.no_default_updates = true});
  const Tensor first = f()[0];
  CHECK_FALSE(identical(first, f()[0]));
  CHECK(identical(K::function({}, equal.uniform({4}))()[0], first));
  CHECK_FALSE(identical(K::function({}, other.uniform({4}))()[0], first));
  CHECK(identical(still()[0], still()[0]));

  const Tensor state = streams.get_state();
  CHECK(state.shape() == Shape{2, 2});
  const Tensor next_u = f()[0], next_v = g()[0];
  streams.set_state(state);
  CHECK(identical(f()[0], next_u));
  CHECK(identical(g()[0], next_v));

  // one stream alone
  const Tensor of_v = streams.rng(v).get_value();
  streams.rng(u).set_value(Tensor(std::vector<std::int64_t>{1, 0}));
  CHECK(identical(streams.rng(v).get_value(), of_v));

  // a function that shares a stream moves it on for the others
  streams.set_state(state);
  const Function shares({}, {u + 1});
  (void)shares();
  CHECK_FALSE(identical(f()[0], next_u));

  streams.seed(99);
  const Tensor seeded = f()[0];
  streams.seed(99);
  CHECK(identical(f()[0], seeded));
  const std::vector<Update> updates = streams.state_updates();
  CHECK(updates.size() == 2);
}

TEST_CASE("streams refuse what does not fit", "[backend][random]") {
  K::RandomStreams streams(1);
  CHECK_THROWS_WITH(K::RandomStreams(-1), ContainsSubstring("expected a seed of at least 0"));
  CHECK_THROWS_WITH(streams.seed(-2), ContainsSubstring("expected a seed of at least 0"));
  CHECK_THROWS_WITH(streams.rng(K::scalar()), ContainsSubstring("is not of these streams"));
  CHECK_THROWS_WITH(streams.set_state(zeros({3, 2}, DType::Int64)),
                    ContainsSubstring("expected states of shape (0, 2)"));
  CHECK_THROWS_WITH(streams.multinomial(3, K::tensor3()), ContainsSubstring("expected pvals (C,) or (B, C)"));
  CHECK_THROWS_WITH(streams.choice({2}, 3, zeros({4})), ContainsSubstring("expected 3 probabilities"));
  CHECK_THROWS_WITH(streams.categorical(K::vector()), ContainsSubstring("expected logits (B, C)"));
}

}  // namespace kerascpp::test
