// TensorFlow's resampling of images: one axis after the other, with the weights of its operations. Places are computed
// in float32, as there: it decides which pixels are taken.
#include "utils/image_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <kerascpp/core/error.hpp>

namespace kerascpp::utils {
namespace {

/// What makes one element: elements from `first` on, with their weights.
struct Mix {
  std::int64_t first = 0;
  std::vector<float> weights;
};

/// A place between the elements of an axis that is stretched: the middle of the first element is 0.
float place_of(std::int64_t i, float scale) { return (static_cast<float>(i) + 0.5F) * scale - 0.5F; }

Mix nearest(std::int64_t i, float scale, std::int64_t size) {
  const auto place = static_cast<std::int64_t>(std::floor((static_cast<float>(i) + 0.5F) * scale));
  return {std::min(place, size - 1), {1}};
}

Mix bilinear(std::int64_t i, float scale, std::int64_t size) {
  const float place = place_of(i, scale), floor = std::floor(place), share = place - floor;
  const auto below = static_cast<std::int64_t>(floor);
  if (below < 0 || below + 1 >= size) return {std::clamp<std::int64_t>(below, 0, size - 1), {1}};
  return {below, {1 - share, share}};
}

/// What is divided by its sum; as it is where that is 0.
Mix divided(Mix mix) {
  float sum = 0;
  for (const float weight : mix.weights) sum += weight;
  if (std::abs(sum) < 1000 * std::numeric_limits<float>::min()) return mix;
  for (float& weight : mix.weights) weight *= 1 / sum;
  return mix;
}

/// Keys's cubic with a = -1/2, at distances in steps of 1 / 1024.
Mix bicubic(std::int64_t i, float scale, std::int64_t size) {
  constexpr float kSteps = 1024, a = -0.5F;
  const auto near = [](float x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [](float x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  const float place = place_of(i, scale), floor = std::floor(place);
  const float share = std::nearbyint((place - floor) * kSteps) / kSteps;
  const float weights[] = {far(share + 1), near(share), near(1 - share), far(2 - share)};
  const std::int64_t start = static_cast<std::int64_t>(floor) - 1;
  Mix mix{std::clamp<std::int64_t>(start, 0, size - 1), {}};
  for (std::int64_t k = 0; k < 4; ++k)
    if (start + k >= 0 && start + k < size) mix.weights.push_back(weights[k]);
  return divided(std::move(mix));
}

/// The share of each element in [i, i + 1) * scale.
Mix area(std::int64_t i, float scale, std::int64_t size) {
  const float begin = static_cast<float>(i) * scale, end = static_cast<float>(i + 1) * scale;
  const auto first = static_cast<std::int64_t>(std::floor(begin)), last = static_cast<std::int64_t>(std::ceil(end));
  Mix mix{std::min(first, size - 1), {}};
  for (std::int64_t at = first; at < last; ++at) {
    const float low = std::max(begin, static_cast<float>(at)), high = std::min(end, static_cast<float>(at + 1));
    if (at < size)
      mix.weights.push_back((high - low) / scale);
    else if (!mix.weights.empty())
      mix.weights.back() += (high - low) / scale;  // what lies behind the last element is that element
  }
  return mix;
}

/// A function of the distance from an element, zero from `radius` on.
struct Filter {
  float radius;
  float (*weight)(float distance);
};

template <int kRadius>
float lanczos(float x) {
  constexpr float pi = std::numbers::pi_v<float>;
  if (x > kRadius) return 0;
  if (x <= 1e-3F) return 1;
  return kRadius * std::sin(pi * x) * std::sin(pi * x / kRadius) / (pi * pi * x * x);
}

float gaussian(float x) {
  constexpr float kDeviation = 0.5F;
  return x >= 1.5F ? 0 : std::exp(-x * x / (2 * kDeviation * kDeviation));
}

float mitchell_cubic(float x) {
  if (x >= 2) return 0;
  if (x >= 1) return ((-7.0F / 18 * x + 2) * x - 10.0F / 3) * x + 16.0F / 9;
  return (7.0F / 6 * x - 2) * x * x + 8.0F / 9;
}

Mix filtered(std::int64_t i, float scale, std::int64_t size, const Filter& filter) {
  const float middle = (static_cast<float>(i) + 0.5F) * scale;
  if (middle < 0 || middle > static_cast<float>(size)) return {};
  const auto within = [size](float place) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(place), 0, size - 1);
  };
  const std::int64_t last = within(std::floor(middle + filter.radius - 0.5F));
  Mix mix{within(std::ceil(middle - filter.radius - 0.5F)), {}};
  for (std::int64_t at = mix.first; at <= last; ++at)
    mix.weights.push_back(filter.weight(std::abs(static_cast<float>(at) + 0.5F - middle)));
  return divided(std::move(mix));
}

std::vector<Mix> mixes_of(const std::string& interpolation, std::int64_t size, std::int64_t wanted) {
  static constexpr std::pair<const char*, Mix (*)(std::int64_t, float, std::int64_t)> kPlain[] = {
      {"nearest", nearest}, {"bilinear", bilinear}, {"bicubic", bicubic}, {"area", area}};
  static constexpr std::pair<const char*, Filter> kFilters[] = {{"lanczos3", {3, lanczos<3>}},
                                                                {"lanczos5", {5, lanczos<5>}},
                                                                {"gaussian", {1.5F, gaussian}},
                                                                {"mitchellcubic", {2, mitchell_cubic}}};
  std::vector<Mix> mixes;
  const float scale = static_cast<float>(size) / static_cast<float>(wanted);
  for (const auto& [name, mix] : kPlain)
    if (interpolation == name)
      for (std::int64_t i = 0; i < wanted; ++i) mixes.push_back(mix(i, scale, size));
  // these go back from the inverse of the scale
  const float inverse = 1 / (static_cast<float>(wanted) / static_cast<float>(size));
  for (const auto& [name, filter] : kFilters)
    if (interpolation == name)
      for (std::int64_t i = 0; i < wanted; ++i) mixes.push_back(filtered(i, inverse, size, filter));
  KCPP_CHECK(!mixes.empty(), ValueError, "there is no interpolation \"", interpolation, "\"");
  return mixes;
}

/// (outer, M, inner) -> (outer, N, inner).
Tensor mixed(const Tensor& image, int axis, const std::vector<Mix>& mixes) {
  Shape shape = image.shape();
  const std::int64_t size = shape[axis];
  shape.set_dim(axis, static_cast<std::int64_t>(mixes.size()));
  Tensor result = zeros(shape);
  const std::int64_t outer = axis == 0 ? 1 : image.dim(0),
                     inner = axis == 0 ? image.dim(1) * image.dim(2) : image.dim(2);
  auto* to = result.data<float>();
  for (std::int64_t o = 0; o < outer; ++o)
    for (const Mix& mix : mixes) {
      const float* from = image.data<float>() + (o * size + mix.first) * inner;
      for (const float weight : mix.weights) {
        for (std::int64_t k = 0; k < inner; ++k) to[k] += weight * from[k];
        from += inner;
      }
      to += inner;
    }
  return result;
}

}  // namespace

Tensor sampled(const Tensor& image, std::int64_t height, std::int64_t width, const std::string& interpolation) {
  const std::vector<Mix> rows = mixes_of(interpolation, image.dim(0), height);
  return mixed(mixed(image, 0, rows), 1, mixes_of(interpolation, image.dim(1), width));
}

}  // namespace kerascpp::utils
