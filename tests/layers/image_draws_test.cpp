// How random layers on images draw: from which distribution, and anew for each image. What they do with the numbers
// drawn is compared with Keras in conformance_test.cpp; here the numbers are read off images made for it.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <set>

#include <kerascpp/layers/image_augmentation.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

constexpr std::int64_t kImages = 2000;

Tensor trained(const Layer& layer, const Tensor& x) { return layer(x, {.training = 1}); }

/// Equal images (kImages, H, W, C).
Tensor copies(std::int64_t height, std::int64_t width, std::int64_t channels,
              const std::function<float(std::int64_t, std::int64_t, std::int64_t)>& pixel) {
  std::vector<float> values;
  for (std::int64_t n = 0; n < kImages; ++n)
    for (std::int64_t y = 0; y < height; ++y)
      for (std::int64_t x = 0; x < width; ++x)
        for (std::int64_t c = 0; c < channels; ++c) values.push_back(pixel(y, x, c));
  return Tensor(values).reshape({kImages, height, width, channels});
}

Tensor plain(float value) {
  return copies(2, 2, 3, [value](auto, auto, auto) { return value; });
}

/// Each pixel holds its own place, (x, y): what is left of it tells from where it came.
Tensor places(std::int64_t length) {
  return copies(length, length, 2, [](auto y, auto x, auto c) { return static_cast<float>(c == 0 ? x : y); });
}

/// One number of each image.
std::vector<double> at(const Tensor& images, std::int64_t y, std::int64_t x, std::int64_t c) {
  const Shape shape = images.shape();
  const std::vector<float> values = images.to_vector<float>();
  std::vector<double> found;
  for (std::int64_t n = 0; n < shape[0]; ++n)
    found.push_back(values[static_cast<std::size_t>(((n * shape[1] + y) * shape[2] + x) * shape[3] + c)]);
  return found;
}

template <class Function>
std::vector<double> each(std::vector<double> values, const Function& function) {
  for (double& value : values) value = function(value);
  return values;
}

/// The Kolmogorov-Smirnov statistic times sqrt(n): above 1.95 once in a thousand times for even draws.
double unevenness(std::vector<double> draws, double low, double high) {
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double distance = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double share = (draws[i] - low) / (high - low);
    distance = std::max({distance, static_cast<double>(i + 1) / n - share, share - static_cast<double>(i) / n});
  }
  return distance * std::sqrt(n);
}

void check_even(const std::vector<double>& draws, double low, double high) {
  CHECK(*std::min_element(draws.begin(), draws.end()) >= low - 1e-3 * (high - low));
  CHECK(*std::max_element(draws.begin(), draws.end()) <= high + 1e-3 * (high - low));
  CHECK(unevenness(draws, low, high) < 1.95);
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

void check_independent(const std::vector<double>& a, const std::vector<double>& b) {
  CHECK(std::abs(correlation(a, b)) < 4 / std::sqrt(static_cast<double>(a.size())));
}

/// How often, within four standard deviations.
void check_share(std::int64_t count, double probability, std::int64_t of = kImages) {
  const auto n = static_cast<double>(of);
  CHECK(std::abs(static_cast<double>(count) / n - probability) < 4 * std::sqrt(probability * (1 - probability) / n));
}

std::int64_t changed(const Tensor& y, const Tensor& x) {
  std::int64_t count = 0;
  for (std::int64_t n = 0; n < kImages; ++n) count += allclose(y[n], x[n], 1e-6, 1e-6) ? 0 : 1;
  return count;
}

}  // namespace

