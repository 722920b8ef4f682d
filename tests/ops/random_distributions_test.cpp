#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "test_paths.hpp"

/// Draws of each distribution against the probabilities that SciPy gives (tests/data/random).
namespace kerascpp::test {
namespace {

constexpr std::int64_t kDraws = 20000;

struct Cell {
  double end;
  double probability;
};

std::vector<Cell> cells_of(const Config& row) {
  std::vector<Cell> cells;
  for (const Config& pair : row.at("cells").as_list()) {
    const Config& end = pair.as_list()[0];
    cells.push_back(
        {end.is_number() ? end.as_double() : std::numeric_limits<double>::infinity(), pair.as_list()[1].as_double()});
  }
  return cells;
}

double chi_square(const std::vector<double>& values, const std::vector<Cell>& cells) {
  std::vector<double> counts(cells.size(), 0);
  for (const double value : values) {
    std::size_t cell = 0;
    while (cells[cell].end < value) ++cell;
    ++counts[cell];
  }
  double sum = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double expected = cells[i].probability * static_cast<double>(values.size());
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return sum;
}

// Upper 0.1 % point of chi-square by Wilson and Hilferty's cube root: a fair sample exceeds it once in a thousand
// tries, and the seeds are fixed.
double chi_square_limit(std::size_t cells) {
  const auto k = static_cast<double>(cells - 1);
  return k * std::pow(1 - 2 / (9 * k) + 3.09 * std::sqrt(2 / (9 * k)), 3);
}

double kolmogorov(std::vector<double> values, double (*cdf)(double)) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double p = cdf(values[i]);
    distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return distance * std::sqrt(n);
}
// exceeded once in a thousand tries
constexpr double kKolmogorovLimit = 1.95;

namespace symbolic = ops::random;
namespace immediate = kerascpp::random;

/// A distribution drawn at once and by a graph, from the same seed.
struct Draw {
  Tensor (*now)(const Config& parameters, DType dtype);
  Symbol (*later)(const Config& parameters, DType dtype);
};

Tensor number(const Config& parameters, const char* key) { return Tensor(parameters.at(key).as_double()); }

immediate::UniformOptions uniform_options(const Config& p, DType dtype) {
  return {.minval = p.at("minval").as_double(), .maxval = p.at("maxval").as_double(), .dtype = dtype, .seed = 11};
}
immediate::NormalOptions normal_options(const Config& p, DType dtype) {
  return {.mean = p.at("mean").as_double(), .stddev = p.at("stddev").as_double(), .dtype = dtype, .seed = 12};
}
immediate::DrawOptions draw_options(DType dtype) { return {.dtype = dtype, .seed = 13}; }

Tensor logits_of(const Config& p) {
  std::vector<float> logits;
  for (const Config& logit : p.at("logits").as_list()) logits.push_back(static_cast<float>(logit.as_double()));
  return Tensor(logits).reshape({1, -1});
}

const Shape kShape{kDraws};

const std::map<std::string, Draw> kDistributions = {
    {"uniform",
     {[](const Config& p, DType d) { return immediate::uniform(kShape, uniform_options(p, d)); },
      [](const Config& p, DType d) { return symbolic::uniform(kShape, uniform_options(p, d)); }}},
    {"normal",
     {[](const Config& p, DType d) { return immediate::normal(kShape, normal_options(p, d)); },
      [](const Config& p, DType d) { return symbolic::normal(kShape, normal_options(p, d)); }}},
    {"truncated_normal",
     {[](const Config& p, DType d) { return immediate::truncated_normal(kShape, normal_options(p, d)); },
      [](const Config& p, DType d) { return symbolic::truncated_normal(kShape, normal_options(p, d)); }}},
    {"gamma",
     {[](const Config& p, DType d) { return immediate::gamma(kShape, number(p, "alpha"), draw_options(d)); },
      [](const Config& p, DType d) { return symbolic::gamma(kShape, number(p, "alpha"), draw_options(d)); }}},
    {"beta",
     {[](const Config& p, DType d) {
        return immediate::beta(kShape, number(p, "alpha"), number(p, "beta"), draw_options(d));
      },
      [](const Config& p, DType d) {
        return symbolic::beta(kShape, number(p, "alpha"), number(p, "beta"), draw_options(d));
      }}},
    {"randint",
     {[](const Config& p, DType) {
        return immediate::randint(kShape, p.at("minval").as_int(), p.at("maxval").as_int(), {.seed = 14});
      },
      [](const Config& p, DType) {
        return symbolic::randint(kShape, p.at("minval").as_int(), p.at("maxval").as_int(), {.seed = 14});
      }}},
    {"bernoulli",
     {[](const Config& p, DType d) { return immediate::bernoulli(kShape, number(p, "p"), draw_options(d)); },
      [](const Config& p, DType d) { return symbolic::bernoulli(kShape, number(p, "p"), draw_options(d)); }}},
    {"binomial",
     {[](const Config& p, DType d) {
        return immediate::binomial(kShape, number(p, "counts"), number(p, "probabilities"), draw_options(d));
      },
      [](const Config& p, DType d) {
        return symbolic::binomial(kShape, number(p, "counts"), number(p, "probabilities"), draw_options(d));
      }}},
    {"poisson",
     {[](const Config& p, DType d) { return immediate::poisson(kShape, number(p, "rate"), draw_options(d)); },
      [](const Config& p, DType d) { return symbolic::poisson(kShape, number(p, "rate"), draw_options(d)); }}},
    {"categorical",
     {[](const Config& p, DType) { return symbolic::categorical(logits_of(p), kDraws, {.seed = 15}); },
      [](const Config& p, DType) { return symbolic::categorical(constant(logits_of(p)), kDraws, {.seed = 15}); }}},
};

Config rows() {
  std::ifstream file(KERASCPP_TEST_DATA "/random/distributions.json");
  std::stringstream text;
  text << file.rdbuf();
  return parse_json(text.str(), "distributions.json").at("rows");
}

}  // namespace

