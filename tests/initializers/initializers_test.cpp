// Every initializer of Keras: fixed ones by value, random ones by the moments of what Keras drew.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

std::shared_ptr<InitializerBase> initializer_of(const Config& row, Config arguments) {
  const ObjectClass& entry = ObjectRegistry::global().get("initializer", row.at("class").as_string());
  return std::dynamic_pointer_cast<InitializerBase>(entry.make(arguments));
}

Shape shape_of(const Config& row) {
  Shape shape;
  for (const Config& size : row.at("shape").as_list()) shape.push_back(size.as_int());
  return shape;
}

/// What 20 draws give together.
std::vector<double> draws(const Config& row) {
  std::vector<double> values;
  for (int seed = 0; seed < 20; ++seed) {
    Config arguments = row.at("arguments");
    arguments.set("seed", seed);
    const std::vector<double> drawn =
        (*initializer_of(row, arguments))(shape_of(row), DType::Float32).to_vector<double>();
    values.insert(values.end(), drawn.begin(), drawn.end());
  }
  return values;
}

}  // namespace

TEST_CASE("fixed initializers give Keras's values", "[initializers][keras]") {
  for (const Config& row : function_fixtures("initializers").at("fixed").as_list()) {
    INFO("case " << row.at("name").as_string() << " " << to_string(row.at("arguments")));
    const Tensor made = (*initializer_of(row, row.at("arguments")))(shape_of(row), DType::Float32);
    check_close(made, fixture_tensor(row.at("y")), 3e-6);  // Keras computes angles in float32
  }
}

TEST_CASE("random initializers draw from Keras's distributions", "[initializers][keras]") {
  for (const Config& row : function_fixtures("initializers").at("random").as_list()) {
    INFO("case " << row.at("name").as_string());
    const std::vector<double> values = draws(row);
    const auto n = static_cast<double>(values.size());
    CHECK(n == row.at("count").as_double());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double variance = 0;
    for (const double value : values) variance += (value - mean) * (value - mean) / n;
    const double expected = row.at("variance").as_double(), deviation = std::sqrt(expected);
    // both are samples: five standard errors of their difference (a normal's fourth moment is the largest here)
    CHECK(std::abs(mean - row.at("mean").as_double()) < 5 * deviation * std::sqrt(2 / n));
    CHECK(std::abs(variance - expected) < 5 * expected * std::sqrt(2 * 2 / n));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    CHECK(*low == Approx(row.at("minimum").as_double()).margin(deviation * 1.2));
    CHECK(*high == Approx(row.at("maximum").as_double()).margin(deviation * 1.2));
    const std::string& class_name = row.at("class").as_string();
    if (class_name.find("Uniform") != std::string::npos) {
      // limits are sharp
      CHECK(*low == Approx(row.at("minimum").as_double()).margin(deviation * 0.02));
      CHECK(*high == Approx(row.at("maximum").as_double()).margin(deviation * 0.02));
    }
  }
}

TEST_CASE("an orthogonal initializer gives orthonormal columns or rows", "[initializers]") {
  for (const Shape& shape : {Shape{5, 3}, Shape{3, 7}, Shape{2, 3, 4}}) {
    const Tensor made = initializers::Orthogonal({.gain = 2, .seed = 3})(shape, DType::Float64);
    const Tensor matrix = made.reshape({-1, shape.back()});
    const bool tall = matrix.dim(0) >= matrix.dim(1);
    const Tensor transposed = ops::transpose(matrix);
    const Tensor gram = tall ? ops::matmul(transposed, matrix) : ops::matmul(matrix, transposed);
    CHECK(allclose(gram, ops::multiply(compute_now(ops::eye(gram.dim(0), {}, 0, DType::Float64)), 4.0), 1e-9, 1e-9));
  }
}

TEST_CASE("every initializer that Keras knows is known by the same names", "[initializers][names]") {
  check_names("initializers", "initializer", " Initializer initializer RandomInitializer random_initializer ");
}

TEST_CASE("initializers save what Keras saves", "[initializers][config]") {
  check_configs("initializers", "initializer");
  CHECK(to_config(initializers::Identity({.gain = 0.5})).at("config").at("gain") == Config(0.5));
}

TEST_CASE("every initializer class has a case", "[initializers][names]") {
  std::set<std::string> seen;
  for (const char* list : {"fixed", "random"})
    for (const Config& row : function_fixtures("initializers").at(list).as_list())
      seen.insert(row.at("class").as_string());
  for (const ObjectClass* entry : ObjectRegistry::global().all("initializer")) {
    INFO("initializer " << entry->class_name << " has no case");
    if (!entry->module.empty()) CHECK(seen.contains(entry->class_name));
  }
}

TEST_CASE("a seed gives the same values each time, none gives others", "[initializers]") {
  const Initializer seeded = initializers::GlorotUniform({.seed = 7}), free = "glorot_uniform";
  CHECK(identical(seeded({4, 5}), seeded({4, 5})));
  CHECK_FALSE(identical(free({4, 5}), free({4, 5})));
  const Initializer callable = [](const Shape& shape, DType dtype) { return full(shape, 3, dtype); };
  CHECK(callable({2}).to_vector<double>() == std::vector<double>{3, 3});
}

TEST_CASE("initializers refuse what they cannot mean", "[initializers][errors]") {
  CHECK_THROWS_WITH(Initializer("glorot"), ContainsSubstring("no initializer named \"glorot\""));
  CHECK_THROWS_WITH(initializers::VarianceScaling({.scale = 0}), ContainsSubstring("scale must be positive"));
  CHECK_THROWS_WITH(initializers::VarianceScaling({.mode = "fan"}), ContainsSubstring("\"fan\""));
  CHECK_THROWS_WITH(initializers::VarianceScaling({.distribution = "cauchy"}), ContainsSubstring("\"cauchy\""));
  CHECK_THROWS_WITH(initializers::Identity()({2, 3, 4}), ContainsSubstring("(2, 3, 4)"));
  CHECK_THROWS_WITH(initializers::Orthogonal()({4}), ContainsSubstring("at least two axes"));
  CHECK_THROWS_WITH(initializers::STFT({.side = "both"}), ContainsSubstring("side must be"));
  CHECK_THROWS_WITH(initializers::STFT({.window = "hahn"}), ContainsSubstring("there is no window \"hahn\""));
  CHECK_THROWS_WITH(initializers::STFT({.scaling = "power"}), ContainsSubstring("scaling must be"));
  CHECK_THROWS_WITH(initializers::STFT()({4, 3}), ContainsSubstring("(frame length, channels, bins)"));
  CHECK_THROWS_WITH(initializers::STFT({.window = ones({3})})({4, 1, 3}), ContainsSubstring("a window of shape (4,)"));
}

}  // namespace kerascpp::test