TEST_CASE("changes of colors are drawn evenly from their intervals", "[layers][image]") {
  SECTION("RandomBrightness") {
    const Layer layer = RandomBrightness({0.4, -0.2}, {.value_range = {0, 1}, .seed = 5});
    const Tensor y = trained(layer, plain(0.5F));
    check_even(each(at(y, 0, 1, 2), [](double value) { return value - 0.5; }), -0.2, 0.4);
    CHECK(at(y, 1, 1, 0) == at(y, 0, 1, 2));  // one number for all pixels of an image
  }
  SECTION("RandomContrast") {
    const Tensor x =
        copies(2, 3, 1, [](auto, auto column, auto) { return 90.0F + 10.0F * static_cast<float>(column); });
    const Tensor y = trained(RandomContrast({0.3, 0.6}, {.seed = 5}), x);
    check_even(each(at(y, 0, 2, 0), [](double value) { return (value - 100) / 10; }), 0.7, 1.6);
  }
  SECTION("RandomHue") {
    // pure red: the hue is (green - blue) / 6
    const Tensor x = copies(1, 1, 3, [](auto, auto, auto c) { return c == 0 ? 1.0F : 0.0F; });
    const Tensor y = trained(RandomHue(0.2, {.value_range = {0, 1}, .seed = 5}), x);
    std::vector<double> hue = at(y, 0, 0, 1);
    const std::vector<double> blue = at(y, 0, 0, 2);
    for (std::size_t i = 0; i < hue.size(); ++i) hue[i] = (hue[i] - blue[i]) / 6;
    check_even(hue, -0.1, 0.1);
  }
  SECTION("RandomSaturation") {
    const Tensor x = copies(1, 1, 3, [](auto, auto, auto c) { return c == 0 ? 1.0F : 0.75F; });
    const Tensor y = trained(RandomSaturation({0.2, 0.6}, {.value_range = {0, 1}, .seed = 5}), x);
    check_even(each(at(y, 0, 0, 1),
                    [](double green) {
                      const double times = (1 - green) / 0.25;
                      return times / (1 + times);
                    }),
               0.2, 0.6);
  }
  SECTION("RandomColorDegeneration") {
    const Tensor x = copies(1, 1, 3, [](auto, auto, auto c) { return c == 0 ? 100.0F : 0.0F; });
    const Tensor y = trained(RandomColorDegeneration(0.4, {.seed = 5}), x);
    // the weight of red in keras.ops.image.rgb_to_grayscale
    check_even(each(at(y, 0, 0, 0), [](double red) { return (red - 100) / (29.89 - 100); }), -0.4, 0.4);
  }
  SECTION("RandomSharpness") {
    const Tensor x =
        copies(3, 3, 1, [](auto row, auto column, auto) { return row == 1 && column == 1 ? 100.0F : 0.0F; });
    const Tensor y = trained(RandomSharpness({0.1, 0.7}, {.seed = 5}), x);
    // the middle of the smoothed image is 5/13 of it
    check_even(each(at(y, 1, 1, 0), [](double value) { return (1 - (value - 100) / (100 * (5.0 / 13 - 1))) / 2; }), 0.1,
               0.7);
  }
}

TEST_CASE("numbers of bits are drawn equally often", "[layers][image]") {
  const Tensor y = trained(RandomPosterization(5, {.seed = 5}), plain(255));
  std::map<double, std::int64_t> counts;
  for (const double value : at(y, 0, 0, 0)) ++counts[value];
  REQUIRE(counts.size() == 4);  // 1 to 4 bits: the upper end is left out
  for (const double value : {128, 192, 224, 240}) {
    INFO(value);
    check_share(counts[value], 0.25);
  }
}

TEST_CASE("images are changed with the probability that is asked for", "[layers][image]") {
  const Tensor x =
      copies(5, 6, 3, [](auto y, auto x, auto c) { return static_cast<float>((y * y * 31 + x * 17 + c * 59) % 251); });
  // of an interval, its mean
  check_share(changed(trained(RandomGrayscale({.factor = 0.3, .seed = 2}), x), x), 0.3);
  check_share(changed(trained(RandomInvert({.factor = {0.2, 0.6}, .seed = 2}), x), x), 0.4);
  check_share(changed(trained(RandomInvert({.factor = 0.5, .seed = 2}), x), x), 0.25);
  check_share(changed(trained(RandomFlip({.seed = 2}), x), x), 0.5);
  check_share(changed(trained(RandomGaussianBlur({.factor = {0.2, 0.6}, .sigma = {0.9, 0.9}, .seed = 2}), x), x), 0.4);
  check_share(changed(trained(RandomPerspective({.factor = {0.1, 0.3}, .scale = 0.5, .seed = 2}), x), x), 0.2);
  check_share(changed(trained(RandomErasing({.factor = {0.5, 0.7}, .scale = {0.5, 0.5}, .seed = 2}), x), x), 0.6);
  check_share(changed(trained(RandomElasticTransform({.factor = {0.3, 0.3}, .scale = {1, 1}, .seed = 2}), x), x), 0.3);
}

