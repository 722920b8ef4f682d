#include "core/drawing/chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace kerascpp::drawing {
namespace {

constexpr double kTextSize = 12, kTitleSize = 15, kPadding = 10;
const Style kGrid{.stroke = "#e4e4e4"}, kAxis{.stroke = "black"};

bool is_finite(const Point& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

/// The smallest of 1, 2, 5, 10 times a power of ten that is not below `least`.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

/// An axis: ticks, and where their values are in the picture.
struct Axis {
  Ticks ticks;
  double from = 0, to = 1;  // pixels

  [[nodiscard]] double operator()(double value) const {
    const double low = ticks.values.front(), high = ticks.values.back();
    return from + (value - low) / (high - low) * (to - from);
  }
};

Style line_of(const Curve& curve) {
  return {.stroke = curve.color,
          .stroke_width = 2,
          .dashes = curve.dashed ? std::vector<double>{6, 4} : std::vector<double>{}};
}

void draw_curve(Picture& picture, const Curve& curve, const Axis& x, const Axis& y) {
  const Style stroke = line_of(curve);
  picture.begin_group("curve", curve.label);
  std::vector<Point> run;
  const auto end_run = [&] {
    if (run.size() > 1) picture.polyline(run, stroke);
    run.clear();
  };
  for (const Point& point : curve.points) {
    if (!is_finite(point)) {
      end_run();
      continue;
    }
    run.push_back({x(point.x), y(point.y)});
    picture.circle(run.back(), 2.5, {.fill = curve.color});
  }
  end_run();
  picture.end_group();
}

void draw_legend(Picture& picture, const std::vector<Curve>& curves, const Point& corner) {
  picture.begin_group("legend", "legend");
  double y = corner.y + kTextSize;
  for (const Curve& curve : curves) {
    picture.polyline({{corner.x, y}, {corner.x + 26, y}}, line_of(curve));
    picture.text({corner.x + 32, y + 0.35 * kTextSize}, curve.label, {.size = kTextSize});
    y += 1.6 * kTextSize;
  }
  picture.end_group();
}

}  // namespace

std::string number_text(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

Ticks round_ticks(double low, double high, int wanted, bool integers) {
  if (!(high > low)) {  // one value stands in the middle
    const double around = low == 0 ? 1 : std::abs(low) * 0.5;
    low -= integers ? 1 : around;
    high += integers ? 1 : around;
  }
  // halves: the difference of the largest numbers is no number
  const double span = std::max(high / wanted - low / wanted, std::numeric_limits<double>::min() * 4);
  Ticks ticks;
  ticks.step = round_step(integers ? std::max(span, 1.0) : span);
  const double first = std::floor(low / ticks.step + 1e-9), last = std::ceil(high / ticks.step - 1e-9);
  ticks.first = first * ticks.step;
  // the values are whole numbers of this unit
  const double unit = std::pow(10.0, std::floor(std::log10(ticks.step) + 1e-9));
  const double largest = std::max(std::abs(first), std::abs(last)) * ticks.step / unit;
  const auto digits_of = [](double whole) { return static_cast<int>(std::floor(std::log10(whole) + 1e-9)) + 1; };
  const int whole = std::min(digits_of(std::max(largest * unit, 1.0)), 6);  // up to there no power of ten is written
  const int digits = std::clamp(digits_of(largest), whole, 15);
  for (double i = first; i <= last; ++i) {
    ticks.values.push_back(i * ticks.step);
    ticks.labels.push_back(number_text(i * ticks.step, digits));
  }
  return ticks;
}

void LineChart::draw(Picture& picture, const Point& corner, double width, double height) const {
  Range xs, ys;
  double legend = 0;
  for (const Curve& curve : curves) {
    legend = std::max(legend, text_width(curve.label, kTextSize) + 32 + 2 * kPadding);
    for (const Point& point : curve.points) {
      if (!is_finite(point)) continue;
      xs.add(point.x);
      ys.add(point.y);
    }
  }
  if (xs.low > xs.high) xs = ys = {0, 1};  // nothing to show but the axes
  Axis x{round_ticks(xs.low, xs.high, 8, integer_x)}, y{round_ticks(ys.low, ys.high, 5)};
  double numbers = 0;
  for (const std::string& label : y.ticks.labels) numbers = std::max(numbers, text_width(label, kTextSize));
  x.from = corner.x + kPadding + 1.8 * kTextSize + numbers + 8;
  x.to = corner.x + width - legend - kPadding;
  y.from = corner.y + height - 3.6 * kTextSize;
  y.to = corner.y + 2 * kTitleSize;
  picture.begin_group("chart", title);
  picture.text({(x.from + x.to) / 2, corner.y + 1.3 * kTitleSize}, title,
               {.size = kTitleSize, .anchor = "middle", .bold = true});
  for (std::size_t i = 0; i < x.ticks.values.size(); ++i) {
    const double at = x(x.ticks.values[i]);
    picture.polyline({{at, y.from}, {at, y.to}}, kGrid);
    picture.text({at, y.from + 1.4 * kTextSize}, x.ticks.labels[i], {.size = kTextSize, .anchor = "middle"});
  }
  for (std::size_t i = 0; i < y.ticks.values.size(); ++i) {
    const double at = y(y.ticks.values[i]);
    picture.polyline({{x.from, at}, {x.to, at}}, kGrid);
    picture.text({x.from - 8, at + 0.35 * kTextSize}, y.ticks.labels[i], {.size = kTextSize, .anchor = "end"});
  }
  picture.polyline({{x.from, y.to}, {x.from, y.from}, {x.to, y.from}}, kAxis);
  picture.text({(x.from + x.to) / 2, y.from + 3 * kTextSize}, x_label, {.size = kTextSize, .anchor = "middle"});
  picture.text({corner.x + kPadding + kTextSize, (y.from + y.to) / 2}, y_label,
               {.size = kTextSize, .anchor = "middle", .rotate = -90});
  for (const Curve& curve : curves) draw_curve(picture, curve, x, y);
  draw_legend(picture, curves, {x.to + kPadding, y.to});
  picture.end_group();
}

}  // namespace kerascpp::drawing
