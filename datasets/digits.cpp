#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/datasets.hpp>

#include "datasets/digit_pen.hpp"
#include "datasets/digit_strokes.hpp"

namespace kerascpp::datasets {
namespace {

constexpr float kPi = 3.14159265F;
constexpr std::int64_t kPixels = kDigitSide * kDigitSide;
constexpr std::int64_t kClasses = 10;

// How much hands differ. Chosen so that classifiers do about as well as on MNIST.
constexpr float kJitter = 0.035F;    // of each point, in boxes
constexpr float kRotation = 0.16F;   // standard deviation, radians
constexpr float kShear = 0.20F;      // standard deviation; positive leans to the right
constexpr float kMeanShear = 0.12F;  // most people write leaning to the right
constexpr float kAspect = 0.16F;     // standard deviation of log(width / height)
constexpr float kWave = 0.045F;      // amplitude of the smooth warp, in boxes
constexpr float kSize = 20;          // larger side of a digit, in pixels
constexpr float kSizeSpread = 1.3F;  // standard deviation, pixels
constexpr float kOffset = 0.8F;      // standard deviation of the centre, pixels
constexpr float kThinnest = 0.7F;    // radius of the pen, pixels
constexpr float kThickest = 1.9F;
constexpr float kNoise = 0.05F;  // largest change of a grey value

/// Random numbers of one sample: a sequence of its own, so samples may be drawn in any order.
class SampleRandom {
 public:
  SampleRandom(std::uint64_t seed, std::uint64_t sample) : seed_(seed), sample_(sample) {}

  float uniform(float low, float high) { return low + (high - low) * (static_cast<float>(word() >> 8) * 0x1p-24F); }
  // A sum of uniforms is near enough to normal here, and has no far tails to write unreadable digits.
  float normal(float deviation) {
    float sum = 0;
    for (int i = 0; i < 4; ++i) sum += uniform(-1, 1);
    return sum * deviation * 0.8660254F;  // each has variance 1/3
  }
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(std::uint64_t{word()} * count >> 32); }

 private:
  std::uint32_t word() {
    if (used_ == 4) {
      block_ = philox(counter_++, sample_, seed_);
      used_ = 0;
    }
    return block_.word[used_++];
  }

  std::uint64_t seed_;
  std::uint64_t sample_;
  std::uint64_t counter_ = 0;
  PhiloxBlock block_{};
  int used_ = 4;
};

/// A smooth displacement: in x a wave along y and the other way round.
struct Wave {
  float amplitude;
  float frequency;
  float phase;
  [[nodiscard]] float at(float u) const { return amplitude * std::sin(2 * kPi * (frequency * u + phase)); }
};

Wave draw_wave(SampleRandom& random) {
  return {random.normal(kWave), random.uniform(0.4F, 1.2F), random.uniform(0, 1)};
}

// Corners and closed ends stay joined: equal neighbours move alike.
void jitter(Strokes& strokes, SampleRandom& random) {
  for (Stroke& stroke : strokes) {
    const Point first = stroke.front();
    Point previous{-1, -1};
    Point moved{};
    for (Point& point : stroke) {
      const bool repeated = point.x == previous.x && point.y == previous.y;
      const bool closes = &point == &stroke.back() && point.x == first.x && point.y == first.y;
      previous = point;
      if (closes)
        moved = stroke.front();
      else if (!repeated)
        moved = {point.x + random.normal(kJitter), point.y + random.normal(kJitter)};
      point = moved;
    }
  }
}

void deform(Strokes& lines, SampleRandom& random) {
  const Wave wave_x = draw_wave(random);
  const Wave wave_y = draw_wave(random);
  const float shear = kMeanShear + random.normal(kShear);
  const float angle = random.normal(kRotation);
  const float stretch = std::exp(random.normal(kAspect));
  const float cosine = std::cos(angle);
  const float sine = std::sin(angle);
  for (Stroke& line : lines) {
    for (Point& point : line) {
      const float y = point.y - 0.5F + wave_y.at(point.x);
      const float x = (point.x - 0.5F) * stretch + wave_x.at(point.y) - shear * y;
      point = {cosine * x - sine * y, sine * x + cosine * y};
    }
  }
}

// As in MNIST: the larger side has a standard size and the centre of the ink is near the centre of the picture.
void place(Strokes& lines, SampleRandom& random) {
  Point low{1e9F, 1e9F};
  Point high{-1e9F, -1e9F};
  Point weighted{};
  float total = 0;
  for (const Stroke& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      low = {std::min(low.x, line[i].x), std::min(low.y, line[i].y)};
      high = {std::max(high.x, line[i].x), std::max(high.y, line[i].y)};
      if (i == 0) continue;
      const float length = std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
      weighted.x += length * 0.5F * (line[i].x + line[i - 1].x);
      weighted.y += length * 0.5F * (line[i].y + line[i - 1].y);
      total += length;
    }
  }
  const float size = kSize + random.normal(kSizeSpread);
  const float scale = size / std::max({high.x - low.x, high.y - low.y, 0.1F});
  const float centre_x = 0.5F * kDigitSide + random.normal(kOffset) - scale * weighted.x / total;
  const float centre_y = 0.5F * kDigitSide + random.normal(kOffset) - scale * weighted.y / total;
  for (Stroke& line : lines)
    for (Point& point : line) point = {centre_x + scale * point.x, centre_y + scale * point.y};
}

void draw_digit(int digit, SampleRandom random, float* image) {
  const std::vector<Strokes>& hands = hands_of_digit(digit);
  Strokes lines = hands[random.index(hands.size())];
  jitter(lines, random);
  for (Stroke& line : lines) line = smooth_curve(line);
  deform(lines, random);
  place(lines, random);

  const float radius = random.uniform(kThinnest, kThickest);
  const float softness = random.uniform(1.0F, 2.0F);
  const float ink = random.uniform(0.8F, 1.0F);
  std::fill_n(image, kPixels, 0.0F);
  for (const Stroke& line : lines) draw_line(line, radius, softness, image);
  for (std::int64_t i = 0; i < kPixels; ++i) image[i] = std::clamp(image[i] * ink + random.normal(kNoise), 0.0F, 1.0F);
}

// `first_sample` keeps the samples of the two splits apart.
Split draw_split(std::int64_t samples, std::uint64_t seed, std::uint64_t first_sample) {
  Split split{Tensor::empty({samples, kDigitSide, kDigitSide, 1}), Tensor::empty({samples}, DType::Int32)};
  auto* const labels = split.y.data<std::int32_t>();
  auto* const images = split.x.data<float>();
  RandomStream stream(seed);
  stream.set_position(first_sample);
  Tensor order;
  for (std::int64_t i = 0; i < samples; ++i) {
    // each ten samples in a row hold every digit once
    if (i % kClasses == 0) order = stream.permutation(kClasses);
    labels[i] = order.item<std::int32_t>(i % kClasses);
    draw_digit(labels[i], SampleRandom(~seed, first_sample + static_cast<std::uint64_t>(i)), images + i * kPixels);
  }
  return split;
}

}  // namespace

Dataset digits(const DigitsOptions& options) {
  KCPP_CHECK(options.train_samples >= 0 && options.test_samples >= 0, ValueError,
             "[datasets::digits] numbers of samples must not be negative, received ", options.train_samples, " and ",
             options.test_samples);
  constexpr std::uint64_t kTest = std::uint64_t{1} << 40;
  return {draw_split(options.train_samples, options.seed, 0), draw_split(options.test_samples, options.seed, kTest)};
}

}  // namespace kerascpp::datasets
