#include "layers/reshaping/resize_matrix.hpp"

#include <cmath>
#include <numbers>

namespace kerascpp::layers {
namespace {

/// How much a pixel at a distance counts; 0 from `radius` on.
struct Interpolation {
  const char* name;
  double radius;
  double (*weight)(double distance);
};

double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }

// Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -1/2
double cubic(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

template <int Radius>
double lanczos(double x) {
  if (std::abs(x) >= Radius) return 0;
  if (std::abs(x) < 1e-8) return 1;
  const double angle = std::numbers::pi * x;
  return Radius * std::sin(angle) * std::sin(angle / Radius) / (angle * angle);
}

constexpr Interpolation kInterpolations[] = {
    {"bilinear", 1, triangle}, {"bicubic", 2, cubic}, {"lanczos3", 3, lanczos<3>}, {"lanczos5", 5, lanczos<5>}};

const Interpolation* find_interpolation(const std::string& name) {
  for (const Interpolation& interpolation : kInterpolations)
    if (interpolation.name == name) return &interpolation;
  return nullptr;
}

}  // namespace

bool is_interpolation(const std::string& name) { return find_interpolation(name) != nullptr; }

Tensor resize_matrix(std::int64_t input, std::int64_t output, const std::string& name, DType dtype) {
  const Interpolation* interpolation = find_interpolation(name);
  KCPP_CHECK(interpolation != nullptr, ValueError, "[resize] unknown interpolation \"", name, "\"");
  Tensor matrix = zeros({output, input}, DType::Float64);
  for (std::int64_t o = 0; o < output; ++o) {
    double middle = (static_cast<double>(o) + 0.5) * static_cast<double>(input) / static_cast<double>(output) - 0.5;
    // TensorFlow, where Keras's files come from, tabulates the cubic in steps of 1 / 1024
    if (name == "bicubic") middle = std::floor(middle) + std::nearbyint((middle - std::floor(middle)) * 1024) / 1024;
    const auto reach = static_cast<std::int64_t>(interpolation->radius);
    const auto nearest = static_cast<std::int64_t>(std::floor(middle));
    double* row = matrix.data<double>() + o * input;
    double sum = 0;
    for (std::int64_t i = std::max<std::int64_t>(0, nearest - reach); i <= std::min(input - 1, nearest + reach + 1);
         ++i)
      sum += row[i] = interpolation->weight(static_cast<double>(i) - middle);
    for (std::int64_t i = 0; i < input; ++i) row[i] /= sum;
  }
  return matrix.astype(dtype);
}

}  // namespace kerascpp::layers