TEST_CASE("images are moved by what is drawn evenly", "[layers][image]") {
  constexpr std::int64_t kLength = 21, kMiddle = 10;
  const Tensor x = places(kLength);
  SECTION("RandomTranslation") {
    const Tensor y = trained(RandomTranslation({-0.1, 0.3}, 0.2, {.seed = 5}), x);
    const auto share = [](double place) { return (kMiddle - place) / kLength; };
    const std::vector<double> right = each(at(y, kMiddle, kMiddle, 0), share);
    const std::vector<double> down = each(at(y, kMiddle, kMiddle, 1), share);
    check_even(right, -0.2, 0.2);
    check_even(down, -0.1, 0.3);
    check_independent(right, down);
  }
  SECTION("RandomRotation") {
    const Tensor y = trained(RandomRotation({-0.1, 0.25}, {.seed = 5}), x);
    std::vector<double> turn = at(y, kMiddle, kMiddle + 6, 0);
    const std::vector<double> row = at(y, kMiddle, kMiddle + 6, 1);
    for (std::size_t i = 0; i < turn.size(); ++i)
      turn[i] = std::atan2(row[i] - kMiddle, turn[i] - kMiddle) / (2 * std::numbers::pi);
    check_even(turn, -0.1, 0.25);
  }
  SECTION("RandomZoom") {
    const Tensor y = trained(RandomZoom({-0.5, 0.2}, {.width_factor = 0.3, .seed = 5}), x);
    const auto zoom = [](double place) { return (place - kMiddle) / 6 - 1; };
    const std::vector<double> wide = each(at(y, kMiddle + 6, kMiddle + 6, 0), zoom);
    const std::vector<double> high = each(at(y, kMiddle + 6, kMiddle + 6, 1), zoom);
    check_even(wide, -0.3, 0.3);
    check_even(high, -0.5, 0.2);
    check_independent(wide, high);
    // one factor is for both directions
    const Tensor both = trained(RandomZoom({-0.5, 0.2}, {.seed = 5}), x);
    const std::vector<double> right = at(both, kMiddle + 6, kMiddle + 6, 0),
                              down = at(both, kMiddle + 6, kMiddle + 6, 1);
    for (std::size_t i = 0; i < right.size(); ++i) CHECK(std::abs(right[i] - down[i]) < 1e-4);
  }
  SECTION("RandomShear") {
    // both directions have the sign of the image
    const Tensor y = trained(RandomShear({.x_factor = 0.4, .y_factor = {0.1, 0.3}, .seed = 5}), x);
    const auto share = [](double place) { return (place - kMiddle) / kMiddle; };
    const std::vector<double> right = each(at(y, kMiddle, kMiddle, 0), share);
    const std::vector<double> down = each(at(y, kMiddle, kMiddle, 1), share);
    check_even(right, -0.4, 0.4);
    check_even(each(down, [](double value) { return std::abs(value); }), 0.1, 0.3);
    check_share(std::count_if(down.begin(), down.end(), [](double value) { return value > 0; }), 0.5);
  }
}

TEST_CASE("every part of an image is drawn equally often, one for all images of a batch", "[layers][image]") {
  const Tensor x = places(6).rows(0, 3);
  const Layer layer = RandomCrop(4, 3, {.seed = 5});
  constexpr std::int64_t kCalls = 600;
  std::map<std::pair<double, double>, std::int64_t> counts;
  for (std::int64_t call = 0; call < kCalls; ++call) {
    const Tensor y = trained(layer, x);
    CHECK(allclose(y[0], y[2]));
    ++counts[{at(y, 0, 0, 1)[0], at(y, 0, 0, 0)[0]}];
  }
  CHECK(counts.size() == 12);  // 3 x 4 places
  for (const auto& [place, count] : counts) check_share(count, 1.0 / 12, kCalls);
}

TEST_CASE("painted rectangles have the areas and places that are drawn", "[layers][image]") {
  constexpr std::int64_t kLength = 48;
  const Tensor x = copies(kLength, kLength, 1, [](auto, auto, auto) { return 100.0F; });
  const Tensor y = trained(RandomErasing({.factor = {1, 1}, .scale = {0.1, 0.6}, .fill_value = {7}, .seed = 5}), x);
  const std::vector<float> values = y.to_vector<float>();
  std::vector<double> width, height, share_of_free;
  for (std::int64_t n = 0; n < kImages; ++n) {
    std::set<std::int64_t> rows, columns;
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < kLength * kLength; ++i) {
      if (values[static_cast<std::size_t>(n * kLength * kLength + i)] != 7) continue;
      ++count;
      rows.insert(i / kLength);
      columns.insert(i % kLength);
    }
    REQUIRE(count == static_cast<std::int64_t>(rows.size() * columns.size()));  // a rectangle without holes
    width.push_back(static_cast<double>(columns.size()) / kLength);
    height.push_back(static_cast<double>(rows.size()) / kLength);
    share_of_free.push_back(static_cast<double>(*rows.begin()) / std::max(1.0, kLength * (1 - height.back())));
  }
  const auto area = [](double length) { return length * length; };
  // whole pixels: the limit is wider by half a pixel
  CHECK(unevenness(each(width, area), 0.1, 0.6) < 1.95 + 1.5);
  CHECK(unevenness(each(height, area), 0.1, 0.6) < 1.95 + 1.5);
  CHECK(std::abs(mean(share_of_free) - 0.5) < 0.03);
  check_independent(width, height);
}

