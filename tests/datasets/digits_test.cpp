#include <algorithm>
#include <cmath>

#include <kerascpp/datasets.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

constexpr std::int64_t kPixels = 28 * 28;
constexpr int kClasses = 10;

// Mean picture of each class.
std::vector<std::vector<double>> class_means(const datasets::Split& split) {
  std::vector<std::vector<double>> means(kClasses, std::vector<double>(kPixels));
  std::vector<double> counts(kClasses);
  for (std::int64_t i = 0; i < split.x.dim(0); ++i) {
    const auto label = static_cast<std::size_t>(split.y.data<std::int32_t>()[i]);
    ++counts[label];
    for (std::int64_t p = 0; p < kPixels; ++p)
      means[label][static_cast<std::size_t>(p)] += static_cast<double>(split.x.data<float>()[i * kPixels + p]);
  }
  for (std::size_t label = 0; label < kClasses; ++label)
    for (double& value : means[label]) value /= counts[label];
  return means;
}

double distance(const std::vector<double>& mean, const float* picture) {
  double sum = 0;
  for (std::size_t p = 0; p < mean.size(); ++p) sum += std::pow(mean[p] - static_cast<double>(picture[p]), 2);
  return sum;
}

}  // namespace

TEST_CASE("digits are grey pictures with balanced labels", "[datasets]") {
  const auto [train, test] = datasets::digits({.train_samples = 300, .test_samples = 100});
  CHECK(train.x.shape() == Shape{300, 28, 28, 1});
  CHECK(train.x.dtype() == DType::Float32);
  CHECK(train.y.shape() == Shape{300});
  CHECK(train.y.dtype() == DType::Int32);
  CHECK(test.x.shape() == Shape{100, 28, 28, 1});
  std::vector<int> counts(kClasses);
  for (const int label : test.y.to_vector<int>()) ++counts.at(static_cast<std::size_t>(label));
  CHECK(counts == std::vector<int>(kClasses, 10));
  const std::vector<float> pixels = train.x.to_vector<float>();
  CHECK(*std::min_element(pixels.begin(), pixels.end()) == 0);
  CHECK(*std::max_element(pixels.begin(), pixels.end()) <= 1);
  // every picture has bright ink and is mostly dark
  for (std::int64_t i = 0; i < 300; ++i) {
    const float* picture = pixels.data() + i * kPixels;
    CHECK(*std::max_element(picture, picture + kPixels) > 0.6F);
    const auto bright = std::count_if(picture, picture + kPixels, [](float v) { return v > 0.4F; });
    CHECK(bright > 15);
    CHECK(bright < 350);
  }
}

TEST_CASE("digits depend on their seed alone", "[datasets]") {
  const datasets::Dataset a = datasets::digits({.train_samples = 50, .test_samples = 20, .seed = 5});
  const datasets::Dataset b = datasets::digits({.train_samples = 50, .test_samples = 20, .seed = 5});
  const datasets::Dataset other = datasets::digits({.train_samples = 50, .test_samples = 20, .seed = 6});
  CHECK(identical(a.train.x, b.train.x));
  CHECK(identical(a.test.y, b.test.y));
  CHECK_FALSE(identical(a.train.x, other.train.x));
  CHECK_FALSE(identical(a.train.x.rows(0, 20), a.test.x));
  const datasets::Dataset fewer = datasets::digits({.train_samples = 0, .test_samples = 13, .seed = 5});
  CHECK(identical(a.test.x.rows(0, 13), fewer.test.x));
  CHECK(identical(a.test.y.rows(0, 13), fewer.test.y));
}

TEST_CASE("digits can be told apart, but not by their mean pictures alone", "[datasets]") {
  // the nearest mean finds 82 % of MNIST's test pictures
  const auto [train, test] = datasets::digits({.train_samples = 3000, .test_samples = 1000});
  const std::vector<std::vector<double>> means = class_means(train);
  int correct = 0;
  for (std::int64_t i = 0; i < test.x.dim(0); ++i) {
    const float* const picture = test.x.data<float>() + i * kPixels;
    const auto nearest = std::min_element(means.begin(), means.end(), [picture](const auto& a, const auto& b) {
      return distance(a, picture) < distance(b, picture);
    });
    correct += nearest - means.begin() == test.y.data<std::int32_t>()[i];
  }
  CHECK(correct > 700);
  CHECK(correct < 920);
}

TEST_CASE("negative numbers of digits are refused", "[datasets]") {
  CHECK_THROWS_WITH(datasets::digits({.train_samples = -1}),
                    "[datasets::digits] numbers of samples must not be negative, received -1 and 2000");
  CHECK_THROWS_AS(datasets::digits({.test_samples = -1}), ValueError);
}
