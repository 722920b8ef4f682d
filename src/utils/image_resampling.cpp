// PIL's resampling of pictures of 8 bits: one axis after the other, with weights of 22 binary places.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/image.hpp>

namespace kerascpp::utils {
namespace {

constexpr int kPlaces = 22;

double sinc(double x) { return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi); }

double box_filter(double x) { return x > -0.5 && x <= 0.5 ? 1 : 0; }
double bilinear_filter(double x) { return std::max(0.0, 1 - std::abs(x)); }
double hamming_filter(double x) {
  x = std::abs(x);
  return x == 0 ? 1 : x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * std::cos(x * std::numbers::pi));
}
double bicubic_filter(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}
double lanczos_filter(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

struct Filter {
  double (*weight)(double);
  double support;
};

Filter filter_of(const std::string& name) {
  if (name == "box") return {box_filter, 0.5};
  if (name == "bilinear") return {bilinear_filter, 1};
  if (name == "hamming") return {hamming_filter, 1};
  if (name == "bicubic") return {bicubic_filter, 2};
  if (name == "lanczos") return {lanczos_filter, 3};
  throw ValueError(text_of("[resize_img] interpolation must be \"nearest\", \"box\", \"bilinear\", \"hamming\", ",
                           "\"bicubic\" or \"lanczos\", received \"", name, "\""));
}

/// Which pixels make one pixel, and their weights.
struct Mix {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<Mix> mixes_of(std::int64_t size, double begin, double end, std::int64_t wanted, const Filter& filter) {
  const double scale = (end - begin) / static_cast<double>(wanted), wide = std::max(scale, 1.0);
  const double support = filter.support * wide;
  std::vector<Mix> mixes;
  for (std::int64_t i = 0; i < wanted; ++i) {
    const double center = begin + (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - support + 0.5));
    const std::int64_t last = std::min(size, static_cast<std::int64_t>(center + support + 0.5));
    std::vector<double> weights;
    double sum = 0;
    for (std::int64_t x = first; x < last; ++x) {
      weights.push_back(filter.weight((static_cast<double>(x) - center + 0.5) * (1 / wide)));
      sum += weights.back();
    }
    Mix mix{first, {}};
    for (const double weight : weights) {
      const double exact = (sum != 0 ? weight / sum : weight) * (1 << kPlaces);
      mix.weights.push_back(static_cast<std::int32_t>(exact < 0 ? exact - 0.5 : exact + 0.5));
    }
    mixes.push_back(std::move(mix));
  }
  return mixes;
}

std::uint8_t rounded(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kPlaces, 0, 255)); }

/// Mixes along the axis of `img` (H, W, C) that is number `axis`.
Tensor mixed(const Tensor& img, int axis, const std::vector<Mix>& mixes) {
  Shape shape = img.shape();
  shape.set_dim(axis, static_cast<std::int64_t>(mixes.size()));
  Tensor result = Tensor::empty(shape, DType::UInt8);
  const std::int64_t channels = img.dim(2), outer = axis == 0 ? 1 : img.dim(0);
  const std::int64_t inner = axis == 0 ? img.dim(1) * channels : channels;
  const auto* const from = img.data<std::uint8_t>();
  auto* to = result.data<std::uint8_t>();
  for (std::int64_t o = 0; o < outer; ++o) {
    const auto* const block = from + o * img.dim(axis) * inner;
    for (const Mix& mix : mixes)
      for (std::int64_t i = 0; i < inner; ++i) {
        std::int32_t sum = 1 << (kPlaces - 1);
        const auto* pixel = block + mix.first * inner + i;
        for (const std::int32_t weight : mix.weights) {
          sum += *pixel * weight;
          pixel += inner;
        }
        *to++ = rounded(sum);
      }
  }
  return result;
}