TEST_CASE("images are mixed with one other, by shares of a Beta distribution", "[layers][image]") {
  constexpr std::int64_t kBatch = 200;
  const auto identity = [](std::int64_t length) {
    std::vector<float> values(static_cast<std::size_t>(kBatch * length * length * kBatch));
    for (std::int64_t n = 0; n < kBatch; ++n)
      for (std::int64_t i = 0; i < length * length; ++i)
        values[static_cast<std::size_t>((n * length * length + i) * kBatch + n)] = 1;
    return Tensor(values).reshape({kBatch, length, length, kBatch});
  };
  std::vector<double> shares;
  std::set<std::int64_t> others;
  std::int64_t own = 0;
  const auto read = [&](const Tensor& y, std::int64_t pixels) {
    const std::vector<float> values = y.to_vector<float>();
    others.clear();
    for (std::int64_t n = 0; n < kBatch; ++n) {
      std::vector<double> parts(kBatch);
      for (std::int64_t i = 0; i < pixels * kBatch; ++i)
        parts[static_cast<std::size_t>(i % kBatch)] +=
            values[static_cast<std::size_t>(n * pixels * kBatch + i)] / static_cast<double>(pixels);
      std::int64_t other = n;
      for (std::int64_t m = 0; m < kBatch; ++m)
        if (m != n && parts[static_cast<std::size_t>(m)] > 0) {
          CHECK(other == n);
          other = m;
        }
      if (other == n) {
        ++own;
        continue;
      }
      CHECK(others.insert(other).second);
      CHECK(parts[static_cast<std::size_t>(n)] + parts[static_cast<std::size_t>(other)] == Approx(1));
      shares.push_back(parts[static_cast<std::size_t>(n)]);
    }
  };
  SECTION("MixUp") {
    const Layer layer = MixUp({.alpha = 2, .seed = 5});
    for (int call = 0; call < 10; ++call) read(trained(layer, identity(1)), 1);
    CHECK(own < 40);  // one in 200
    // mean 1/2 and variance 1 / (4 (2 alpha + 1)) of Beta(alpha, alpha)
    const auto n = static_cast<double>(shares.size());
    CHECK(std::abs(mean(shares) - 0.5) < 4 * std::sqrt(0.05 / n));
    CHECK(std::abs(mean(each(shares, [](double s) { return (s - 0.5) * (s - 0.5); })) - 0.05) < 0.005);
  }
  SECTION("CutMix") {
    const Layer layer = CutMix({.factor = {1, 1}, .seed = 5});  // Beta(1, 1) is even
    for (int call = 0; call < 5; ++call) read(trained(layer, identity(12)), 144);
    CHECK(own < 60);
    CHECK(std::abs(mean(shares) - 0.5) < 0.05);
    CHECK(*std::min_element(shares.begin(), shares.end()) == Approx(23.0 / 144));  // as of real Keras: 11 of 12 rows
    CHECK(*std::max_element(shares.begin(), shares.end()) > 0.9);
  }
}

TEST_CASE("a layer draws anew in each call, another seed draws others", "[layers][image]") {
  const Tensor x = plain(100);
  const Layer layer = RandomBrightness(0.2, {.seed = 5});
  const std::vector<double> first = at(trained(layer, x), 0, 0, 0), second = at(trained(layer, x), 0, 0, 0);
  check_independent(first, second);
  check_independent(first, at(trained(RandomBrightness(0.2, {.seed = 6}), x), 0, 0, 0));
  CHECK(first == at(trained(RandomBrightness(0.2, {.seed = 5}), x), 0, 0, 0));
}

}  // namespace kerascpp::test