TEST_CASE("draws have the distributions of SciPy, at once and in graphs", "[ops][random]") {
  const Config table = rows();
  std::set<std::string> seen;
  for (const Config& row : table.as_list()) {
    const std::string& name = row.at("name").as_string();
    seen.insert(name);
    const Draw& draw = kDistributions.at(name);
    const std::vector<Cell> cells = cells_of(row);
    for (const DType dtype : {DType::Float32, DType::Float64}) {
      INFO(name << " in " << to_string(dtype) << ", row " << seen.size());
      const Tensor values = draw.now(row.at("parameters"), dtype);
      CHECK(values.size() == kDraws);
      if (is_floating(values.dtype())) CHECK(values.dtype() == dtype);
      const double distance = chi_square(values.astype(DType::Float64).to_vector<double>(), cells);
      CHECK(distance < chi_square_limit(cells.size()));
      CHECK(distance > 0);
      const Tensor later = Function({}, {draw.later(row.at("parameters"), dtype)})().single();
      CHECK(identical(later, values));
    }
  }
  for (const auto& item : kDistributions) CHECK(seen.contains(item.first));
}

TEST_CASE("uniform and normal draws pass the test of Kolmogorov and Smirnov", "[ops][random]") {
  for (const DType dtype : {DType::Float32, DType::Float64})
    for (const std::int64_t seed : {1, 2, 3}) {
      const Tensor flat = immediate::uniform(kShape, {.dtype = dtype, .seed = seed});
      CHECK(kolmogorov(flat.to_vector<double>(), [](double x) { return x; }) < kKolmogorovLimit);
      const Tensor bell = immediate::normal(kShape, {.dtype = dtype, .seed = seed});
      const auto cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
      CHECK(kolmogorov(bell.to_vector<double>(), cdf) < kKolmogorovLimit);
    }
}

TEST_CASE("every order of a shuffle is equally likely", "[ops][random]") {
  std::map<std::vector<int>, double> counts;
  constexpr int kTries = 2400;
  for (int seed = 0; seed < kTries; ++seed)
    ++counts[symbolic::shuffle(Tensor(std::vector<int>{0, 1, 2, 3}), 0, seed).to_vector<int>()];
  CHECK(counts.size() == 24);
  double sum = 0;
  for (const auto& [order, count] : counts) sum += (count - 100) * (count - 100) / 100;
  CHECK(sum < chi_square_limit(24));
}

TEST_CASE("dropout drops the share asked for and scales the rest", "[ops][random]") {
  for (const double rate : {0.1, 0.5, 0.9}) {
    const Tensor kept = symbolic::dropout(ones({kDraws}), rate, {.seed = 21});
    double zeros = 0;
    for (const float value : kept.to_vector<float>()) {
      CHECK((value == 0.0f || std::abs(value - static_cast<float>(1 / (1 - rate))) < 1e-6f));
      zeros += value == 0.0f ? 1 : 0;
    }
    const double deviation = std::sqrt(kDraws * rate * (1 - rate));
    CHECK(std::abs(zeros - kDraws * rate) < 3.3 * deviation);
  }
}

}  // namespace kerascpp::test