Tensor nearest(const Tensor& img, std::int64_t height, std::int64_t width, const std::vector<std::int64_t>& box) {
  const std::int64_t channels = img.dim(2);
  Tensor result = Tensor::empty({height, width, channels}, DType::UInt8);
  const auto* const from = img.data<std::uint8_t>();
  auto* to = result.data<std::uint8_t>();
  // PIL adds up the places, which rounds otherwise than multiplying
  const auto places = [](std::int64_t begin, std::int64_t end, std::int64_t wanted) {
    const double scale = static_cast<double>(end - begin) / static_cast<double>(wanted);
    std::vector<std::int64_t> found;
    double at = static_cast<double>(begin) + 0.5 * scale;
    for (std::int64_t i = 0; i < wanted; ++i, at += scale)
      found.push_back(std::clamp(static_cast<std::int64_t>(at), begin, end - 1));
    return found;
  };
  const std::vector<std::int64_t> rows = places(box[0], box[2], height), columns = places(box[1], box[3], width);
  for (const std::int64_t row : rows)
    for (const std::int64_t column : columns)
      to = std::copy_n(from + (row * img.dim(1) + column) * channels, channels, to);
  return result;
}

/// Colours of pictures with alpha are mixed by how much of them is seen.
Tensor with_alpha_in(const Tensor& img) {
  Tensor result = img.copy();
  auto* pixel = result.data<std::uint8_t>();
  for (std::int64_t i = 0; i < img.size(); i += 4, pixel += 4)
    for (int c = 0; c < 3; ++c) {
      const int product = pixel[c] * pixel[3] + 128;
      pixel[c] = static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
    }
  return result;
}

Tensor with_alpha_out(const Tensor& img) {
  Tensor result = img.copy();
  auto* pixel = result.data<std::uint8_t>();
  for (std::int64_t i = 0; i < img.size(); i += 4, pixel += 4)
    if (pixel[3] != 0 && pixel[3] != 255)
      for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(std::min(255, 255 * pixel[c] / pixel[3]));
  return result;
}

}  // namespace

Tensor resize_img(const Tensor& img, std::int64_t height, std::int64_t width, const std::string& interpolation,
                  const std::vector<std::int64_t>& box) {
  KCPP_CHECK(img.dtype() == DType::UInt8 && img.ndim() == 3 && img.size() > 0, ShapeError,
             "[resize_img] expected a picture (height, width, channels) of uint8, received ", img.dtype(), " ",
             img.shape());
  constexpr std::int64_t kLongest = 1 << 20;
  KCPP_CHECK(height > 0 && width > 0 && height < kLongest && width < kLongest, ValueError, "[resize_img] a picture of ",
             height, " x ", width, " is out of range");
  const std::vector<std::int64_t> part = box.empty() ? std::vector<std::int64_t>{0, 0, img.dim(0), img.dim(1)} : box;
  KCPP_CHECK(part.size() == 4 && part[0] >= 0 && part[1] >= 0 && part[0] < part[2] && part[1] < part[3] &&
                 part[2] <= img.dim(0) && part[3] <= img.dim(1),
             ValueError, "[resize_img] the box does not lie inside of a picture of shape ", img.shape());
  if (interpolation == "nearest") return nearest(img, height, width, part);
  const Filter filter = filter_of(interpolation);
  const bool across = width != img.dim(1) || part[1] != 0 || part[3] != img.dim(1);
  const bool down = height != img.dim(0) || part[0] != 0 || part[2] != img.dim(0);
  if (!across && !down) return img;
  Tensor result = img.dim(2) == 4 ? with_alpha_in(img) : img;
  // each pass rounds: as in Pillow 13, rows that only become fewer are mixed before columns become more
  const bool rows_first = height < img.dim(0) && width > img.dim(1);
  for (const int axis : {rows_first ? 0 : 1, rows_first ? 1 : 0}) {
    if (axis == 1 ? !across : !down) continue;
    const auto at = static_cast<std::size_t>(axis);
    result = mixed(result, axis,
                   mixes_of(img.dim(axis), static_cast<double>(part[at]), static_cast<double>(part[at + 2]),
                            axis == 0 ? height : width, filter));
  }
  return img.dim(2) == 4 ? with_alpha_out(result) : result;
}

}  // namespace kerascpp::utils
